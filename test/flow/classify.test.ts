import { afterEach, describe, expect, it, vi } from 'vitest';
import { readPolicy } from '../../src/core/policy.js';
import { type CompiledRules, compileRules } from '../../src/core/rules.js';
import { type ClassifyDeps, classify, decideAgain, type Judgeable, type Judgement } from '../../src/flow/classify.js';
import { PutOff } from '../../src/flow/put-off.js';
import { InferenceError } from '../../src/model/errors.js';
import { aJudgeable } from '../support/builders.js';
import { compiled } from '../support/rules.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const DAY_MS = 86_400_000;
const without = { model: 'review', deadline: 'review', deadlineSeconds: 600, overload: 'publish' };

/** A comment that was accepted so many seconds ago. */
function waited(seconds: number, change: Partial<Judgeable> = {}): Judgeable {
  return aJudgeable({
    createdAt: NOW.toISOString(),
    acceptedAt: new Date(NOW.getTime() - seconds * 1000),
    ...change,
  });
}

const HANGS = Number.POSITIVE_INFINITY;

const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000).toISOString();

/** A comment that the rules alone judged, so many seconds from now, because the model had not answered. */
const lateAfter = (seconds: number, commentId = 1) => ({
  commentId,
  decision: { outcome: 'review', degraded: true, reasons: [{ kind: 'policy', because: 'deadline' }] },
  facts: { decidedAt: after(seconds) },
});

afterEach(() => {
  vi.useRealTimers();
});

