import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';

/** What policies need: decisions drawn for a check, items that are shown without findings, and how readers' reports ended. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  await sql`update installation set audit_secret = ${randomBytes(32)}`.execute(db);
}

const STATEMENTS = [
  // What is drawn hangs on it, so that nobody outside can foresee it.
  'alter table installation add column audit_secret bytea',

  // `blind`: waits without findings. `shown_state`: how the comment is shown at the desk while it waits, where that is not how it
  // stands: an approval or a rejection that was drawn looks like any other item.
  'alter table queue_item add column blind boolean not null default false, add column shown_state text',
  'create index queue_blind on queue_item (site, article_id) where left_at is null and shown_state is not null',

  // Which automatic decisions were drawn, and at which chance.
  `create table audit_sample (
    site integer not null, comment_id bigint not null, revision integer not null, outcome text not null, flags text[] not null,
    share double precision not null, section text, drawn_at timestamptz not null,
    primary key (site, comment_id, revision),
    foreign key (site, comment_id, revision) references comment_revision on delete cascade
  )`,
  'create index audit_sample_drawn on audit_sample (site, drawn_at)',
  'create index report_by_reporter on report (site, reporter)',
];
