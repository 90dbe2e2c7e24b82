import { type Kysely, sql } from 'kysely';

/**
 * Of which decisions the audit speaks is kept with them: those that could have been drawn, and those that asked a person where
 * others could have been. Told of earlier ones as far as they say it themselves, and as far back as the audit looks: to the first
 * draw of the last 90 days. Nobody else reads or writes decisions meanwhile, nor the tables that the next migrations change: they
 * run in the same transaction, and to ask for those only then would wait for a verdict that waits for this.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // In the order in which a verdict takes them; not comments, which are taken in all the while.
  'lock table queue_item, verdict, decision in access exclusive mode',
  'alter table decision add column in_audit boolean not null default false',
  `update decision d set in_audit = true
  from (select site, min(drawn_at) as drawn_at from audit_sample where drawn_at >= now() - interval '90 days' group by site) u,
    pipeline p, policy_revision y, comment c, article a
  where u.site = d.site and d.decided_at >= u.drawn_at and d.effective and not d.degraded
    and p.site = d.site and p.pipeline = d.pipeline and y.site = p.site and y.revision = p.policy_revision
    and c.site = d.site and c.id = d.comment_id and a.site = c.site and a.id = c.article_id and not a.demonstration
    and coalesce(y.content->'articles'->a.external_id->'audit'->>'share',
                 y.content->'sections'->(d.facts->>'section')->'audit'->>'share',
                 y.content->'defaults'->'audit'->>'share', '0.01')::double precision > 0
    and not exists (
      select 1 from decision e where e.site = d.site and e.comment_id = d.comment_id and e.revision = d.revision and e.id < d.id
        and (e.degraded or d.outcome <> 'review'))
    and not exists (
      select 1 from verdict v where v.site = d.site and v.comment_id = d.comment_id and v.revision = d.revision
        and v.decided_at < d.decided_at and (v.undone_at is null or v.undone_at > d.decided_at))`,
];