/** Runs one job over these comments, until it ends; the model answers, or is away. */
async function judge(
  judgeables: readonly Judgeable[],
  given: {
    readonly modelAway?: boolean;
    readonly defaults?: object;
    readonly articles?: object;
    readonly lane?: 'live' | 'bulk';
    readonly last?: boolean;
    readonly rules?: CompiledRules;
    readonly now?: Date;
    readonly overloaded?: boolean;
    readonly placesScarce?: boolean;
    /** What it is judged with cannot be read. */
    readonly unreadablePipeline?: number;
    /** It takes so long for whatever it is asked; 0 where nothing is said. */
    readonly modelTakesMs?: number;
    /** It fails where it is asked about several comments at once. */
    readonly modelFailsTogether?: true;
    /** How hateful the model finds a comment, and each of its sentences by itself, all of them of the same length. */
    readonly hate?: readonly [number, ...number[]];
  } = {},
) {
  const kept: Judgement[] = [];
  let asked = 0;
  vi.useFakeTimers({ now: given.now ?? NOW });
  const embedding = new Float32Array([1, 0]);
  const deps: ClassifyDeps = {
    weighing: {
      model: {
        weigh: async (items, { mostMs = Number.POSITIVE_INFINITY }) => {
          asked += items.length;
          if (given.modelFailsTogether === true && items.length > 1) {
            throw new InferenceError('inference-failed', 'The model failed.');
          }
          const { modelTakesMs = 0 } = given;
          if (modelTakesMs > 0) await new Promise((done) => setTimeout(done, Math.min(modelTakesMs, mostMs)));
          if (modelTakesMs > mostMs) throw new InferenceError('inference-deadline', 'The model took longer.');
          if (given.modelAway === true) throw new InferenceError('inference-unavailable', 'The model is away.');
          const [hate, ...sentences] = given.hate ?? [0.01];
          return items.map(({ text }) => {
            const size = text.length / sentences.length;
            return {
              scores: { hate },
              sentences: sentences.map((score, n) => ({
                begin: n * size,
                end: (n + 1) * size,
                scores: { hate: score },
              })),
              embedding,
            };
          });
        },
        embed: async (texts) => texts.map(() => embedding),
      },
      profileOf: async () => ({
        languages: ['en'],
        sentencesFrom: 0.07,
        topic: {
          calibration: { features: ['words'], coefficients: [0], intercept: -3, review: 0.9 },
          prototypes: { site: [], reaction: [], background: [] },
        },
      }),
      detectLanguage: () => ({ language: null, reliable: false, words: 0, scores: {} }),
      vectorsOf: async () => ({ title: embedding, summary: null, passages: [] }),
      siteLanguage: 'en',
    },
    partsOf: async (_site, pipeline) => {
      if (pipeline === given.unreadablePipeline) throw new Error('The pipeline cannot be read.');
      return {
        artefact: 'a',
        rules: given.rules ?? compileRules([]),
        policy: readPolicy({
          defaults: { thresholds: { hate: { review: 0.5 } }, ...given.defaults },
          articles: given.articles ?? {},
        }),
        suspended: [],
      };
    },
    countFor: async () => new Map(),
    loadJudgeables: async () => judgeables,
    recordJudgements: async (_site, judgements) => {
      kept.push(...judgements);
    },
    dropWork: async () => undefined,
    giveUp: async () => undefined,
    overloaded: () => given.overloaded ?? false,
    placesScarce: () => given.placesScarce ?? false,
    now: () => new Date(),
  };
  const subjects = judgeables.map(({ commentId, revision }) => ({ commentId, revision }));
  const { lane = 'live', last: lastAttempt = false } = given;
  const ended = classify(deps, { site: 1, subjects, lane, lastAttempt }).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  const failure = await ended;
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
    const { kept } = await judge([waited(1_000, { decidedAt: NOW.toISOString() })]);
    expect(kept).toMatchObject([{ decision: { outcome: 'approve', degraded: false } }]);
  });

  it('is published where the site judges after publication and says so', async () => {
    const { kept } = await judge([waited(1_000)], { defaults: { moderation: 'after', without } });
    expect(kept).toMatchObject([{ decision: { outcome: 'approve', degraded: true } }]);
  });

  it('is not asked about any longer, and is not tried again by the same job', async () => {
    const two = [waited(100), waited(5, { commentId: 2 })];
    const { kept, failure } = await judge(two, { modelTakesMs: HANGS, defaults: { moderation: 'after', without } });
    expect(failure).toBeUndefined();
    expect(kept).toMatchObject([lateAfter(500), lateAfter(595, 2)]);
  });

  it('is not waited for either where the comments must be weighed one by one', async () => {
    const two = [waited(100), waited(5, { commentId: 2 })];
    const slow = { modelTakesMs: HANGS, modelFailsTogether: true } as const;
    const { kept, failure } = await judge(two, { ...slow, defaults: { moderation: 'after', without } });
    expect(failure).toBeUndefined();
    expect(kept).toMatchObject([lateAfter(500), lateAfter(595, 2)]);
  });

  it.for<{ what: string; other: Partial<Judgeable> }>([
    { what: 'may wait longer', other: {} },
    { what: 'nobody waits for', other: { decidedAt: NOW.toISOString() } },
    { what: 'another pipeline judges', other: { pipeline: 2 } },
  ])('does not wait for what comes with it and $what, nor cuts that short', async ({ other }) => {
    const quick = { ...aJudgeable().article, externalId: 'quick' };
    const two = [waited(5, other), waited(5, { commentId: 2, article: quick })];
    const articles = { quick: { without: { deadlineSeconds: 10 } } };
    const { kept, failure } = await judge(two, { modelTakesMs: 8_000, articles });
    expect(failure).toBeUndefined();
    const weighed = { decision: { outcome: 'approve', degraded: false }, facts: { decidedAt: after(8) } };
    expect(kept).toMatchObject([lateAfter(5, 2), { commentId: 1, ...weighed }]);
  });

  it.for([
    { overloaded: false, asked: 3 },
    { overloaded: true, asked: 1 },
  ])(
    'is in overload ($overloaded) one that has waited half as long, so that it ends',
    async ({ overloaded, asked }) => {
      const three = [waited(449), waited(450, { commentId: 2 }), waited(899, { commentId: 3 })];
      const found = await judge(three, { overloaded });
      expect(found.asked).toBe(asked);
      expect(found.kept.filter(({ decision }) => decision.degraded)).toHaveLength(3 - asked);
      expect(found.kept).toHaveLength(3);
    },
  );

  describe('gets a place at a model that hangs', () => {
    const quick = { ...aJudgeable().article, externalId: 'quick' };
    const scarce = {
      placesScarce: true,
      modelTakesMs: HANGS,
      articles: { quick: { without: { deadlineSeconds: 10 } } },
    } as const;

    it('because comments that have more time do not ask for one, and come again', async () => {
      const { kept, asked, failure } = await judge([waited(5), waited(5, { commentId: 2 })], scarce);
      expect({ kept, asked }).toEqual({ kept: [], asked: 0 });
      expect(failure).toBeInstanceOf(PutOff);
    });

    it('and does not share it with them for longer than it needs it', async () => {
      const { kept, asked, failure } = await judge([waited(5), waited(5, { commentId: 2, article: quick })], scarce);
      expect(asked).toBe(1);
      expect(kept).toMatchObject([lateAfter(5, 2)]);
      expect(failure).toBeInstanceOf(PutOff);
    });

    it('as does what would be late if it came again', async () => {
      const { kept, asked } = await judge([waited(800)], scarce);
      expect(asked).toBe(1);
      expect(kept).toMatchObject([lateAfter(100)]);
    });

    it('but not for longer than two minutes, nor where nobody would try again', async () => {
      const slow = { placesScarce: true };
      expect((await judge([waited(119)], slow)).failure).toBeInstanceOf(PutOff);
      expect((await judge([waited(120)], slow)).kept).toHaveLength(1);
      expect((await judge([waited(5)], { ...slow, last: true })).kept).toHaveLength(1);
    });

    it('while the bulk lane keeps to its own', async () => {
      const { kept } = await judge([waited(5)], { placesScarce: true, lane: 'bulk' });
      expect(kept).toHaveLength(1);
    });
  });

  it('waits on where nobody waits for it', async () => {
    const { kept } = await judge([waited(100_000)], { lane: 'bulk', overloaded: true });
    expect(kept).toMatchObject([{ decision: { outcome: 'approve', degraded: false } }]);
  });
});

