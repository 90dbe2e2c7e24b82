import { type Kysely, sql } from 'kysely';

/**
 * Rules and policies that a site owns: who published a revision and why, what it was written as, drafts, dry runs, and what
 * each rule did. A revision that equals an earlier one (a rollback) is a revision of its own.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  ...['rule_revision', 'policy_revision'].flatMap((table) => [
    `alter table ${table} add column origin text not null default 'shipped', add column why text not null default '',
       add column source jsonb, add column rolled_back_to integer`,
    `alter table ${table} alter column origin drop default, drop constraint ${table}_site_sha256_key`,
    `create index ${table}_content on ${table} (site, sha256)`,
  ]),
  `update rule_revision set source = jsonb_build_object('base', sha256, 'documents', '{}'::jsonb)`,

  // The shipped lists, as their files stood, by the sha256 of what they say: a site's own documents stand on one of these.
  `create table rule_base (
    site integer not null references site, sha256 text not null, documents jsonb not null,
    seen_at timestamptz not null default now(), primary key (site, sha256)
  )`,

  // What somebody works on, faulty or not. `base`: the draft is the step to these shipped lists, not a document.
  `create table draft (
    site integer not null references site, kind text not null, name text not null, document text not null,
    origin text not null, base text, author text not null, updated_at timestamptz not null,
    primary key (site, kind, name)
  )`,

  // What would be decided under drafts. `rules` and `policy` are the candidates whole, as a revision's content is.
  `create table dry_run (
    site integer not null, id bigint generated always as identity, status text not null, drafts jsonb not null,
    scope jsonb not null, pipeline integer not null, rules jsonb not null, policy jsonb not null,
    total bigint not null, done bigint not null default 0, unscored bigint not null default 0,
    cursor bigint not null, upto bigint not null, matched jsonb not null default '{}',
    requested_by text not null, created_at timestamptz not null default now(), finished_at timestamptz, error text,
    primary key (site, id), foreign key (site, pipeline) references pipeline
  )`,
  `create table dry_run_change (
    site integer not null, dry_run_id bigint not null, comment_id bigint not null, revision integer not null,
    from_outcome text not null, to_outcome text not null, rules text[] not null,
    primary key (site, dry_run_id, comment_id),
    foreign key (site, dry_run_id) references dry_run on delete cascade,
    foreign key (site, comment_id, revision) references comment_revision on delete cascade
  )`,

  // What each rule found, once a text, and apart from it what rules found that only watch: those never decide.
  ...['rule_hit', 'shadow_hit'].flatMap((table) => [
    `create table ${table} (
      site integer not null, comment_id bigint not null, revision integer not null, rule text not null,
      effect text not null, at timestamptz not null,
      primary key (site, comment_id, revision, rule),
      foreign key (site, comment_id, revision) references comment_revision on delete cascade
    )`,
    `create index ${table}_of_rule on ${table} (site, rule, at)`,
  ]),

  // How many were judged in an hour; how often one text or one writer came within minutes.
  'create index decision_of_time on decision (site, decided_at)',
  'create index comment_written_by on comment (site, author_external_id, created_at)',
  // Of the normalised text; null in texts of before.
  'alter table comment_revision add column text_print bytea',
  'create index comment_of_text on comment_revision (site, text_print, created_at) where text_print is not null',
];
