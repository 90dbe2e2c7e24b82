import { type RawBuilder, sql } from 'kysely';

/** The newest text of comment `c` that readers saw; 0 where they saw none. */
const LAST_SHOWN = sql`coalesce((
  select max(l.revision) from comment_revision l
  where l.site = c.site and l.comment_id = c.id and l.left_state = 'published'), 0)`;

/** Whether there is such a row of an earlier text of comment `c`, and readers have seen none since. */
function earlier(row: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(c.revision > 1 and c.state = 'pending' and exists (${row}))`;
}

/** Whether an earlier text of comment `c` was withheld, and none has been shown since. */
export const wasWithheld = earlier(sql`
  select 1 from comment_revision r
  where r.site = c.site and r.comment_id = c.id and r.revision < c.revision and r.revision > ${LAST_SHOWN}
    and r.left_state = 'withheld'`);

/** Whether an earlier text of it was doubted and not shown, and none has been shown since. */
export const wasDoubted = earlier(sql`
  select 1 from decision e
  where e.site = c.site and e.comment_id = c.id and e.revision < c.revision and e.revision > ${LAST_SHOWN}
    and e.effective and e.outcome = 'review'`);

/** Whether an earlier text of it waited without its findings until it was edited, shown or not, and none has been shown since. */
export const waitedBlind = earlier(sql`
  select 1 from queue_item i
  where i.site = c.site and i.comment_id = c.id and i.revision < c.revision and i.revision >= ${LAST_SHOWN}
    and i.blind and i.unjudged`);
