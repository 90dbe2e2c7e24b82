import { describe, expect, it, test } from 'vitest';
import type { Signals } from '../../src/core/decision.js';
import type { Evaluation } from '../../src/core/evaluation.js';
import { readPolicy } from '../../src/core/policy.js';
import { type Circumstances, decideUnder, type InForce } from '../../src/core/policy-apply.js';
import type { RuleHit } from '../../src/core/rules.js';
import { anUnmet } from '../support/builders.js';

const thresholds = { hate: { review: 0.4, reject: 0.9 }, insult: { review: 0.5 } };

/** A policy with defaults of its own, all of it in force; the test changes only what it is about. */
const policy = (defaults: object = {}): InForce => inForce({ defaults: { thresholds, ...defaults } });
const inForce = (content: object): InForce => ({ policy: readPolicy(content), suspended: [] });

function scored(scores: Partial<Record<'hate' | 'insult', number>> = {}): Evaluation {
  return {
    kind: 'scored',
    scores: { hate: 0.1, insult: 0.1, ...scores },
    offTopic: { kind: 'scored', probability: 0.1, provisional: false },
    spans: [],
    language: { code: 'en', source: 'site' },
  };
}

const signals = (evaluation: Evaluation | null = scored(), hits: readonly RuleHit[] = []): Signals => ({
  text: 'They should go.',
  evaluation,
  findings: { hits, broken: [] },
});

const hit = (change: Partial<RuleHit>): RuleHit => ({
  rule: 'names',
  label: 'hate',
  effect: 'reject',
  forced: false,
  shadow: false,
  reason: 'It names a victim.',
  stretches: [],
  undone: [],
  ...change,
});

const settled = { createdAt: '2020-01-01T00:00:00Z', approved: 40, rejected: 0 };
const at = (change: Partial<Circumstances> = {}): Circumstances => ({
  place: {},
  author: settled,
  createdAt: '2026-03-01T12:00:00Z',
  ...change,
});

describe('A new author', () => {
  const newAuthors = { days: 7, approved: 3 };
  test.for([
    { who: 'with a young account', author: { ...settled, createdAt: '2026-02-27T12:00:00Z' }, outcome: 'review' },
    { who: 'with few approved comments', author: { ...settled, approved: 2 }, outcome: 'review' },
    { who: 'of whom it is not known', author: { approved: 40, rejected: 0 }, outcome: 'review' },
    { who: 'whom the sender trusts', author: { trusted: true }, outcome: 'approve' },
    { who: 'who is none any more', author: settled, outcome: 'approve' },
  ])('$who: $outcome', ({ author, outcome }) => {
    expect(decideUnder(policy({ newAuthors }), signals(), at({ author })).decision.outcome).toBe(outcome);
  });

  it('is rejected where anybody would be', () => {
    const { decision } = decideUnder(policy({ newAuthors }), signals(scored({ hate: 0.95 })), at({ author: {} }));
    expect(decision.outcome).toBe('reject');
  });
});

describe('A trusted author', () => {
  const trustedAuthors = { approved: 20, rejectedShare: 0.05, widen: 0.5 };
  // Half-way from .4 to .9 is .65.
  test.for([
    { who: 'trusted by count', author: settled, hate: 0.6, outcome: 'approve' },
    { who: 'trusted by the sender', author: { trusted: true }, hate: 0.6, outcome: 'approve' },
    { who: 'beyond the wider band', author: settled, hate: 0.66, outcome: 'review' },
    { who: 'beyond the line of rejection', author: settled, hate: 0.9, outcome: 'reject' },
    { who: 'not trusted by the sender', author: { ...settled, trusted: false }, hate: 0.6, outcome: 'review' },
    { who: 'rejected too often', author: { ...settled, rejected: 3 }, hate: 0.6, outcome: 'review' },
    { who: 'of whom nothing is known', author: {}, hate: 0.6, outcome: 'review' },
  ])('$who at $hate: $outcome', ({ author, hate, outcome }) => {
    const { decision } = decideUnder(policy({ trustedAuthors }), signals(scored({ hate })), at({ author }));
    expect(decision.outcome).toBe(outcome);
  });
});

