import { readPolicy } from '../../src/core/policy.js';
import type {
  ArticleView,
  CommentView,
  HistoryEntry,
  PipelineView,
  QueueItemView,
  ReportView,
  ThreadEntry,
} from '../../src/core/views.js';

/** Invented comments under an invented article, for the pages' tests. Minutes are counted back from `now`. */

export const REVIEW_LINES = {
  incitement: 0.5,
  dehumanisation: 0.5,
  hate: 0.5,
  threat: 0.5,
  insult: 0.5,
  profanity: 0.6,
  spam: 0.6,
  off_topic: 0.8,
} as const;

/** What `GET /v1/models/{id}` answers: the pipeline of today, and one that judged before it. */
export const PIPELINES: readonly PipelineView[] = [
  aPipeline('minilm-2026-03+r118+p23+n4', {}),
  aPipeline('minilm-2025-11+r90+p20+n3', {
    model: 'minilm-2025-11',
    ruleRevision: 90,
    policyRevision: 20,
    normaliser: '3',
    policy: readPolicy({ defaults: { thresholds: { insult: { review: 0.44 } } } }),
  }),
];

function aPipeline(id: string, change: Partial<PipelineView>): PipelineView {
  return {
    id,
    model: 'minilm-2026-03',
    ruleRevision: 118,
    policyRevision: 23,
    normaliser: '5',
    policy: readPolicy({
      defaults: {
        thresholds: Object.fromEntries(Object.entries(REVIEW_LINES).map(([label, review]) => [label, { review }])),
      },
    }),
    ...change,
  };
}

const ago = (now: number, minutes: number) => new Date(now - minutes * 60_000).toISOString();

function anArticle(now: number, change: Partial<ArticleView> = {}): ArticleView {
  return {
    id: 'brennmoor-tram',
    title: 'Tram set on fire in Brennmoor, driver in hospital',
    summary: 'Police look for three people. The mayor asks the city to wait for facts before anybody is blamed.',
    body: [
      'A tram of line 4 was set on fire on Tuesday evening at the terminus in Brennmoor. The driver got eleven passengers out and was taken to hospital with burns, the fire brigade said.',
      'Police are looking for three people who ran towards the canal. They have not named a motive and asked witnesses not to share pictures of the injured.',
      'The line stays closed until Friday. Buses replace it every twelve minutes.',
    ].join('\n\n'),
    url: 'https://courier.example/brennmoor-tram',
    section: 'City',
    publishedAt: ago(now, 95),
    language: 'en',
    revision: 1,
    stub: false,
    counts: { comments: 128, waiting: 7, escalated: 1, rejected: 19 },
    ...change,
  };
}

export function aComment(now: number, id: string, change: Partial<CommentView> = {}): CommentView {
  return {
    id,
    articleId: 'brennmoor-tram',
    parentId: null,
    state: 'pending',
    stateCause: 'decision',
    stateVersion: 2,
    revision: 1,
    author: {
      id: `author-of-${id}`,
      name: 'Reader',
      createdAt: '2021-03-04T10:00:00Z',
      approved: 12,
      rejected: 1,
      lastTen: ['approve', 'approve', 'reject', 'approve'],
    },
    text: 'A calm sentence about trams.',
    createdAt: ago(now, 30),
    acceptedAt: ago(now, 30),
    language: { code: 'en', source: 'article' },
    decision: 'review',
    degraded: false,
    decidedAt: ago(now, 30),
    scores: {},
    flags: [],
    reasons: [],
    spans: [],
    pipeline: 'minilm-2026-03+r118+p23+n4',
    verdict: null,
    reports: [],
    history: [],
    ...change,
  };
}

export function anItem(now: number, id: string, change: Partial<QueueItemView> = {}): QueueItemView {
  const comment = change.comment ?? aComment(now, `comment-${id}`);
  return {
    id,
    commentId: comment.id,
    revision: comment.revision,
    cause: 'decision',
    enteredAt: ago(now, 26),
    urgency: 1,
    label: null,
    claim: null,
    comment,
    rescored: null,
    article: anArticle(now),
    parent: null,
    thread: [lineOf(comment)],
    threadSize: change.thread?.length ?? 1,
    ...change,
  };
}

function lineOf(comment: CommentView, change: Partial<ThreadEntry> = {}): ThreadEntry {
  return {
    id: comment.id,
    depth: comment.parentId === null ? 0 : 1,
    authorName: comment.author.name ?? '',
    at: comment.createdAt,
    text: comment.text,
    state: comment.state,
    outcome: comment.decision,
    label: null,
    ...change,
  };
}

/** Where some words stand in a text, as a span has it. */
export function stretch(text: string, part: string): { begin: number; end: number } {
  const begin = text.indexOf(part);
  if (begin === -1) throw new Error(`"${part}" is not in the text`);
  return { begin, end: begin + part.length };
}

