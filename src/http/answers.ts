import { z } from 'zod';
import { COMMENT_STATES, VERDICT_ACTIONS } from '../core/comment.js';
import { OUTCOMES } from '../core/decision.js';
import { LABELS } from '../core/labels.js';
import { Policy } from '../core/policy.js';
import {
  type ArticleView,
  type CommentView,
  type EventView,
  type HelloView,
  type LoadView,
  type Problem,
  QUEUE_LISTS,
  type QueueItemView,
  type QueuePage,
  type ReportAnswer,
  type ReviewAnswer,
} from '../core/views.js';
import { POLICY_ANSWERS, policyProblem } from './policy-answers.js';
import { list, REVISION_ANSWERS, shaped } from './revision-answers.js';
import { RULE_ANSWERS } from './rule-answers.js';

/**
 * The answers as the description shows them. They are no gate: what is sent was typed where it was made. Those that have a
 * view fit it in both directions, or this does not compile; test/http/openapi.test.ts holds real answers against all.
 */

const Time = z.iso.datetime();
const Label = z.enum(LABELS);
const Outcome = z.enum(OUTCOMES);
const Action = z.enum(VERDICT_ACTIONS);
const State = z.enum(COMMENT_STATES);
const Cause = z.enum(['accepted', 'decision', 'verdict', 'report', 'appeal', 'edit', 'erasure']);
const Count = z.int().min(0);
const Revision = z.int().min(1);
const Score = z.number().min(0).max(1);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Scores = z.partialRecord(Label, Score.nullable());

const Reason = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model'), label: Label, score: Score, text: z.string() }),
  z.strictObject({
    kind: z.literal('rule'),
    rule: z.string(),
    label: Label,
    matched: z.string(),
    text: z.string(),
    disagrees: z.exactOptional(z.strictObject({ score: Score })),
  }),
  z.strictObject({
    kind: z.literal('unscorable'),
    because: z.enum(['language-unsupported', 'empty']),
    text: z.string(),
  }),
  z.strictObject({ kind: z.literal('model-unavailable'), text: z.string() }),
  z.strictObject({ kind: z.literal('rule-broken'), rule: z.string(), text: z.string() }),
  z.strictObject({
    kind: z.literal('policy'),
    because: z.enum([
      'asked',
      'sensitive',
      'closed',
      'new-author',
      'author-unknown',
      'suspended',
      'deadline',
      'overload',
    ]),
    text: z.string(),
  }),
]);

const Span = z.strictObject({
  begin: Count,
  end: Count,
  label: Label,
  source: z.enum(['model', 'rule']),
  score: z.exactOptional(Score),
});

const Language = z.strictObject({ code: z.string(), source: z.enum(['sender', 'article', 'site', 'detected']) });

const Verdict = z.strictObject({
  id: z.string(),
  revision: Revision,
  action: Action,
  label: Label.nullable(),
  note: z.string().nullable(),
  by: z.string(),
  at: Time,
});

const Report = z.strictObject({ reason: z.string(), note: z.string().nullable(), at: Time });

const History = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('revision'), revision: Revision, at: Time, text: z.string() }),
  z.strictObject({
    kind: z.literal('decision'),
    revision: Revision,
    at: Time,
    outcome: Outcome,
    pipeline: z.string(),
    effective: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('verdict'),
    revision: Revision,
    at: Time,
    verdict: Verdict,
    undone: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('report'), at: Time, report: Report }),
]);

/** What a decision consists of, in every answer that holds one. */
const judgement = {
  scores: Scores,
  flags: list(Label),
  reasons: list(Reason),
  spans: list(Span),
};

const Comment = shaped<CommentView>()(
  z.strictObject({
    id: z.string(),
    articleId: z.string(),
    parentId: z.string().nullable(),
    state: State,
    stateCause: Cause,
    stateVersion: Count,
    revision: Revision,
    author: z.strictObject({
      id: z.string(),
      name: z.exactOptional(z.string()),
      createdAt: z.exactOptional(z.string()),
      role: z.exactOptional(z.string()),
      trusted: z.exactOptional(z.boolean()),
      approved: Count,
      rejected: Count,
      lastTen: list(z.enum(['approve', 'reject'])),
    }),
    text: z.string(),
    createdAt: Time,
    acceptedAt: Time,
    language: Language.nullable(),
    decision: Outcome.nullable(),
    degraded: z.boolean(),
    decidedAt: Time.nullable(),
    ...judgement,
    pipeline: z.string().nullable(),
    verdict: Verdict.nullable(),
    reports: list(Report),
    history: list(History),
  }),
);

