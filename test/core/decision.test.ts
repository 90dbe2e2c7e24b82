import { describe, expect, it, test } from 'vitest';
import { type Bands, decide, type Signals } from '../../src/core/decision.js';
import type { Evaluation } from '../../src/core/evaluation.js';
import type { RuleHit } from '../../src/core/rules.js';

const policy: Bands = {
  thresholds: {
    incitement: { review: 0.5, reject: 0.95 },
    insult: { review: 0.6, reject: null },
    off_topic: { review: 0.7, reject: 0.9 },
  },
  agree: 0.2,
};

function scored(scores: Partial<Record<'incitement' | 'insult' | 'spam', number>> = {}, offTopic = 0.1): Evaluation {
  return {
    kind: 'scored',
    scores,
    offTopic: { kind: 'scored', probability: offTopic, provisional: false },
    spans: [],
    language: { code: 'en', source: 'site' },
  };
}

/** A harmless comment; each test changes only what it is about. */
function signals(change: Partial<Signals> = {}): Signals {
  return { text: 'They should all be hanged.', evaluation: scored(), findings: { hits: [], broken: [] }, ...change };
}

function hit(change: Partial<RuleHit> = {}): RuleHit {
  return {
    rule: 'hanging',
    label: 'incitement',
    effect: 'reject',
    forced: false,
    shadow: false,
    reason: 'Calls for people to be hanged.',
    stretches: [{ begin: 0, end: 4 }],
    undone: [],
    ...change,
  };
}

const withHit = (change: Partial<RuleHit>, evaluation: Evaluation | null = scored()) =>
  decide(signals({ evaluation, findings: { hits: [hit(change)], broken: [] } }), policy);

describe('A comment', () => {
  it('is approved when nothing speaks against it', () => {
    expect(decide(signals(), policy)).toEqual({
      outcome: 'approve',
      reasons: [],
      flags: [],
      spans: [],
      degraded: false,
    });
  });

  test.for([
    { score: 0.49, outcome: 'approve', flags: [] },
    { score: 0.5, outcome: 'review', flags: ['incitement'] },
    { score: 0.94, outcome: 'review', flags: ['incitement'] },
    { score: 0.95, outcome: 'reject', flags: ['incitement'] },
  ])('scored $score for incitement is sent to $outcome', ({ score, outcome, flags }) => {
    expect(decide(signals({ evaluation: scored({ incitement: score }) }), policy)).toMatchObject({ outcome, flags });
  });

  it('is not rejected by a label that the policy does not let reject', () => {
    expect(decide(signals({ evaluation: scored({ insult: 1 }) }), policy).outcome).toBe('review');
  });

  it('is never rejected for straying off topic, whatever a policy says', () => {
    expect(decide(signals({ evaluation: scored({}, 1) }), policy)).toMatchObject({
      outcome: 'review',
      flags: ['off_topic'],
    });
    expect(withHit({ label: 'off_topic' }, scored({}, 1)).outcome).toBe('review');
  });

  it('is not judged by a label that the policy does not know', () => {
    expect(decide(signals({ evaluation: scored({ spam: 1 }) }), policy).outcome).toBe('approve');
  });
});

describe('A person decides', () => {
  it('when the model could not be asked, and the decision says that it is degraded', () => {
    expect(decide(signals({ evaluation: null }), policy)).toMatchObject({
      outcome: 'review',
      degraded: true,
      reasons: [{ kind: 'model-unavailable' }],
    });
  });

  test.for(['language-unsupported', 'empty'] as const)('when the text cannot be scored: %s', (because) => {
    const evaluation: Evaluation = { kind: 'unscorable', because, language: { code: 'de', source: 'sender' } };
    expect(decide(signals({ evaluation }), policy)).toMatchObject({
      outcome: 'review',
      degraded: false,
      reasons: [{ kind: 'unscorable', because }],
    });
  });

  it('when a rule could not be evaluated', () => {
    expect(
      decide(signals({ findings: { hits: [], broken: [{ rule: 'hanging', shadow: false }] } }), policy),
    ).toMatchObject({
      outcome: 'review',
      reasons: [{ kind: 'rule-broken', rule: 'hanging' }],
    });
  });

  it('even where a rule would approve', () => {
    expect(withHit({ effect: 'approve' }, null).outcome).toBe('review');
    expect(withHit({ effect: 'approve' }, scored({ incitement: 0.6 })).outcome).toBe('review');
  });
});