describe('A sensitive article', () => {
  const sensitive = (moderation: string) => inForce({ defaults: { thresholds }, articles: { trial: { moderation } } });

  it('puts everything before a person, what would be rejected too, and says why', () => {
    for (const hate of [0.1, 0.95]) {
      const judged = decideUnder(
        sensitive('review-all'),
        signals(scored({ hate })),
        at({ place: { article: 'trial' } }),
      );
      expect(judged).toMatchObject({
        decision: {
          outcome: 'review',
          reasons: [{ kind: 'policy', because: 'sensitive' }, ...(hate > 0.5 ? [{}] : [])],
        },
        handling: { stateInReview: 'pending', auditShare: 0 },
      });
    }
    expect(decideUnder(sensitive('review-all'), signals(), at({ place: { article: 'other' } })).decision.outcome).toBe(
      'approve',
    );
  });

  it('that is closed has a new text of an old comment looked at, and says that it is closed', () => {
    const { decision } = decideUnder(sensitive('closed'), signals(), at({ place: { article: 'trial' } }));
    expect(decision).toMatchObject({
      outcome: 'review',
      reasons: [{ kind: 'policy', because: 'closed', text: expect.stringContaining('closed') }],
    });
  });

  it('is not decided by a rule in shadow, however forced', () => {
    const watching = signals(scored(), [hit({ forced: true, shadow: true })]);
    expect(decideUnder(sensitive('review-all'), watching, at({ place: { article: 'trial' } })).decision.outcome).toBe(
      'review',
    );
  });

  it('leaves alone what an editor has forced', () => {
    const forced = signals(scored(), [hit({ forced: true })]);
    expect(decideUnder(sensitive('review-all'), forced, at({ place: { article: 'trial' } })).decision.outcome).toBe(
      'reject',
    );
  });
});

describe('A doubted comment', () => {
  const state = (defaults: object, one: Signals) => decideUnder(policy(defaults), one, at()).handling.stateInReview;
  const mild = signals(scored({ insult: 0.55 }));

  it('waits where comments are judged before, and is shown where they are judged after', () => {
    expect(state({}, mild)).toBe('pending');
    expect(state({ moderation: 'after' }, signals(scored({ hate: 0.89 })))).toBe('published');
  });

  it('is shown by risk only where all its scores are low and nothing but the model doubts it', () => {
    const risk = { moderation: 'risk', publishBelow: 0.6 };
    expect(state(risk, mild)).toBe('published');
    expect(state(risk, signals(scored({ insult: 0.55, hate: 0.6 })))).toBe('pending');
    expect(state(risk, signals(scored({ insult: 0.55 }), [hit({ effect: 'review' })]))).toBe('pending');
    expect(state(risk, signals(null))).toBe('pending');
    const newcomer = decideUnder(
      policy({ ...risk, newAuthors: { days: 0, approved: 3 } }),
      signals(),
      at({ author: {} }),
    );
    expect(newcomer).toMatchObject({ decision: { outcome: 'review' }, handling: { stateInReview: 'pending' } });
  });
});

describe('A comment that waits without its findings', () => {
  test.for([
    { moderation: 'before', shown: 'pending' },
    { moderation: 'risk', shown: 'pending' },
    { moderation: 'after', shown: 'published' },
  ])('under $moderation is shown to the desk as $shown, whatever was decided', ({ moderation, shown }) => {
    for (const insult of [0.05, 0.55]) {
      for (const hate of [0.05, 0.95]) {
        const { handling } = decideUnder(
          policy({ moderation, publishBelow: 0.6 }),
          signals(scored({ insult, hate })),
          at(),
        );
        expect(handling.stateBlind).toBe(shown);
      }
    }
  });
});