/** A queue with one comment of every kind that the card has to show. */
export function aQueue(now: number): QueueItemView[] {
  return [inciting(now), overlapping(now), reported(now), escalated(now), foreign(now), awkward(now), advert(now)];
}

function inciting(now: number): QueueItemView {
  const asked =
    'My neighbour drives that damned line and nobody can reach him. Could we please wait for the police before we decide who did this?';
  const parent = aComment(now, 'parent-1', {
    author: { ...aComment(now, 'x').author, name: 'Maren D.' },
    text: asked,
    spans: [{ ...stretch(asked, 'damned'), label: 'profanity', source: 'rule' }],
    state: 'published',
    decision: 'approve',
    createdAt: ago(now, 70),
    verdict: {
      id: 'v0',
      revision: 1,
      action: 'approve',
      label: null,
      note: null,
      by: 'Tomas',
      at: ago(now, 60),
    },
  });
  const before =
    'Wait for what? Everybody in Brennmoor knows which doors to knock on.\n\nThe mayor is a clown who would apologise to the fire.';
  const text =
    'Wait for what? We have been told to wait for twenty years. Everybody in Brennmoor knows which doors they came out of, and somebody ought to burn the whole row down tonight before the buses even run again.\n\nThey are v e r m 1 n and were never meant to live in a city. And the mayor is a clown who would apologise to the fire.';
  const history: HistoryEntry[] = [
    { kind: 'revision', revision: 1, at: ago(now, 34), text: before },
    { kind: 'revision', revision: 2, at: ago(now, 30), text },
  ];
  const reports: ReportView[] = [
    { reason: 'Calls for violence', note: null, at: ago(now, 20) },
    { reason: 'Calls for violence', note: 'I live in that row.', at: ago(now, 18) },
    { reason: 'Hateful', note: null, at: ago(now, 9) },
  ];
  const comment = aComment(now, 'comment-1', {
    parentId: parent.id,
    revision: 2,
    author: {
      id: 'a1',
      name: 'harrier61',
      createdAt: '2021-03-04T10:00:00Z',
      approved: 187,
      rejected: 27,
      lastTen: [
        'approve',
        'approve',
        'approve',
        'reject',
        'approve',
        'approve',
        'reject',
        'approve',
        'approve',
        'reject',
      ],
    },
    text,
    scores: { incitement: 0.91, dehumanisation: 0.78, hate: 0.72, insult: 0.41, toxicity: 0.9, off_topic: 0.11 },
    flags: ['incitement', 'dehumanisation', 'hate'],
    reasons: [
      {
        kind: 'model',
        label: 'incitement',
        score: 0.91,
        text: 'Proposes violence against the people of a street, put as a wish.',
      },
      { kind: 'model', label: 'dehumanisation', score: 0.78, text: 'Speaks of people as less than human.' },
      {
        kind: 'rule',
        rule: 'vermin-words',
        label: 'dehumanisation',
        matched: 'v e r m 1 n',
        text: 'Calls people pests. Letters were spaced out to hide the word.',
      },
      { kind: 'model', label: 'hate', score: 0.72, text: 'Attacks people for where they come from.' },
    ],
    spans: [
      {
        ...stretch(text, 'somebody ought to burn the whole row down tonight'),
        label: 'incitement',
        source: 'model',
        score: 0.91,
      },
      {
        ...stretch(text, 'They are v e r m 1 n and were never meant to live in a city.'),
        label: 'dehumanisation',
        source: 'model',
        score: 0.78,
      },
      { ...stretch(text, 'v e r m 1 n'), label: 'dehumanisation', source: 'rule' },
      { ...stretch(text, 'the mayor is a clown'), label: 'insult', source: 'model', score: 0.41 },
    ],
    reports,
    history,
  });
  return anItem(now, 'item-1', {
    comment,
    parent,
    label: 'incitement',
    urgency: 9,
    thread: [
      lineOf(parent, { outcome: 'approve' }),
      lineOf(aComment(now, 't1'), {
        depth: 1,
        authorName: 'Pia Lindqvist',
        text: 'Mine has just called. The phones are jammed around the canal, don’t give up.',
        state: 'published',
        outcome: 'approve',
      }),
      lineOf(comment),
      lineOf(aComment(now, 't2'), {
        depth: 1,
        authorName: 'Jonas Ek',
        text: 'Which doors, harrier? Mine? I was carrying people out of that tram.',
        outcome: 'review',
      }),
      lineOf(aComment(now, 't3'), {
        depth: 1,
        authorName: 'canal_lad',
        text: 'Hidden, because it was rejected.',
        state: 'withheld',
        outcome: 'reject',
        label: 'incitement',
      }),
    ],
  });
}