describe('A rejecting rule', () => {
  it('rejects where the model agrees', () => {
    expect(withHit({}, scored({ incitement: 0.3 }))).toMatchObject({
      outcome: 'reject',
      flags: ['incitement'],
      reasons: [{ kind: 'rule', rule: 'hanging', matched: 'They' }],
    });
  });

  it('asks a person where the model sees nothing wrong', () => {
    expect(withHit({}, scored({ incitement: 0.02 }))).toMatchObject({
      outcome: 'review',
      reasons: [{ kind: 'rule', disagrees: { score: 0.02 } }],
    });
  });

  it('asks a person where the model does not cover its label', () => {
    expect(withHit({ label: 'threat' }).outcome).toBe('review');
  });

  it('decides alone when an editor forced it, and only then', () => {
    expect(withHit({ forced: true }, null).outcome).toBe('reject');
    expect(withHit({}, null).outcome).toBe('review');
  });
});

describe('A rule that an editor forced to approve', () => {
  const approving = hit({ rule: 'staff', effect: 'approve', forced: true });
  const decided = (change: Partial<Signals>) => decide(signals(change), policy).outcome;
  const hits = (...others: readonly RuleHit[]) => ({ findings: { hits: [approving, ...others], broken: [] } });

  it('decides against the model and against rules that are not forced', () => {
    expect(decided({ ...hits(), evaluation: scored({ incitement: 1 }) })).toBe('approve');
    expect(decided({ ...hits(hit()), evaluation: scored({ incitement: 1 }) })).toBe('approve');
  });

  it('does not stand in for a model that is away, a text that it cannot read, or a broken rule', () => {
    const unreadable = { kind: 'unscorable', because: 'language-unsupported' } as const;
    const language = { code: 'de', source: 'sender' } as const;
    expect(decided({ ...hits(), evaluation: null })).toBe('review');
    expect(decided({ ...hits(), evaluation: { ...unreadable, language } })).toBe('review');
    expect(decided({ findings: { hits: [approving], broken: [{ rule: 'hanging', shadow: false }] } })).toBe('review');
  });

  it.for(['reject', 'review'] as const)('gives way to one that is forced to %s, whichever comes first', (effect) => {
    const forced = hit({ effect, forced: true });
    for (const order of [
      [approving, forced],
      [forced, approving],
    ]) {
      expect(decided({ findings: { hits: order, broken: [] } })).toBe(effect);
    }
  });
});

describe('A flagging rule', () => {
  it('raises its label and marks its place, and changes no outcome', () => {
    expect(withHit({ effect: 'flag', label: 'profanity' })).toMatchObject({
      outcome: 'approve',
      flags: ['profanity'],
      spans: [{ label: 'profanity', source: 'rule', begin: 0, end: 4 }],
    });
  });
});

describe('A rule in shadow', () => {
  it('takes no part, whatever its effect, and not even where it could not be evaluated', () => {
    const harmless = decide(signals(), policy);
    for (const effect of ['flag', 'review', 'reject'] as const) {
      expect(withHit({ effect, shadow: true })).toEqual(harmless);
    }
    expect(withHit({ forced: true, shadow: true })).toEqual(harmless);
    const broken = [{ rule: 'hanging', shadow: true }];
    expect(decide(signals({ findings: { hits: [], broken } }), policy)).toEqual(harmless);
  });
});