describe('A rejection that is suspended', () => {
  const unmet = anUnmet('hate', 0.9);
  const judged = (defaults: object, one: Signals) =>
    decideUnder({ ...policy({ precision: 0.9, ...defaults }), suspended: [unmet] }, one, at());
  const hateful = scored({ hate: 0.95 });

  it('goes to a person, and says why beside what the model found', () => {
    expect(decideUnder(policy({ precision: 0.9 }), signals(hateful), at()).decision.outcome).toBe('reject');
    expect(judged({}, signals(hateful)).decision).toMatchObject({
      outcome: 'review',
      reasons: [
        { kind: 'policy', because: 'suspended' },
        { kind: 'model', label: 'hate' },
      ],
    });
  });

  it('is one at a place that asks for more precision too, and none where less or another threshold is asked for', () => {
    const outcome = (defaults: object) => judged(defaults, signals(hateful)).decision.outcome;
    expect(outcome({ precision: 0.95 })).toBe('review');
    expect(outcome({ precision: 0.85 })).toBe('reject');
    expect(outcome({ thresholds: { hate: { review: 0.4, reject: 0.92 } } })).toBe('reject');
  });

  it('keeps nothing else from rejecting', () => {
    const byRule = judged({}, signals(hateful, [hit({})]));
    expect(byRule.decision).toMatchObject({ outcome: 'reject', reasons: [{ kind: 'model' }, { kind: 'rule' }] });
    const both = { thresholds: { ...thresholds, insult: { review: 0.5, reject: 0.8 } } };
    expect(judged(both, signals(scored({ hate: 0.95, insult: 0.85 }))).decision.outcome).toBe('reject');
  });

  it('is not shown by risk while it waits, however low its scores', () => {
    const low = { moderation: 'risk', publishBelow: 1 };
    expect(judged(low, signals(hateful)).handling).toMatchObject({ stateInReview: 'pending', auditShare: 0 });
  });

  it('says nothing where the comment is doubted only, also for a trusted author', () => {
    expect(judged({}, signals(scored({ hate: 0.6 }))).decision.reasons).toMatchObject([{ kind: 'model' }]);
    const trusting = { trustedAuthors: { approved: 10, rejectedShare: 0.1, widen: 0.9 } };
    expect(judged(trusting, signals(scored({ hate: 0.6 }))).decision.outcome).toBe('approve');
    expect(judged(trusting, signals(hateful)).decision.outcome).toBe('review');
  });
});

describe('Without scores', () => {
  const overload = { model: 'review', deadline: 'review', deadlineSeconds: 60, overload: 'publish' };
  const after = policy({ moderation: 'after', without: overload });
  const judged = (given: InForce, one: Signals, without: 'model' | 'deadline' | 'overload') =>
    decideUnder(given, one, at({ without })).decision;

  it('a person decides', () => {
    for (const without of ['model', 'deadline', 'overload'] as const) {
      expect(judged(policy(), signals(null), without)).toMatchObject({ outcome: 'review', degraded: true });
    }
    expect(judged(policy(), signals(null), 'overload').reasons).toMatchObject([
      { kind: 'policy', because: 'overload' },
    ]);
  });

  it('a site that judges after publication may publish in overload, and only then, and the decision says so', () => {
    expect(judged(after, signals(null), 'overload')).toMatchObject({ outcome: 'approve', degraded: true });
    expect(judged(after, signals(null), 'deadline').outcome).toBe('review');
    expect(judged(after, signals(null), 'model').outcome).toBe('review');
  });

  it('what a rule asks about is not published in overload either', () => {
    expect(judged(after, signals(null, [hit({ effect: 'review' })]), 'overload').outcome).toBe('review');
    const broken = { ...signals(null), findings: { hits: [], broken: [{ rule: 'names', shadow: false }] } };
    expect(judged(after, broken, 'overload').outcome).toBe('review');
  });

  it('nothing is drawn for the audit', () => {
    const share = { moderation: 'after', without: overload, audit: { share: 1 } };
    expect(decideUnder(policy(share), signals(null), at({ without: 'overload' })).handling.auditShare).toBe(0);
    expect(decideUnder(policy(share), signals(), at()).handling.auditShare).toBe(1);
    expect(decideUnder(policy(share), signals(scored({ hate: 0.95 })), at()).handling.auditShare).toBe(1);
  });
});