it('What one comment is judged with cannot be read, and the others of its job are judged all the same', async () => {
  const both = [waited(5), waited(5, { commentId: 2, pipeline: 7 })];
  const { kept, failure } = await judge(both, { unreadablePipeline: 7 });
  expect(kept).toMatchObject([{ commentId: 1, decision: { degraded: false } }]);
  expect(failure).toMatchObject({ message: 'The pipeline cannot be read.' });
});

describe('A comment that the model doubts', () => {
  const defaults = { thresholds: { hate: { review: 0.2 } } };
  const spansOf = async (hate: readonly [number, ...number[]]) => {
    const { kept } = await judge([waited(5, { text: 'They went' })], { hate, defaults });
    expect(kept).toMatchObject([{ decision: { outcome: 'review', flags: ['hate'] } }]);
    return kept[0]?.decision.spans.map(({ begin, score }) => ({ begin, score }));
  };

  it('says which sentence it is, however low the policy asks about it', async () => {
    expect(await spansOf([0.25, 0.25])).toEqual([{ begin: 0, score: 0.25 }]);
  });

  it('says which sentences come near the worst', async () => {
    expect(await spansOf([0.25, 0.05, 0.18, 0.11])).toEqual([
      { begin: 3, score: 0.18 },
      { begin: 6, score: 0.11 },
    ]);
  });

  it('says none where by themselves they are less than what sentences are weighed for', async () => {
    expect(await spansOf([0.25, 0.05, 0.06, 0.01])).toEqual([]);
  });
});

describe('A comment that the model cannot read', () => {
  it('is not weighed: a person decides, whatever language the sender says', async () => {
    const { kept, asked } = await judge([waited(5, { text: '杀光他们' })]);
    expect(asked).toBe(0);
    expect(kept).toMatchObject([
      {
        evaluation: { content: { language: { code: 'und', source: 'detected' } } },
        decision: { outcome: 'review', reasons: [{ kind: 'unscorable', because: 'language-unsupported' }] },
      },
    ]);
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

describe('A rule that was forced until today', () => {
  const until = NOW.toISOString().slice(0, 10);
  const force = { by: 'A. Editor', reason: 'Order of the court in Example.', until };
  const rules = compiled({ effect: 'reject', when: { words: ['ferries'] }, match: ['ferries'], force });
  const yesterday = new Date(NOW.getTime() - DAY_MS).toISOString();
  const tomorrow = new Date(NOW.getTime() + DAY_MS);

  it.each([['2020-01-01T00:00:00.000Z'], [tomorrow.toISOString()]])(
    'decides alone by our clock, whatever the sender says of the comment’s time: %s',
    async (createdAt) => {
      const { kept } = await judge([waited(5, { createdAt })], { rules });
      expect(kept).toMatchObject([
        { decision: { outcome: 'reject' }, facts: { createdAt, decidedAt: NOW.toISOString() } },
      ]);
    },
  );

  it('has expired tomorrow for what is new then, also for a text that was decided on while it held', async () => {
    for (const decidedAt of [null, yesterday]) {
      const { kept } = await judge([waited(5, { decidedAt })], { rules, now: tomorrow });
      expect(kept).toMatchObject([{ decision: { outcome: 'review' } }]);
    }
  });

  it('decides again what it decided then, however late that is asked', async () => {
    const again = async (decidedAt: string | null) => {
      const [first] = (await judge([waited(5)])).kept;
      const policy = readPolicy({ defaults: { thresholds: { hate: { review: 0.5 } } } });
      const scored = first?.evaluation?.content;
      if (scored === undefined) throw new Error('It was not weighed.');
      const parts = { rules, policy, suspended: [] };
      return decideAgain(waited(5, { decidedAt }), scored, parts, () => tomorrow).decision.outcome;
    };
    expect(await again(yesterday)).toBe('reject');
    expect(await again(null)).toBe('review');
  });
});