const Article = shaped<ArticleView>()(
  z.strictObject({
    id: z.string(),
    title: z.string(),
    summary: z.string().nullable(),
    body: z.string().nullable(),
    url: z.string().nullable(),
    section: z.string().nullable(),
    publishedAt: Time.nullable(),
    language: z.string().nullable(),
    revision: Count,
    stub: z.boolean(),
    counts: z.strictObject({ comments: Count, waiting: Count, escalated: Count, rejected: Count }),
  }),
);

const QueueItem = shaped<QueueItemView>()(
  z.strictObject({
    id: z.string(),
    commentId: z.string(),
    revision: Revision,
    cause: z.enum(['decision', 'report', 'escalated', 'rescore', 'undo']),
    enteredAt: Time,
    urgency: z.number(),
    label: Label.nullable(),
    claim: z.strictObject({ by: z.string(), desk: z.string(), until: Time }).nullable(),
    comment: Comment,
    rescored: z
      .strictObject({
        decision: Outcome,
        flags: judgement.flags,
        reasons: judgement.reasons,
        spans: judgement.spans,
        pipeline: z.string(),
      })
      .nullable(),
    article: Article,
    parent: Comment.nullable(),
    thread: list(
      z.strictObject({
        id: z.string(),
        depth: Count,
        authorName: z.string(),
        at: Time,
        text: z.string(),
        state: State,
        outcome: Outcome.nullable(),
        label: Label.nullable(),
      }),
    ),
    threadSize: Count,
  }),
);

const QueueCounts = z.strictObject({
  waiting: Count,
  lists: z.record(z.enum(QUEUE_LISTS), Count).readonly(),
  articles: list(z.strictObject({ id: z.string(), title: z.string(), waiting: Count })),
});

const StateChange = z.strictObject({
  number: Count,
  type: z.literal('comment.state'),
  at: Time,
  id: z.string(),
  articleId: z.string(),
  revision: Revision,
  state: State,
  cause: Cause,
  stateVersion: Count,
});

const RescoreStatus = z.enum(['running', 'paused', 'done', 'failed']);

const Event = shaped<EventView>()(
  z.discriminatedUnion('type', [
    StateChange,
    z.strictObject({
      number: Count,
      type: z.enum(['queue.entered', 'queue.left', 'queue.claimed', 'queue.released']),
      at: Time,
      itemId: z.string(),
      commentId: z.string(),
      revision: Revision,
      by: z.exactOptional(z.string()),
      desk: z.exactOptional(z.string()),
      action: z.exactOptional(z.enum([...VERDICT_ACTIONS, 'undo'])),
      label: z.exactOptional(Label),
    }),
    z.strictObject({
      number: Count,
      type: z.literal('rescore.progress'),
      at: Time,
      rescoreId: z.string(),
      status: RescoreStatus,
      done: Count,
      total: Count,
    }),
  ]),
);

const Receipt = z.strictObject({ id: z.string(), state: State, stateVersion: Count, revision: Revision });

const problem = {
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.exactOptional(z.string()),
  errors: z.exactOptional(
    list(
      z.strictObject({
        pointer: z.string(),
        detail: z.string(),
        limit: z.exactOptional(z.number()),
        size: z.exactOptional(z.number()),
      }),
    ),
  ),
  by: z.exactOptional(z.string()),
  action: z.exactOptional(Action),
  at: z.exactOptional(z.string()),
  until: z.exactOptional(z.string()),
  currentRevision: z.exactOptional(z.int()),
  changedIn: z.exactOptional(z.int()),
  newest: z.exactOptional(z.int()),
  retryAfterSeconds: z.exactOptional(z.int()),
  ...policyProblem,
  faults: z.exactOptional(
    list(
      z.strictObject({
        line: z.int(),
        column: z.int(),
        list: z.exactOptional(z.string()),
        rule: z.exactOptional(z.string()),
        pointer: z.exactOptional(z.string()),
        detail: z.string(),
      }),
    ),
  ),
};

const pipeline = {
  id: z.string(),
  active: z.boolean(),
  model: z.string(),
  artefactSha256: Sha256,
  weightsSha256: z.record(z.string(), Sha256).nullable(),
  ruleRevision: Revision,
  policyRevision: Revision,
  normaliser: z.string(),
  createdAt: Time,
};

const Rescore = z.strictObject({
  id: z.string(),
  status: RescoreStatus,
  waitsFor: z.literal('overload').nullable(),
  mode: z.enum(['report', 'open']),
  scope: z.strictObject({
    section: z.string().nullable(),
    from: z.string().nullable(),
    to: z.string().nullable(),
  }),
  pipeline: z.string(),
  total: Count,
  done: Count,
  reused: Count,
  notWeighed: Count,
  flips: list(z.strictObject({ from: Outcome, to: Outcome, count: Count })),
  requestedBy: z.string(),
  createdAt: Time,
  finishedAt: Time.nullable(),
  error: z.string().nullable(),
});

