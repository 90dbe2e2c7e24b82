import type { ColumnType, Generated } from 'kysely';
import type { AuthorFacts, CommentState, QueueCause, StateCause, VerdictAction } from '../core/comment.js';
import type { Unmet } from '../core/consequences.js';
import type { Outcome } from '../core/decision.js';

/** `bigint` columns are read as numbers: ids stay far below 2^53. */
type Id = Generated<number>;
type Json<Value> = ColumnType<Value, string, string>;
type Now = Generated<Date>;

export type Tables = {
  installation: { id: Generated<string>; audit_secret: Buffer };
  site: {
    site: number;
    name: string;
    language: string;
    active_pipeline: number | null;
    created_at: Now;
    /** Null while live comments are judged in time. */
    overloaded_since: Date | null;
  };
  rule_revision: Revision;
  policy_revision: Revision;
  pipeline: {
    site: number;
    pipeline: number;
    fingerprint: string;
    artefact: string;
    artefact_name: string;
    normaliser: string;
    rule_revision: number;
    policy_revision: number;
    /** What the policy may not reject for here. */
    suspended: ColumnType<readonly Unmet[], string, string>;
    created_at: Now;
  };
  suspension: {
    site: number;
    policy_revision: number;
    artefact: string;
    suspended: ColumnType<readonly Unmet[], string, string>;
    found_at: Now;
  };
  article: {
    site: number;
    id: Id;
    external_id: string;
    revision: number;
    stub: Generated<boolean>;
    demonstration: Generated<boolean>;
    created_at: Now;
  };
  article_revision: {
    site: number;
    article_id: number;
    revision: number;
    content_hash: string;
    title: string;
    summary: string | null;
    body: string | null;
    url: string | null;
    section: string | null;
    published_at: Date | null;
    language: string | null;
    received_at: Now;
  };
  article_vectors: { site: number; content_hash: string; artefact: string; vectors: Buffer; created_at: Now };
  comment: {
    site: number;
    id: Id;
    external_id: string;
    article_id: number;
    parent_external_id: string | null;
    parent_id: number | null;
    author_external_id: string;
    revision: number;
    state: CommentState;
    state_cause: StateCause;
    state_version: number;
    created_at: Date;
    accepted_at: Now;
    removed_at: Date | null;
  };
  comment_revision: {
    site: number;
    comment_id: number;
    revision: number;
    text: string;
    text_sha256: Buffer;
    /** The same for texts of the same letters and digits once they are normalised; null until a rule asks for repetitions around it. */
    text_print: Buffer | null;
    version: number | null;
    edited_at: Date | null;
    language: string | null;
    author: Json<AuthorFacts>;
    created_at: Date;
    accepted_at: Now;
    pipeline: number;
    /** How the comment stood when a newer text overtook this one; null while there is none. */
    left_state: CommentState | null;
    left_state_version: number | null;
  };
  evaluation: {
    site: number;
    id: Id;
    comment_id: number;
    revision: number;
    article_revision: number;
    parent_revision: number;
    artefact: string;
    normaliser: string;
    topic_basis: string;
    content: Json<unknown>;
    evaluated_at: Date;
  };
  decision: {
    site: number;
    id: Id;
    comment_id: number;
    revision: number;
    pipeline: number;
    evaluation_id: number | null;
    outcome: Outcome;
    detail: Json<unknown>;
    facts: Json<unknown>;
    degraded: boolean;
    effective: boolean;
    /** The audit speaks of it: it could have been drawn, or asks a person where others could have been. */
    in_audit: boolean;
    decided_at: Date;
  };
  verdict: {
    site: number;
    id: Id;
    comment_id: number;
    revision: number;
    action: VerdictAction;
    label: string | null;
    note: string | null;
    actor: string;
    desk: string | null;
    decided_at: Date;
    undone_at: Date | null;
    undone_by: string | null;
    before: Json<unknown>;
  };
  report: {
    site: number;
    id: Id;
    comment_id: number;
    revision: number;
    reporter: string;
    reason: string;
    note: string | null;
    reported_at: Date;
  };
  queue_item: {
    site: number;
    id: Id;
    comment_id: number;
    revision: number;
    article_id: number;
    cause: QueueCause;
    label: string | null;
    severity: number;
    labels: string[];
    disagreement: boolean;
    reports: Generated<number>;
    urgency: number;
    entered_at: Date;
    claimed_by: string | null;
    claimed_desk: string | null;
    claimed_until: Date | null;
    left_at: Date | null;
    /** It waits without findings. */
    blind: Generated<boolean>;
    /** How the comment is shown at the desk while it waits, where that is not how it stands. */
    shown_state: CommentState | null;
    /** It waited without findings and left without a verdict: its comment was edited or erased. */
    unjudged: Generated<boolean>;
    /** Somebody has asked to have its comment judged anew by what is in force, and it was not since. */
    asked_anew_at: Generated<Date | null>;
  };
  audit_sample: {
    site: number;
    comment_id: number;
    revision: number;
    outcome: Outcome;
    flags: string[];
    share: number;
    section: string | null;
    drawn_at: Date;
  };
  outbox: {
    site: number;
    seq: Id;
    kind: string;
    lane: string;
    subject: number;
    revision: number;
    pipeline: number;
    job_id: string | null;
    enqueued_at: Date | null;
    attempts: Generated<number>;
    failure: string | null;
    failed_at: Date | null;
    created_at: Now;
    /** Not handed over before; null: at once. */
    due_at: Date | null;
  };
  event: {
    site: number;
    seq: Id;
    number: number | null;
    type: string;
    comment_id: number | null;
    content: Json<Record<string, unknown>>;
    at: Date;
  };
  rescore: {
    site: number;
    id: Id;
    status: 'running' | 'paused' | 'done' | 'failed';
    mode: 'report' | 'open';
    scope: Json<unknown>;
    pipeline: number;
    total: number;
    done: Generated<number>;
    reused: Generated<number>;
    /** Comments that could not be weighed. */
    failed: Generated<number>;
    cursor: Generated<number>;
    upto: number;
    requested_by: string;
    created_at: Now;
    finished_at: Date | null;
    error: string | null;
  };
  rescore_flip: {
    site: number;
    rescore_id: number;
    comment_id: number;
    revision: number;
    from_outcome: Outcome;
    to_outcome: Outcome;
    label: string | null;
    severity: number;
    change: number;
    has_verdict: boolean;
    opened: Generated<boolean>;
    /** Null in flips of before it was kept. */
    detail: Json<unknown> | null;
  };
  idempotency: {
    site: number;
    key: string;
    request_sha256: Buffer;
    status: number | null;
    answer: Json<unknown> | null;
    created_at: Now;
  };
  /** Shipped rule lists as their files stood: name → YAML. */
  rule_base: { site: number; sha256: string; documents: Json<Readonly<Record<string, string>>>; seen_at: Now };
  draft: {
    site: number;
    kind: 'rules' | 'policy';
    name: string;
    document: string;
    origin: 'site' | 'upgrade';
    /** The draft is the step to these shipped lists. */
    base: string | null;
    /** The revision on whose text it was begun; null where it is the step to shipped lists. */
    begun_on: number | null;
    author: string;
    updated_at: Date;
  };
  dry_run: {
    site: number;
    id: Id;
    status: 'running' | 'done' | 'failed';
    drafts: Json<readonly string[]>;
    scope: Json<unknown>;
    pipeline: number;
    /** What is tried: the one is null, and judged by as the pipeline has it. */
    rules: Json<unknown> | null;
    policy: Json<unknown> | null;
    total: number;
    done: Generated<number>;
    /** Of those done, how many had no stored scores. */
    unscored: Generated<number>;
    cursor: number;
    upto: number;
    /** How many comments each rule matched. */
    matched: Json<Readonly<Record<string, number>>>;
    requested_by: string;
    created_at: Now;
    finished_at: Date | null;
    error: string | null;
  };
  dry_run_change: {
    site: number;
    dry_run_id: number;
    comment_id: number;
    revision: number;
    from_outcome: Outcome;
    to_outcome: Outcome;
    rules: string[];
    reasons: Json<unknown>;
  };
  rule_hit: RuleHit;
  /** Of rules that only watch: never effective. */
  shadow_hit: RuleHit;
  /** Rules that find far more than they used to, while they do. */
  rule_alarm: { site: number; rule: string; began_at: Date; seen_at: Date };
  /** When somebody last looked which do. */
  rule_look: { site: number; looked_at: Date };
  process: {
    id: string;
    role: string;
    host: string;
    pid: number;
    started_at: Now;
    seen_at: Now;
    detail: Json<unknown>;
  };
};

type Revision = {
  site: number;
  revision: number;
  sha256: string;
  content: Json<unknown>;
  origin: 'shipped' | 'site';
  why: Generated<string>;
  /** What was written, from which the content was made; null where the content is all. */
  source: Json<unknown> | null;
  /** The revision that this one equals on purpose. */
  rolled_back_to: number | null;
  published_by: string;
  published_at: Now;
};

/** What one rule found in one text. */
type RuleHit = {
  site: number;
  comment_id: number;
  revision: number;
  rule: string;
  effect: string;
  at: Date;
};
