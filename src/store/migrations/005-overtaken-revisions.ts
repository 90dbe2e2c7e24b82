import { type Kysely, sql } from 'kysely';

/**
 * How a comment stood under a text when a newer one overtook it: what whoever sends that text again is told. Texts that were
 * overtaken before are given what was announced of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table comment_revision add column left_state text, add column left_state_version bigint`.execute(db);
  await sql`
    update comment_revision r set left_state = e.state, left_state_version = e.state_version
    from (
      select distinct on (site, comment_id, content->'revision')
             site, comment_id, (content->>'revision')::integer as revision, content->>'state' as state,
             (content->>'stateVersion')::bigint as state_version
      from event where type = 'comment.state' order by site, comment_id, content->'revision', seq desc
    ) e, comment c
    where e.site = r.site and e.comment_id = r.comment_id and e.revision = r.revision
      and c.site = r.site and c.id = r.comment_id and r.revision < c.revision`.execute(db);
}
