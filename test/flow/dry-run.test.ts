import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../src/core/policy.js';
import { compileRules, parseRuleList } from '../../src/core/rules.js';
import type { JudgingParts } from '../../src/flow/classify.js';
import { carryOnDryRun, type DryRunChunk, type DryRunDeps } from '../../src/flow/dry-run.js';
import { aJudgeable, anEvaluation, anUnmet } from '../support/builders.js';
import { list, rule } from '../support/rules.js';

const SITE = 1;
const MINUTE = 60_000;

const policy = (defaults: object = {}) => ({
  policy: readPolicy({ defaults: { thresholds: { incitement: { review: 0.5, reject: 0.9 } }, ...defaults } }),
  suspended: [],
});
const NO_RULES = compileRules([]);
const STANDING: JudgingParts = { artefact: 'a', rules: NO_RULES, ...policy() };

const comment = (commentId: number, text: string) =>
  aJudgeable({
    commentId,
    text,
    decidedAt: '2026-03-01T12:00:02.000Z',
    author: { id: 'mara', createdAt: '2026-02-27T12:00:00.000Z' },
  });

/** A dry run over comments whose scores for incitement are stored, or are not; what is kept is kept in memory. */
async function tried(
  candidate: Pick<JudgingParts, 'rules'> | Pick<JudgingParts, 'policy' | 'suspended'>,
  comments: readonly { readonly text?: string; readonly score: number | null }[],
  standing: JudgingParts = STANDING,
): Promise<DryRunChunk> {
  const kept: DryRunChunk[] = [];
  let ended = false;
  const items = comments.map(({ text = 'The ferries run again.', score }, place) => ({
    judgeable: comment(place + 1, text),
    stored: score === null ? null : anEvaluation({ scores: { incitement: score } }),
  }));
  const deps: DryRunDeps<null> = {
    partsOf: async () => standing,
    countFor: async () => new Map(),
    overloaded: () => false,
    readRunning: async () => ({ pipeline: 1, cursor: 0, upto: items.length, scope: null, candidate, watched: [] }),
    loadChunk: async (_site, { cursor }) => (cursor === 0 ? { items, last: items.length } : { items: [], last: null }),
    recordChunk: async (_site, _id, chunk) => {
      kept.push(chunk);
      return 'kept';
    },
    finish: async () => {
      ended = true;
    },
    drop: async () => undefined,
    handOver: async () => undefined,
    breathe: async () => undefined,
    now: () => new Date(),
  };
  expect(await carryOnDryRun(deps, SITE, 1, MINUTE)).toBe('done');
  expect(ended).toBe(true);
  const [chunk] = kept;
  if (chunk === undefined) throw new Error('nothing was kept');
  return chunk;
}

const byModel = (score: number) => ({ label: 'incitement', score, text: expect.any(String) });

describe('A policy that is tried', () => {
  it('changes the decisions on one side of a threshold that moves, each for its label and score', async () => {
    const lower = policy({ thresholds: { incitement: { review: 0.3, reject: 0.9 } } });
    const { changes, done, unscored } = await tried(lower, [{ score: 0.2 }, { score: 0.4 }, { score: 0.6 }]);
    expect({ done, unscored }).toEqual({ done: 3, unscored: 0 });
    expect(changes).toEqual([
      { commentId: 2, revision: 1, from: 'approve', to: 'review', rules: [], reasons: [byModel(0.4)] },
    ]);
    const higher = policy({ thresholds: { incitement: { review: 0.7 } } });
    expect((await tried(higher, [{ score: 0.6 }])).changes).toMatchObject([
      { from: 'review', to: 'approve', reasons: [byModel(0.6)] },
    ]);
  });

  it('says for which label a comment would be rejected that is asked about for the same score', async () => {
    const rejecting = policy({ thresholds: { incitement: { review: 0.5, reject: 0.8 } } });
    expect((await tried(rejecting, [{ score: 0.85 }])).changes).toMatchObject([
      { from: 'review', to: 'reject', rules: [], reasons: [byModel(0.85)] },
    ]);
  });

  it('says in words what the policy asks beside scores', async () => {
    const asking = policy({ newAuthors: { days: 7, approved: 0 } });
    expect((await tried(asking, [{ score: 0.1 }])).changes).toMatchObject([
      {
        from: 'approve',
        to: 'review',
        reasons: [{ label: null, score: null, text: expect.stringContaining('first comments of a new author') }],
      },
    ]);
  });

  it('names the rule that rejects where it only asked', async () => {
    const rules = compileRules([parseRuleList('test', list(rule({ label: 'incitement', effect: 'reject' })))]);
    const standing = { ...STANDING, rules, ...policy({ agree: 0.4 }) };
    const agreeing = policy({ agree: 0.1 });
    const { changes } = await tried(agreeing, [{ text: 'They are vermin.', score: 0.2 }], standing);
    expect(changes).toMatchObject([{ from: 'review', to: 'reject', rules: ['pests'], reasons: [] }]);
  });
});

describe('A rejection of the policy in force that is suspended', () => {
  const unmet = anUnmet('incitement', 0.95);
  const standing: JudgingParts = { ...STANDING, suspended: [unmet] };

  it('is one under drafts of rules too, and none under a policy that is tried', async () => {
    expect((await tried({ rules: NO_RULES }, [{ score: 0.95 }], standing)).changes).toEqual([]);
    expect((await tried(policy(), [{ score: 0.95 }], standing)).changes).toMatchObject([
      {
        from: 'review',
        to: 'reject',
        reasons: [{ label: null, text: expect.stringContaining('not known well enough') }],
      },
    ]);
  });
});

describe('A comment without stored scores', () => {
  it('is counted, and nothing is said of it', async () => {
    const all = policy({ thresholds: { incitement: { review: 0 } } });
    const { changes, done, unscored } = await tried(all, [{ score: null }, { score: 0.1 }]);
    expect({ done, unscored }).toEqual({ done: 2, unscored: 1 });
    expect(changes.map(({ commentId }) => commentId)).toEqual([2]);
  });
});

describe('Rules that are tried', () => {
  it('are named where they make the difference, without what the scores said before', async () => {
    const rules = compileRules([parseRuleList('test', list(rule()))]);
    const { changes } = await tried({ rules }, [{ text: 'They are vermin.', score: 0.1 }, { score: 0.6 }]);
    expect(changes).toMatchObject([{ commentId: 1, from: 'approve', to: 'review', rules: ['pests'], reasons: [] }]);
  });
});