const Next = z.string().nullable();

/** Every answer by the name that the description gives it. */
export const ANSWERS = {
  Article,
  KeptArticle: z.strictObject({ id: z.string(), revision: Revision, changed: z.boolean() }),
  Receipt,
  CommentAnswer: z.strictObject({
    ...Receipt.shape,
    decision: Outcome,
    degraded: z.boolean(),
    ...judgement,
    language: Language.nullable(),
    pipeline: z.string(),
  }),
  BatchLine: z.union([
    z.strictObject({ line: Revision, ...Receipt.shape, status: z.literal(202) }),
    z.strictObject({
      line: Revision,
      id: z.exactOptional(z.string()),
      status: z.int().min(400),
      error: z.strictObject({ ...problem, instance: z.exactOptional(z.string()) }),
    }),
  ]),
  Comment,
  ReportAnswer: shaped<ReportAnswer>()(z.strictObject({ ...Receipt.shape, reports: Count, inReview: z.boolean() })),
  Changes: z.strictObject({ changes: list(StateChange), next: Count }),
  QueueItem,
  QueueCounts,
  QueuePage: shaped<QueuePage>()(z.strictObject({ items: list(QueueItem), next: Next, counts: QueueCounts })),
  Claimed: z.strictObject({ items: list(QueueItem), counts: QueueCounts }),
  ReviewAnswer: shaped<ReviewAnswer>()(
    z.strictObject({
      id: z.string(),
      commentId: z.string(),
      revision: Revision,
      action: Action,
      state: State,
      stateVersion: Count,
      undoUntil: Time,
    }),
  ),
  Undone: z.strictObject({
    commentId: z.string(),
    revision: Revision,
    state: State,
    stateVersion: Count,
    itemId: z.string().nullable(),
  }),
  Hello: shaped<HelloView>()(z.strictObject({ number: Count, missed: z.boolean(), overloaded: z.boolean() })),
  Load: shaped<LoadView>()(z.strictObject({ number: Count, overloaded: z.boolean() })),
  Event,
  Rescore,
  Rescores: z.strictObject({ rescores: list(Rescore), next: Next }),
  Flip: z.strictObject({
    commentId: z.string(),
    revision: Revision,
    from: Outcome,
    to: Outcome,
    label: Label.nullable(),
    severity: z.number(),
    change: z.number(),
    hasVerdict: z.boolean(),
    opened: z.boolean(),
  }),
  Pipeline: z.strictObject({ ...pipeline, policy: Policy }),
  Pipelines: z.strictObject({ active: z.string().nullable(), pipelines: list(z.strictObject(pipeline)), next: Next }),
  ...REVISION_ANSWERS,
  ...RULE_ANSWERS,
  Failures: z.strictObject({
    failures: list(
      z.strictObject({
        seq: Count,
        kind: z.string(),
        comment: z.string().nullable(),
        revision: Count,
        failure: z.string(),
        failedAt: Time,
      }),
    ),
    next: Next,
  }),
  Retried: z.strictObject({ retried: Count }),
  AskedAnew: z.strictObject({ asked: Count }),
  Session: z.strictObject({
    site: z.strictObject({ id: z.int(), name: z.string() }),
    actor: z.strictObject({ id: z.string(), name: z.string() }),
    access: z.enum(['open', 'key']),
    demonstration: z.boolean(),
    backend: z.string(),
    model: z.string(),
    policy: z.strictObject({ review: z.partialRecord(Label, Score) }),
    works: z.boolean(),
  }),
  Alive: z.strictObject({ alive: z.literal(true) }),
  Readiness: z.strictObject({
    ready: z.boolean(),
    degraded: z.boolean(),
    checks: z.record(z.string(), z.strictObject({ ok: z.boolean(), detail: z.exactOptional(z.string()) })),
  }),
  ...POLICY_ANSWERS,
  Problem: shaped<Problem>()(z.strictObject({ ...problem, instance: z.string() })),
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type AnswerName = keyof typeof ANSWERS;

/** The answers as JSON Schemas, each under its name; what an answer holds of another one is a reference. */
export function answerSchemas(at: (name: string) => string): Readonly<Record<string, unknown>> {
  const registry = z.registry<{ id: string }>();
  for (const [name, form] of Object.entries(ANSWERS)) registry.add(form, { id: name });
  const { schemas } = z.toJSONSchema(registry, {
    uri: at,
    io: 'output',
    // More may come beside what is there; a reader should not break at it.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  );
}
