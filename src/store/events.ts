import { type Kysely, sql, type Transaction } from 'kysely';
import type { StateCause } from '../core/comment.js';
import type { EventView } from '../core/views.js';
import { isUntold } from './blind-items.js';
import type { Tables } from './schema.js';

/** Announces how comments stand now. The numbers come after commit, from the relay. */
export async function announceStates(tx: Transaction<Tables>, site: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    insert into event (site, type, comment_id, content, at)
    select c.site, 'comment.state', c.id,
           jsonb_build_object('id', c.external_id, 'articleId', a.external_id, 'revision', c.revision, 'state', c.state,
                              'cause', c.state_cause, 'stateVersion', c.state_version), now()
    from comment c join article a on a.site = c.site and a.id = c.article_id
    where c.site = ${site} and c.id = any(${ids})
    order by c.id`.execute(tx);
}

/** Moves a comment into a state and announces it. */
export async function changeState(
  tx: Transaction<Tables>,
  site: number,
  id: number,
  state: 'pending' | 'published' | 'withheld' | 'removed',
  cause: StateCause,
): Promise<{ state: typeof state; stateVersion: number }> {
  const row = await tx
    .updateTable('comment')
    .set({ state, state_cause: cause, state_version: sql<number>`state_version + 1` })
    .where('site', '=', site)
    .where('id', '=', id)
    .returning('state_version')
    .executeTakeFirstOrThrow();
  await announceStates(tx, site, [id]);
  return { state, stateVersion: row.state_version };
}

/** Announces something that is not a comment's state. */
export async function announce(
  tx: Transaction<Tables> | Kysely<Tables>,
  site: number,
  type: EventView['type'],
  content: Record<string, unknown>,
  commentId: number | null = null,
): Promise<void> {
  await tx
    .insertInto('event')
    .values({ site, type, comment_id: commentId, content: JSON.stringify(content), at: new Date(), number: null })
    .execute();
}

/**
 * Events after a number, in order; `type` narrows them (the CMS's feed reads only changes of state). Unnarrowed, they are what the
 * desk hears: a decision that was drawn and still waits, or did until its comment was edited or erased, is told as
 * what it was shown as.
 */
export async function readEvents(
  db: Kysely<Tables>,
  site: number,
  after: number,
  limit: number,
  type?: EventView['type'],
): Promise<readonly EventView[]> {
  const rows = await db
    .selectFrom('event as e')
    .leftJoin('queue_item as q', (join) =>
      join
        .onRef('q.site', '=', 'e.site')
        .onRef('q.comment_id', '=', 'e.comment_id')
        .on(isUntold)
        .on('q.shown_state', 'is not', null)
        .on('q.revision', '=', sql<number>`(e.content->>'revision')::integer`)
        .on('e.type', '=', 'comment.state')
        .on(sql`e.content->>'cause'`, '=', 'decision'),
    )
    .select(['e.number', 'e.type', 'e.content', 'e.at', 'q.shown_state'])
    .where('e.site', '=', site)
    .where('e.number', '>', after)
    .$if(type !== undefined, (query) => query.where('e.type', '=', type as string))
    .orderBy('e.number')
    .limit(limit)
    .execute();
  return rows.map(
    ({ number, type: kind, content, at, shown_state: shown }) =>
      ({
        ...content,
        ...(shown !== null && type === undefined && { state: shown }),
        number: number ?? 0,
        type: kind,
        at: at.toISOString(),
      }) as unknown as EventView,
  );
}

/** The number of the newest event; 0 where there is none. */
export async function newestEvent(db: Kysely<Tables>, site: number): Promise<number> {
  const row = await db
    .selectFrom('event')
    .select((select) => select.fn.max('number').as('newest'))
    .where('site', '=', site)
    .executeTakeFirst();
  return row?.newest ?? 0;
}

/**
 * Gives numbers to events whose transactions have committed. Only one relay does this at a time, so numbers become visible
 * in their order and whoever has read up to n has missed nothing below it.
 *
 * @returns how many were numbered.
 */
export async function numberEvents(tx: Transaction<Tables>, most: number): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    with next as (select site, seq from event where number is null order by seq limit ${most}),
         numbered as (select site, seq, nextval('event_number') as number from (select * from next order by seq) ordered)
    update event e set number = n.number from numbered n where e.site = n.site and e.seq = n.seq
    returning e.seq`.execute(tx);
  if (rows.length > 0) await sql`select pg_notify('premod_event', '')`.execute(tx);
  return rows.length;
}
