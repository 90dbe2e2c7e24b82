import { type RawBuilder, sql } from 'kysely';

/**
 * Whether comment `c` waits blind. Whatever decides stored comments again passes over those: a list of what would change, and
 * also its counts where one comment alone is asked, would tell what was drawn from what asked a person.
 */
export const waitsBlind = sql<boolean>`exists (
  select 1 from queue_item q where q.site = c.site and q.comment_id = c.id and q.left_at is null and q.blind
)`;

/**
 * An item `q` of which nobody may be told what it is: it waits without its findings, or did until its comment was edited or erased, and
 * no verdict has told it.
 */
export const isUntold = sql<boolean>`(q.blind and (q.left_at is null or q.unjudged))`;

/**
 * Whether the text of a decision `d`, of a draw `u`, or of a rule's hit `h` is of such an item: figures would tell it too, where few of
 * their kind wait. Of very many rows PostgreSQL looks it up in one list of them.
 */
export function isOfBlind(site: number, row: 'd' | 'u' | 'h'): RawBuilder<boolean> {
  return sql`(${sql.ref(`${row}.comment_id`)}, ${sql.ref(`${row}.revision`)}) in (
    select q.comment_id, q.revision from queue_item q where q.site = ${site} and ${isUntold}
  )`;
}
