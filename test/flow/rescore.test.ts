import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../src/core/policy.js';
import { compileRules } from '../../src/core/rules.js';
import { carryOnRescore, type Rejudged, type RescoreDeps } from '../../src/flow/rescore.js';
import type { ModelAnswer } from '../../src/flow/weigh.js';
import type { GivenJob } from '../../src/jobs/broker.js';
import { rescoreProcessor } from '../../src/jobs/rescore.js';
import { InferenceError, NotANumber } from '../../src/model/errors.js';
import { aJudgeable } from '../support/builders.js';

const COUNT = 10;
const UNWEIGHABLE = 'Nobody can weigh the fourth one.';
const SITE = 1;

const answer: ModelAnswer = { scores: { incitement: 0.01 }, sentences: [], embedding: new Float32Array([1, 0]) };

const comments = Array.from({ length: COUNT }, (_, n) =>
  aJudgeable({
    commentId: n + 1,
    text: n === 3 ? UNWEIGHABLE : `At last the ferries run again, said number ${n}.`,
    decidedAt: '2026-03-01T12:00:02.000Z',
  }),
);

/** A rescoring of ten comments over a model that the test lets fail; what is kept is kept in memory. */
function aRescoring(
  refuse: (texts: readonly string[]) => Error | null,
  keep: (one: Rejudged) => void = () => undefined,
) {
  const row = { status: 'running', cursor: 0, unweighed: 0, waits: 0, error: null as string | null };
  const rejudged: Rejudged[] = [];
  const model = {
    async weigh(items: readonly { text: string }[]) {
      const error = refuse(items.map(({ text }) => text));
      if (error !== null) throw error;
      return items.map(() => answer);
    },
    async embed(texts: readonly string[]) {
      const error = refuse(texts);
      if (error !== null) throw error;
      return texts.map(() => answer.embedding);
    },
  };
  const deps: RescoreDeps<null> & { fail(site: number, id: number, error: string): Promise<void> } = {
    weighing: {
      model,
      profileOf: async () => ({
        languages: ['en'],
        sentencesFrom: 0.07,
        topic: {
          calibration: { features: ['words'], coefficients: [0], intercept: -3, review: 0.9 },
          prototypes: { site: [], reaction: [], background: [] },
        },
      }),
      detectLanguage: () => ({ language: null, reliable: false, words: 0, scores: {} }),
      vectorsOf: async () => ({ title: answer.embedding, summary: null, passages: [] }),
      siteLanguage: 'en',
    },
    partsOf: async () => ({
      artefact: 'a',
      rules: compileRules([]),
      policy: readPolicy({ defaults: { thresholds: { incitement: { review: 0.5 } } } }),
      suspended: [],
    }),
    countFor: async () => new Map(),
    readRunning: async () =>
      row.status === 'running' ? { pipeline: 1, cursor: row.cursor, upto: COUNT, scope: null, waits: row.waits } : null,
    loadChunk: async (_site, { cursor }) => {
      const items = comments
        .filter(({ commentId }) => commentId > cursor)
        .slice(0, 5)
        .map((judgeable) => ({ judgeable, before: { outcome: 'approve', severity: 0 } as const, stored: null }));
      return { items, last: items.at(-1)?.judgeable.commentId ?? null };
    },
    recordChunk: async (_site, _id, chunk) => {
      if (chunk.cursor !== row.cursor) return 'stale';
      for (const one of chunk.rejudged) keep(one);
      rejudged.push(...chunk.rejudged);
      row.cursor = chunk.last;
      row.unweighed += chunk.unweighed;
      row.waits = 0;
      row.error = null;
      return 'kept';
    },
    finish: async () => {
      row.status = 'done';
    },
    drop: async () => undefined,
    handOver: async () => undefined,
    overloaded: () => false,
    waitForModel: async () => {
      row.waits += 1;
      row.error = 'waits';
    },
    fail: async (_site, _id, error) => {
      row.status = 'failed';
      row.error = error;
    },
    now: () => new Date(),
  };
  return { row, deps, ids: () => rejudged.map(({ commentId }) => commentId) };
}