function overlapping(now: number): QueueItemView {
  const text =
    'Every Orsavian in this damned town lies for the next one, and the bloody council pays them for it.\nAsk anybody at the depot.';
  const comment = aComment(now, 'comment-2', {
    author: { id: 'a2', name: 'depot-7', approved: 3, rejected: 0, lastTen: [] },
    text,
    scores: { hate: 0.84, profanity: 0.66, insult: 0.33 },
    flags: ['hate', 'profanity'],
    reasons: [
      { kind: 'model', label: 'hate', score: 0.84, text: 'Says of a whole people that they lie.' },
      {
        kind: 'rule',
        rule: 'curses',
        label: 'profanity',
        matched: 'damned',
        text: 'Swears.',
        disagrees: { score: 0.12 },
      },
    ],
    spans: [
      {
        ...stretch(text, 'Every Orsavian in this damned town lies for the next one'),
        label: 'hate',
        source: 'model',
        score: 0.84,
      },
      { ...stretch(text, 'damned'), label: 'profanity', source: 'rule' },
      { ...stretch(text, 'next one, and the bloody council'), label: 'insult', source: 'model', score: 0.33 },
      { ...stretch(text, 'bloody'), label: 'profanity', source: 'rule' },
    ],
  });
  return anItem(now, 'item-2', { comment, label: 'hate', urgency: 8 });
}

function reported(now: number): QueueItemView {
  const comment = aComment(now, 'comment-3', {
    author: { ...aComment(now, 'x').author, name: 'Ada Rook', role: 'subscriber', trusted: true },
    text: 'I was on the tram before that one. If the doors had not been serviced last month this would have ended differently.',
    state: 'published',
    decision: 'approve',
    reports: [{ reason: 'Spreads rumours', note: null, at: ago(now, 4) }],
  });
  return anItem(now, 'item-3', { comment, cause: 'report', urgency: 7 });
}

function escalated(now: number): QueueItemView {
  const comment = aComment(now, 'comment-4', {
    author: { ...aComment(now, 'x').author, name: 'quill' },
    text: 'Write down the names of everybody who cheered, we will need the list later.',
    scores: { threat: 0.47, incitement: 0.28 },
    history: [
      {
        kind: 'verdict',
        revision: 1,
        at: ago(now, 12),
        undone: false,
        verdict: {
          id: 'v4',
          revision: 1,
          action: 'escalate',
          label: null,
          note: 'Could be meant for the court. Look at the whole thread, please.',
          by: 'Ines',
          at: ago(now, 12),
        },
      },
    ],
  });
  return anItem(now, 'item-4', { comment, cause: 'escalated', urgency: 6, enteredAt: ago(now, 150) });
}

function foreign(now: number): QueueItemView {
  const comment = aComment(now, 'comment-5', {
    author: { ...aComment(now, 'x').author, name: 'Zofia' },
    text: 'Mój brat był w tym tramwaju. Dziękuję kierowcy z całego serca.',
    language: { code: 'pl', source: 'detected' },
    reasons: [
      {
        kind: 'unscorable',
        because: 'language-unsupported',
        text: 'The model does not read this language, so a person decides.',
      },
      { kind: 'rule-broken', rule: 'names-of-suspects', text: 'A rule could not be checked, so a person decides.' },
    ],
    degraded: true,
  });
  return anItem(now, 'item-5', { comment, urgency: 5 });
}

/** Writing that could break a page: another direction, a name that turns the line, towers of marks, one endless word. */
function awkward(now: number): QueueItemView {
  const comment = aComment(now, 'comment-6', {
    author: { ...aComment(now, 'x').author, name: `\u202Enamreb ${'long'.repeat(40)}` },
    text: `שלום לכולם, הנהג גיבור. \u202Eabc\n\nt${'\u0301\u0323'.repeat(150)}ower ${'a'.repeat(400)}\n\n\n\n\n<img src=x onerror=alert(1)> <b>bold</b>`,
    language: { code: 'he', source: 'detected' },
    reasons: [{ kind: 'model-unavailable', text: 'The model did not answer, so a person decides.' }],
  });
  return anItem(now, 'item-6', {
    comment,
    urgency: 4,
    article: anArticle(now, {
      id: 'stub',
      title: '',
      summary: null,
      body: null,
      url: 'javascript:alert(1)',
      stub: true,
      section: null,
      publishedAt: null,
    }),
  });
}

function advert(now: number): QueueItemView {
  const text = 'Cheap winter tyres, delivered tomorrow: tyres.example/brennmoor';
  const comment = aComment(now, 'comment-7', {
    author: { id: 'a7', approved: 0, rejected: 4, lastTen: ['reject', 'reject', 'reject', 'reject'] },
    text,
    scores: { spam: 0.88, off_topic: 0.93 },
    flags: ['spam', 'off_topic'],
    reasons: [
      { kind: 'rule', rule: 'adverts', label: 'spam', matched: 'Cheap winter tyres', text: 'Advertises something.' },
      { kind: 'model', label: 'off_topic', score: 0.93, text: 'Is not about this article.' },
    ],
    spans: [{ begin: 0, end: text.length, label: 'spam', source: 'rule' }],
  });
  return anItem(now, 'item-7', { comment, cause: 'rescore', urgency: 3 });
}
