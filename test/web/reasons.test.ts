import { describe, expect, it } from 'vitest';
import type { CommentView, QueueItemView } from '../../src/core/views.js';
import { findingsOf, foundLabels, marginReasons } from '../../src/web/review/reasons.js';
import { aComment, anItem, aQueue, REVIEW_LINES } from './comments.js';

const NOW = Date.parse('2026-03-14T20:00:00Z');
const item = (comment: Partial<CommentView>, change: Partial<QueueItemView> = {}) =>
  anItem(NOW, 'item', { comment: aComment(NOW, 'c', comment), ...change });
const reasons = (waiting: QueueItemView) => marginReasons(waiting, REVIEW_LINES, NOW);
const [inciting] = aQueue(NOW) as [QueueItemView];

describe('Why a person is asked', () => {
  it('lists the labels from the worst on, then what lies under the line', () => {
    expect(reasons(inciting).map(({ label, weight }) => [label, weight])).toEqual([
      ['incitement', 'asked'],
      ['dehumanisation', 'asked'],
      ['hate', 'asked'],
      ['insult', 'below'],
    ]);
  });

  it('says one label once, with all that speaks for it', () => {
    const dehumanisation = reasons(inciting).find(({ label }) => label === 'dehumanisation');
    expect(dehumanisation).toMatchObject({ score: 0.78, source: 'rule and model' });
    expect(dehumanisation?.sentences).toHaveLength(2);
  });

  it('lists what sums others up beneath them, and by itself where it is alone', () => {
    const toxic = { kind: 'model', label: 'toxicity', score: 0.9, text: 'Drives readers away.' } as const;
    const insult = { kind: 'model', label: 'insult', score: 0.8, text: 'Demeans a person.' } as const;
    const listed = (...given: CommentView['reasons']) =>
      reasons(item({ reasons: given })).map(({ label, weight }) => [label, weight]);
    expect(listed(toxic, insult)).toEqual([
      ['insult', 'asked'],
      ['toxicity', 'below'],
    ]);
    expect(listed(toxic)).toEqual([['toxicity', 'asked']]);
  });

  it('says where the model disagrees with a rule', () => {
    const waiting = item({
      scores: { profanity: 0.1 },
      reasons: [
        { kind: 'rule', rule: 'r', label: 'profanity', matched: 'w', text: 'Swears.', disagrees: { score: 0.1 } },
      ],
    });
    expect(reasons(waiting)).toMatchObject([
      { label: 'profanity', weight: 'asked', source: 'rule; the model disagrees (.10)' },
    ]);
  });

  it('has no score where nothing was weighed', () => {
    const waiting = item({ reasons: [{ kind: 'rule', rule: 'r', label: 'hate', matched: 'w', text: 'A slur.' }] });
    expect(reasons(waiting)).toMatchObject([{ label: 'hate', score: null, source: 'rule' }]);
  });

  it('names a missing model, a broken rule and a language that is not read', () => {
    const waiting = item({
      reasons: [
        { kind: 'model-unavailable', text: 'The model did not answer.' },
        { kind: 'rule-broken', rule: 'names', text: 'A rule could not be checked.' },
        { kind: 'unscorable', because: 'language-unsupported', text: 'The language is not read.' },
      ],
    });
    expect(reasons(waiting).map(({ head }) => head)).toEqual(['no model', 'a rule is broken', 'cannot be scored']);
  });

  it.for([
    { cause: 'report', head: 'reported' },
    { cause: 'escalated', head: 'escalated' },
    { cause: 'rescore', head: 'judged again' },
    { cause: 'undo', head: 'taken back' },
  ] as const)('says so when it waits by $cause', ({ cause, head }) => {
    expect(reasons(item({}, { cause })).map((reason) => reason.head)).toEqual([head]);
  });

  it('says what a rescoring found where that is why it waits, and its own decision said nothing', () => {
    const found = { kind: 'model', label: 'threat', score: 0.91, text: 'Reads as a threat.' } as const;
    const span = { begin: 0, end: 4, label: 'threat', source: 'model', score: 0.91 } as const;
    const rescored = {
      decision: 'review',
      flags: ['threat'],
      reasons: [found],
      spans: [span],
      pipeline: 'p2',
    } as const;
    const waiting = item({ decision: 'approve' }, { cause: 'rescore', rescored });
    expect(reasons(waiting).map(({ head, label, score }) => head ?? [label, score])).toEqual([
      'judged again',
      ['threat', 0.91],
    ]);
    expect(findingsOf(waiting).spans).toEqual([span]);
  });

  it('says who escalated it, and with which note', () => {
    const escalated = aQueue(NOW).find(({ cause }) => cause === 'escalated') as QueueItemView;
    expect(reasons(escalated)[0]).toMatchObject({ source: 'Ines' });
    expect(reasons(escalated)[0]?.sentences[1]).toContain('the whole thread');
  });
});

describe('Under the line', () => {
  it.for([
    { score: 0.19, listed: false },
    { score: 0.2, listed: true },
    { score: 0.49, listed: true },
  ])('a score of $score is listed: $listed', ({ score, listed }) => {
    expect(reasons(item({ scores: { insult: score } }))).toHaveLength(listed ? 1 : 0);
  });

  it('nothing is listed that has no line, no glyph or no score', () => {
    expect(
      marginReasons(item({ scores: { insult: 0.4, toxicity: 0.4, hate: null } }), { toxicity: 0.5, hate: 0.5 }, NOW),
    ).toEqual([]);
  });
});

describe('The reject menu', () => {
  it('offers what something speaks for, worst first', () => {
    expect(foundLabels(reasons(inciting))).toEqual(['incitement', 'dehumanisation', 'hate', 'insult']);
  });
});
