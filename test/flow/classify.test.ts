import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../src/core/policy.js';
import { compileRules } from '../../src/core/rules.js';
import { type ClassifyDeps, classify, type Judgeable, type Judgement } from '../../src/flow/classify.js';
import { InferenceError } from '../../src/model/errors.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const without = { model: 'review', deadline: 'review', deadlineSeconds: 600, overload: 'publish' };

/** A comment that was accepted so many seconds ago. */
function waited(seconds: number, change: Partial<Judgeable> = {}): Judgeable {
  return {
    commentId: 1,
    revision: 1,
    pipeline: 1,
    text: 'At last the ferries run again.',
    language: 'en',
    createdAt: NOW.toISOString(),
    acceptedAt: new Date(NOW.getTime() - seconds * 1000),
    judged: false,
    author: { id: 'mara' },
    article: {
      id: 1,
      externalId: 'harbour',
      revision: 1,
      contentHash: 'hash',
      title: 'The harbour reopens',
      summary: null,
      section: null,
      language: 'en',
    },
    parent: null,
    ...change,
  };
}

/** Runs one job over these comments; the model answers, or is away. */
async function judge(
  judgeables: readonly Judgeable[],
  given: {
    readonly modelAway?: boolean;
    readonly defaults?: object;
    readonly lane?: 'live' | 'bulk';
    readonly last?: boolean;
  } = {},
) {
  const kept: Judgement[] = [];
  let asked = 0;
  const embedding = new Float32Array([1, 0]);
  const deps: ClassifyDeps = {
    weighing: {
      model: {
        weigh: async (items) => {
          asked += items.length;
          if (given.modelAway === true) throw new InferenceError('inference-unavailable', 'The model is away.');
          return items.map(() => ({ scores: { hate: 0.01 }, sentences: [], embedding }));
        },
        embed: async (texts) => texts.map(() => embedding),
      },
      profileOf: async () => ({
        languages: ['en'],
        topic: {
          calibration: { features: ['words'], coefficients: [0], intercept: -3, review: 0.9 },
          prototypes: { site: [], reaction: [], background: [] },
        },
      }),
      detectLanguage: () => ({ language: null, reliable: false, words: 0, scores: {} }),
      vectorsOf: async () => ({ title: embedding, summary: null, passages: [] }),
      siteLanguage: 'en',
    },
    partsOf: async () => ({
      artefact: 'a',
      rules: compileRules([]),
      policy: readPolicy({ defaults: { thresholds: { hate: { review: 0.5 } }, ...given.defaults } }),
    }),
    countFor: async () => new Map(),
    loadJudgeables: async () => judgeables,
    recordJudgements: async (_site, judgements) => {
      kept.push(...judgements);
    },
    dropWork: async () => undefined,
    giveUp: async () => undefined,
    now: () => NOW,
  };
  const subjects = judgeables.map(({ commentId, revision }) => ({ commentId, revision }));
  const { lane = 'live', last: lastAttempt = false } = given;
  const failure = await classify(deps, { site: 1, subjects, lane, lastAttempt }).catch((error: unknown) => error);
  return { kept, asked, failure };
}

describe('A comment that has waited longer than its policy allows', () => {
  it('is put before a person by the rules alone, and says why', async () => {
    const { kept, asked } = await judge([waited(1_000), waited(5, { commentId: 2 })]);
    expect(asked).toBe(1);
    expect(kept).toHaveLength(2);
    expect(kept.find(({ commentId }) => commentId === 1)).toMatchObject({
      evaluation: null,
      decision: { outcome: 'review', degraded: true, reasons: [{ kind: 'policy', because: 'overload' }] },
    });
    expect(kept.find(({ commentId }) => commentId === 2)).toMatchObject({
      decision: { outcome: 'approve', degraded: false },
    });
  });

  it('is weighed when it comes again, so that it is not put off for ever', async () => {
    const { kept } = await judge([waited(1_000, { judged: true })]);
    expect(kept).toMatchObject([{ decision: { outcome: 'approve', degraded: false } }]);
  });

  it('is published where the site judges after publication and says so', async () => {
    const { kept } = await judge([waited(1_000)], { defaults: { moderation: 'after', without } });
    expect(kept).toMatchObject([{ decision: { outcome: 'approve', degraded: true } }]);
  });

  it('waits on where nobody waits for it', async () => {
    const { kept } = await judge([waited(100_000)], { lane: 'bulk' });
    expect(kept).toMatchObject([{ decision: { outcome: 'approve', degraded: false } }]);
  });
});

describe('While the model is away', () => {
  it('a comment is tried again until its last attempt, and then a person decides, also where overload would publish', async () => {
    const first = await judge([waited(5)], { modelAway: true });
    expect(first.kept).toEqual([]);
    expect(first.failure).toBeInstanceOf(InferenceError);
    const last = await judge([waited(5)], { modelAway: true, last: true, defaults: { moderation: 'after', without } });
    expect(last.kept).toMatchObject([
      { evaluation: null, decision: { outcome: 'review', degraded: true, reasons: [{ kind: 'model-unavailable' }] } },
    ]);
  });
});