const all = comments.map(({ commentId }) => commentId);
const allBut = (id: number) => all.filter((one) => one !== id);
const lastAttempt: GivenJob = { name: 'rescore', data: { site: SITE, id: 1 }, lastAttempt: true };

describe('A comment that cannot be weighed', () => {
  it('is counted, and the rescoring goes on with all the others', async () => {
    const { row, deps, ids } = aRescoring((texts) =>
      texts.some((text) => /fourth one/i.test(text)) ? new NotANumber('a score') : null,
    );
    expect(await carryOnRescore(deps, SITE, 1, 60_000)).toBe('done');
    expect(row).toMatchObject({ status: 'done', cursor: COUNT, unweighed: 1 });
    expect(ids()).toEqual(allBut(4));
  });

  it('and takes the model with it each time is found after some waits', async () => {
    const { row, deps, ids } = aRescoring((texts) =>
      texts.some((text) => /fourth one/i.test(text))
        ? new InferenceError('inference-lost', 'The process ended.')
        : null,
    );
    const process = rescoreProcessor(deps);
    for (let turn = 0; turn < 10 && row.status === 'running'; turn += 1) await process(lastAttempt);
    expect(row).toMatchObject({ status: 'done', unweighed: 1 });
    expect(ids()).toEqual(allBut(4));
  });

  it('or whose judgement cannot be kept does not take others with it', async () => {
    const refused = Object.assign(new Error('invalid input'), { code: '22P02' });
    const { row, deps, ids } = aRescoring(
      () => null,
      ({ commentId }) => {
        if (commentId === 4) throw refused;
      },
    );
    expect(await carryOnRescore(deps, SITE, 1, 60_000)).toBe('done');
    expect(row).toMatchObject({ status: 'done', unweighed: 1 });
    expect(new Set(ids())).toEqual(new Set(allBut(4)));
  });
});

describe('Overload', () => {
  it('has a rescoring hand over after the chunk that it is at, and go on where it was', async () => {
    const { row, deps, ids } = aRescoring(() => null);
    expect(await carryOnRescore({ ...deps, overloaded: () => true }, SITE, 1, 60_000)).toBe('handed over');
    expect(row).toMatchObject({ status: 'running', cursor: 5 });
    expect(await carryOnRescore(deps, SITE, 1, 60_000)).toBe('done');
    expect(ids()).toEqual(all);
  });
});

describe('A model that is away', () => {
  it('is waited for as long as it is away; then the rescoring goes on where it was', async () => {
    let away = true;
    const { row, deps, ids } = aRescoring(() =>
      away ? new InferenceError('inference-unavailable', 'It does not start.') : null,
    );
    const process = rescoreProcessor(deps);
    for (let turn = 0; turn < 20; turn += 1) await process(lastAttempt);
    expect(row).toMatchObject({ status: 'running', cursor: 0, waits: 20, unweighed: 0 });
    expect(row.error).not.toBeNull();
    away = false;
    await process(lastAttempt);
    expect(row).toMatchObject({ status: 'done', error: null, unweighed: 0 });
    expect(ids()).toEqual(all);
  });

  it('for good (a damaged file, say) ends the rescoring, whose comments are not to blame', async () => {
    const damaged = Object.assign(new Error('The model file is damaged.'), {
      code: 'artefact-damaged',
      retryable: false,
    });
    const { row, deps } = aRescoring(() => damaged);
    await rescoreProcessor(deps)(lastAttempt);
    expect(row).toMatchObject({ status: 'failed', error: 'The model file is damaged.', unweighed: 0 });
  });
});

describe('An error that may quote a comment', () => {
  it('is named in the report, and its message is not', async () => {
    const { row, deps } = aRescoring(() => null);
    const broken = { ...deps, recordChunk: async () => JSON.parse(UNWEIGHABLE) as 'kept' };
    await rescoreProcessor(broken)(lastAttempt);
    expect(row).toMatchObject({ status: 'failed', error: 'SyntaxError' });
  });
});
