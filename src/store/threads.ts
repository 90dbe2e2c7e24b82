import { type Kysely, sql } from 'kysely';
import type { CommentState, VerdictAction } from '../core/comment.js';
import type { Outcome } from '../core/decision.js';
import type { Label } from '../core/labels.js';
import type { ThreadEntry } from '../core/views.js';
import type { Tables } from './schema.js';

/** Of a thread as long as an evening, the part around the comment is shown. */
const MOST_ENTRIES = 40;
/** The part begins at most so many answers above the comment, and is at most twice as deep. */
const MOST_STEPS = 20;

type EntryRow = {
  of_comment: number;
  id: string;
  depth: number;
  author: string;
  created_at: Date;
  text: string;
  state: CommentState;
  outcome: Outcome | null;
  action: VerdictAction | null;
  label: Label | null;
  size: number;
};

/** The part of a thread that is shown, and how many comments the whole has. */
export type Thread = { readonly entries: readonly ThreadEntry[]; readonly size: number };

/** For each comment, what it answers, its siblings and its answers, parents before answers and oldest first. */
export async function readThreads(
  db: Kysely<Tables>,
  site: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Thread>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<EntryRow>`
    with recursive up as (
      select c.id as of_comment, c.id, c.parent_id, 0 as steps from comment c where c.site = ${site} and c.id = any(${ids})
      union all
      select up.of_comment, p.id, p.parent_id, up.steps + 1
      from up join comment p on p.site = ${site} and p.id = up.parent_id and p.removed_at is null
      where up.steps < ${MOST_STEPS}
    ),
    root as (select distinct on (of_comment) of_comment, id from up order by of_comment, steps desc),
    down as (
      select root.of_comment, root.id, 0 as depth, array[root.id] as path from root
      union all
      select down.of_comment, c.id, down.depth + 1, down.path || c.id
      from down join comment c on c.site = ${site} and c.parent_id = down.id and c.removed_at is null
      where down.depth < ${2 * MOST_STEPS}
    ),
    placed as (
      select down.*, row_number() over (partition by of_comment order by path) as place from down
    ),
    here as (select of_comment, place from placed where id = of_comment),
    above as (
      select of_comment, id, parent_id from up
      union
      select above.of_comment, p.id, p.parent_id
      from above join comment p on p.site = ${site} and p.id = above.parent_id and p.removed_at is null
    ),
    whole as (
      select of_comment, id from above
      union
      select whole.of_comment, c.id
      from whole join comment c on c.site = ${site} and c.parent_id = whole.id and c.removed_at is null
    ),
    sized as (select of_comment, count(*)::integer as size from whole group by of_comment)
    select t.of_comment, c.external_id as id, t.depth, coalesce(nullif(r.author->>'name', ''), r.author->>'id') as author,
           r.created_at, r.text, coalesce(q.shown_state, c.state) as state,
           case when q.blind then 'review' else d.outcome end as outcome, v.action,
           coalesce(v.label, q.label, case when q.blind then null else d.detail->'flags'->>0 end) as label, s.size
    from placed t
    join here h on h.of_comment = t.of_comment
    join sized s on s.of_comment = t.of_comment
    join comment c on c.site = ${site} and c.id = t.id
    join comment_revision r on r.site = c.site and r.comment_id = c.id and r.revision = c.revision
    left join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
    left join queue_item q on q.site = c.site and q.comment_id = c.id and q.left_at is null
    left join lateral (
      select action, label from verdict v
      where v.site = c.site and v.comment_id = c.id and v.revision = c.revision and v.undone_at is null
      order by v.id desc limit 1
    ) v on true
    where t.place between h.place - ${MOST_ENTRIES / 2} and h.place + ${MOST_ENTRIES / 2}
    order by t.of_comment, t.place`.execute(db);

  const threads = new Map<number, { readonly entries: ThreadEntry[]; readonly size: number }>();
  for (const row of rows) {
    const thread = threads.get(row.of_comment) ?? { entries: [], size: row.size };
    threads.set(row.of_comment, thread);
    thread.entries.push({
      id: row.id,
      depth: row.depth,
      authorName: row.author,
      at: row.created_at.toISOString(),
      text: row.text,
      state: row.state,
      outcome: outcomeInForce(row),
      label: row.label,
    });
  }
  return threads;
}

/** A person's word where there is one, else the machine's. */
function outcomeInForce({ action, outcome }: EntryRow): Outcome | null {
  if (action === 'approve') return 'approve';
  if (action === 'reject') return 'reject';
  return action === null ? outcome : 'review';
}
