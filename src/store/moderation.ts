import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Moderation } from '../core/policy.js';
import type { Tables } from './schema.js';

/**
 * When readers see comments on an article, by the policy in force at this moment: the article's own word, else its section's,
 * else the site's. Read where a comment is kept, so that every process follows at once.
 *
 * @param policy a policy's content; `article`: an id as the sender gives it; `section`: that article's.
 */
export function moderationAt(
  policy: RawBuilder<unknown>,
  article: RawBuilder<unknown>,
  section: RawBuilder<unknown>,
): RawBuilder<Moderation> {
  return sql<Moderation>`coalesce(
    ${policy}->'articles'->${article}->>'moderation', ${policy}->'sections'->${section}->>'moderation',
    ${policy}->'defaults'->>'moderation', 'before')`;
}

/** The site's active pipeline with its policy's content. */
export function activePolicy(site: number): RawBuilder<unknown> {
  return sql`
    select s.active_pipeline as pipeline, y.content as policy
    from site s
    join pipeline p on p.site = s.site and p.pipeline = s.active_pipeline
    join policy_revision y on y.site = p.site and y.revision = p.policy_revision
    where s.site = ${site}`;
}

/** How each of these articles is moderated; one that is unknown is not in it. @param articles ids as senders give them */
export async function moderationOf(
  db: Kysely<Tables> | Transaction<Tables>,
  site: number,
  articles: readonly string[],
): Promise<ReadonlyMap<string, Moderation>> {
  const { rows } = await sql<{ article: string; moderation: Moderation }>`
    with active as (${activePolicy(site)})
    select a.external_id as article,
           ${moderationAt(sql`active.policy`, sql`a.external_id`, sql`coalesce(ar.section, '')`)} as moderation
    from active cross join article a
    join article_revision ar on ar.site = a.site and ar.article_id = a.id and ar.revision = a.revision
    where a.site = ${site} and a.external_id = any(${[...new Set(articles)]})`.execute(db);
  return new Map(rows.map(({ article, moderation }) => [article, moderation]));
}
