import { type Kysely, sql } from 'kysely';

/**
 * The line: articles, comments and their revisions, what was found in them, what was decided, who waits for a person.
 * Every key begins with `site`; a sender's ids are text, ours are numbers (docs/decisions/0002).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Tells this installation's jobs from another's on the same Redis.
  'create table installation (id uuid primary key default gen_random_uuid())',
  'insert into installation default values',

  `create table site (
    site integer primary key,
    name text not null,
    language text not null,
    active_pipeline integer,
    created_at timestamptz not null default now()
  )`,

  `create table rule_revision (
    site integer not null references site, revision integer not null, sha256 text not null, content jsonb not null,
    published_by text not null, published_at timestamptz not null default now(),
    primary key (site, revision), unique (site, sha256)
  )`,
  `create table policy_revision (
    site integer not null references site, revision integer not null, sha256 text not null, content jsonb not null,
    published_by text not null, published_at timestamptz not null default now(),
    primary key (site, revision), unique (site, sha256)
  )`,
  `create table pipeline (
    site integer not null references site, pipeline integer not null, fingerprint text not null,
    artefact text not null, artefact_name text not null, normaliser text not null,
    rule_revision integer not null, policy_revision integer not null,
    created_at timestamptz not null default now(),
    primary key (site, pipeline), unique (site, fingerprint),
    foreign key (site, rule_revision) references rule_revision, foreign key (site, policy_revision) references policy_revision
  )`,

  `create table article (
    site integer not null references site, id bigint generated always as identity, external_id text not null,
    revision integer not null, stub boolean not null default false, demonstration boolean not null default false,
    created_at timestamptz not null default now(),
    primary key (site, id), unique (site, external_id)
  )`,
  `create table article_revision (
    site integer not null, article_id bigint not null, revision integer not null, content_hash text not null,
    title text not null, summary text, body text, url text, section text, published_at timestamptz, language text,
    received_at timestamptz not null default now(),
    primary key (site, article_id, revision), foreign key (site, article_id) references article on delete cascade
  )`,
  'create index article_of_content on article_revision (site, content_hash)',
  `create table article_vectors (
    site integer not null, content_hash text not null, artefact text not null, vectors bytea not null,
    created_at timestamptz not null default now(),
    primary key (site, content_hash, artefact)
  )`,

  `create table comment (
    site integer not null references site, id bigint generated always as identity, external_id text not null,
    article_id bigint not null, parent_external_id text, parent_id bigint, author_external_id text not null,
    revision integer not null, state text not null, state_cause text not null, state_version bigint not null,
    created_at timestamptz not null, accepted_at timestamptz not null default now(), removed_at timestamptz,
    primary key (site, id), unique (site, external_id),
    foreign key (site, article_id) references article
  )`,
  'create index comment_of_article on comment (site, article_id, id)',
  'create index comment_of_parent on comment (site, parent_id) where parent_id is not null',
  `create index comment_unlinked on comment (site, parent_external_id)
    where parent_id is null and parent_external_id is not null`,
  'create index comment_of_author on comment (site, author_external_id, id)',
  `create table comment_revision (
    site integer not null, comment_id bigint not null, revision integer not null,
    text text not null, text_sha256 bytea not null, version bigint, edited_at timestamptz, language text,
    author jsonb not null, created_at timestamptz not null, accepted_at timestamptz not null default now(),
    pipeline integer not null,
    primary key (site, comment_id, revision),
    foreign key (site, comment_id) references comment on delete cascade,
    foreign key (site, pipeline) references pipeline
  )`,

  `create table evaluation (
    site integer not null, id bigint generated always as identity, comment_id bigint not null, revision integer not null,
    article_revision integer not null, parent_revision integer not null, artefact text not null, normaliser text not null,
    topic_basis text not null, content jsonb not null, evaluated_at timestamptz not null,
    primary key (site, id),
    unique (site, comment_id, revision, article_revision, parent_revision, artefact, normaliser, topic_basis),
    foreign key (site, comment_id, revision) references comment_revision on delete cascade
  )`,
  `create table decision (
    site integer not null, id bigint generated always as identity, comment_id bigint not null, revision integer not null,
    pipeline integer not null, evaluation_id bigint, outcome text not null, detail jsonb not null, facts jsonb not null,
    degraded boolean not null, effective boolean not null, decided_at timestamptz not null,
    primary key (site, id),
    foreign key (site, comment_id, revision) references comment_revision on delete cascade,
    foreign key (site, pipeline) references pipeline
  )`,
  'create unique index decision_effective on decision (site, comment_id, revision) where effective',
  'create index decision_of_comment on decision (site, comment_id, revision, id)',

  `create table verdict (
    site integer not null, id bigint generated always as identity, comment_id bigint not null, revision integer not null,
    action text not null, label text, note text, actor text not null, desk text, decided_at timestamptz not null,
    undone_at timestamptz, undone_by text, before jsonb not null,
    primary key (site, id), foreign key (site, comment_id, revision) references comment_revision on delete cascade
  )`,
  'create index verdict_of_comment on verdict (site, comment_id, revision, id)',

  `create table report (
    site integer not null, id bigint generated always as identity, comment_id bigint not null, revision integer not null,
    reporter text not null, reason text not null, note text, reported_at timestamptz not null,
    primary key (site, id), unique (site, comment_id, reporter),
    foreign key (site, comment_id) references comment on delete cascade
  )`,

  `create table queue_item (
    site integer not null, id bigint generated always as identity, comment_id bigint not null, revision integer not null,
    article_id bigint not null, cause text not null, label text, severity double precision not null,
    labels text[] not null, disagreement boolean not null, reports integer not null default 0,
    urgency double precision not null, entered_at timestamptz not null,
    claimed_by text, claimed_desk text, claimed_until timestamptz, left_at timestamptz,
    primary key (site, id), foreign key (site, comment_id) references comment on delete cascade
  )`,
  'create unique index queue_waiting on queue_item (site, comment_id) where left_at is null',
  'create index queue_urgent on queue_item (site, urgency desc, id) where left_at is null',

  // Work to be handed to the queue. A row lives from the transaction that causes it until its work is recorded.
  `create table outbox (
    site integer not null, seq bigint generated always as identity, kind text not null, lane text not null,
    subject bigint not null, revision integer not null, pipeline integer not null,
    job_id text, enqueued_at timestamptz, attempts integer not null default 0,
    failure text, failed_at timestamptz, created_at timestamptz not null default now(),
    primary key (site, seq), unique (site, kind, subject, revision, pipeline)
  )`,
  'create index outbox_undelivered on outbox (seq) where job_id is null and failed_at is null',
  'create index outbox_delivered on outbox (enqueued_at) where job_id is not null and failed_at is null',
  'create index outbox_subject on outbox (site, subject)',

  // What happened. Numbered by the relay after commit, so that whoever has read up to n has missed nothing below n.
  `create table event (
    site integer not null, seq bigint generated always as identity, number bigint unique, type text not null,
    comment_id bigint, content jsonb not null, at timestamptz not null,
    primary key (site, seq)
  )`,
  'create index event_unnumbered on event (seq) where number is null',
  'create index event_of_site on event (site, number)',
  'create sequence event_number',

  `create table rescore (
    site integer not null, id bigint generated always as identity, status text not null, mode text not null,
    scope jsonb not null, pipeline integer not null, total bigint not null, done bigint not null default 0,
    reused bigint not null default 0, failed bigint not null default 0,
    cursor bigint not null default 0, upto bigint not null,
    requested_by text not null, created_at timestamptz not null default now(), finished_at timestamptz,
    error text, primary key (site, id), foreign key (site, pipeline) references pipeline
  )`,
  `create table rescore_flip (
    site integer not null, rescore_id bigint not null, comment_id bigint not null, revision integer not null,
    from_outcome text not null, to_outcome text not null, label text, severity double precision not null,
    change double precision not null, has_verdict boolean not null, opened boolean not null default false,
    primary key (site, rescore_id, comment_id),
    foreign key (site, rescore_id) references rescore on delete cascade,
    foreign key (site, comment_id) references comment on delete cascade
  )`,

  `create table idempotency (
    site integer not null, key text not null, request_sha256 bytea not null, status integer, answer jsonb,
    created_at timestamptz not null default now(), primary key (site, key)
  )`,

  // Not a site's: which processes of the installation are alive.
  `create table process (
    id text primary key, role text not null, host text not null, pid integer not null,
    started_at timestamptz not null default now(), seen_at timestamptz not null default now(), detail jsonb not null
  )`,
];
