import { type Kysely, type RawBuilder, sql } from 'kysely';
import { Claimed, InvalidRequest, NotFound } from '../core/errors.js';
import { urgencyNow } from '../core/urgency.js';
import type { ArticleView, CommentView, QueueCounts, QueueItemView, QueueList } from '../core/views.js';
import { readArticles } from './article-views.js';
import { readDeskComments } from './comment-views.js';
import { internalId } from './ids.js';
import { announceItem } from './queue-items.js';
import { readRescored } from './rescores.js';
import type { Tables } from './schema.js';
import { readThreads } from './threads.js';
import { inTransaction } from './transaction.js';

export type QueueFilter = { readonly list: QueueList; readonly article: string | null };

type ItemRow = {
  id: number;
  comment_id: number;
  revision: number;
  article_id: number;
  cause: QueueItemView['cause'];
  label: QueueItemView['label'];
  severity: number;
  reports: number;
  urgency: number;
  entered_at: Date;
  claimed_by: string | null;
  claimed_desk: string | null;
  claimed_until: Date | null;
  parent_id: number | null;
};

const STALE_HOURS = 2;

/** What each list of the rail holds. An escalated comment waits for somebody else, so it is in its own list only. */
const LISTS: Readonly<Record<QueueList, RawBuilder<boolean>>> = {
  all: sql`q.cause <> 'escalated'`,
  incitement: sql`q.cause <> 'escalated' and q.labels && array['incitement', 'threat']`,
  hate: sql`q.cause <> 'escalated' and q.labels && array['hate', 'dehumanisation', 'identity_attack']`,
  reported: sql`q.cause <> 'escalated' and (q.cause = 'report' or q.reports > 0)`,
  disagreement: sql`q.cause <> 'escalated' and q.disagreement`,
  escalated: sql`q.cause = 'escalated'`,
  stale: sql`q.cause <> 'escalated' and q.entered_at < now() - make_interval(hours => ${STALE_HOURS})`,
};

/** Waiting comments, most urgent first. */
export async function readQueue(
  db: Kysely<Tables>,
  site: number,
  filter: QueueFilter,
  limit: number,
  cursor: string | null,
): Promise<{ items: readonly QueueItemView[]; next: string | null; counts: QueueCounts }> {
  const after = cursor === null ? null : decodeCursor(cursor);
  const { rows } = await sql<ItemRow>`
    ${SELECT_ITEM}
    where q.site = ${site} and q.left_at is null and ${LISTS[filter.list]}
      and (${filter.article}::text is null or a.external_id = ${filter.article})
      and (${after === null} or (q.urgency, -q.id) < (${after?.urgency ?? 0}::double precision, ${-(after?.id ?? 0)}::bigint))
    order by q.urgency desc, q.id
    limit ${limit + 1}`.execute(db);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(last) : null;
  return { items: await toItems(db, site, page), next, counts: await countQueue(db, site) };
}

const SELECT_ITEM = sql`
  select q.id, q.comment_id, q.revision, q.article_id, q.cause, q.label, q.severity, q.reports, q.urgency, q.entered_at,
         case when q.claimed_until > now() then q.claimed_by end as claimed_by,
         case when q.claimed_until > now() then q.claimed_desk end as claimed_desk,
         case when q.claimed_until > now() then q.claimed_until end as claimed_until,
         c.parent_id
  from queue_item q
  join comment c on c.site = q.site and c.id = q.comment_id
  join article a on a.site = q.site and a.id = q.article_id`;

export type Claim = {
  readonly desk: string;
  readonly by: string;
  readonly leaseSeconds: number;
  readonly filter: QueueFilter;
  readonly skip: readonly string[];
} & ({ readonly count: number } | { readonly items: readonly string[] });

/**
 * Gives waiting comments to one desk under a lease. What the desk holds already comes first, with its lease renewed; what
 * another desk holds is left to it.
 *
 * @throws Claimed where named items are held by another desk, NotFound where they no longer wait.
 */
export async function claimItems(db: Kysely<Tables>, site: number, claim: Claim): Promise<readonly QueueItemView[]> {
  const rows = await inTransaction(db, async (tx) => {
    const ids = 'items' in claim ? await namedItems(tx, site, claim) : await nextItems(tx, site, claim);
    if (ids.length === 0) return [];
    const { rows: fresh } = await sql<{ id: number }>`
      update queue_item q set claimed_by = ${claim.by}, claimed_desk = ${claim.desk},
        claimed_until = now() + make_interval(secs => ${claim.leaseSeconds})
      from (select site, id, claimed_desk as before, claimed_until as until from queue_item
            where site = ${site} and id = any(${ids}) for update) was
      where q.site = was.site and q.id = was.id
      returning case when was.before is distinct from ${claim.desk} or was.until <= now() then q.id end as id`.execute(
      tx,
    );
    for (const { id } of fresh) {
      if (id !== null) await announceItem(tx, site, 'queue.claimed', id, { by: claim.by, desk: claim.desk });
    }
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    const { rows: claimed } = await sql<ItemRow>`${SELECT_ITEM} where q.site = ${site} and q.id = any(${ids})
      order by array_position(${ids}::bigint[], q.id)`.execute(tx);
    return claimed;
  });
  return await toItems(db, site, rows);
}

async function nextItems(
  tx: Kysely<Tables>,
  site: number,
  claim: Claim & { readonly count: number },
): Promise<readonly number[]> {
  const skipped = claim.skip.flatMap((id) => internalId(id) ?? []);
  const { rows } = await sql<{ id: number }>`
    select q.id from queue_item q join article a on a.site = q.site and a.id = q.article_id
    where q.site = ${site} and q.left_at is null and ${LISTS[claim.filter.list]}
      and (${claim.filter.article}::text is null or a.external_id = ${claim.filter.article})
      and q.id <> all(${skipped}::bigint[])
      and (q.claimed_until is null or q.claimed_until <= now() or q.claimed_desk = ${claim.desk})
    order by coalesce(q.claimed_desk = ${claim.desk} and q.claimed_until > now(), false) desc, q.urgency desc, q.id
    limit ${claim.count} for update of q skip locked`.execute(tx);
  return rows.map(({ id }) => id);
}

async function namedItems(
  tx: Kysely<Tables>,
  site: number,
  claim: Claim & { readonly items: readonly string[] },
): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const named of claim.items) {
    const { rows } = await sql<{ id: number; by: string | null; until: Date | null }>`
      select id, case when claimed_until > now() and claimed_desk <> ${claim.desk} then claimed_by end as by,
             claimed_until as until
      from queue_item where site = ${site} and id = ${internalId(named)} and left_at is null for update`.execute(tx);
    const [item] = rows;
    if (item === undefined) throw new NotFound('waiting item', named);
    if (item.by !== null) throw new Claimed(item.by, (item.until ?? new Date()).toISOString());
    ids.push(item.id);
  }
  return ids;
}

/** Gives claimed items back. */
export async function releaseItems(
  db: Kysely<Tables>,
  site: number,
  desk: string,
  items: readonly string[],
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { rows } = await sql<{ id: number }>`
      update queue_item set claimed_by = null, claimed_desk = null, claimed_until = null
      where site = ${site} and id = any(${items.map(internalId)}::bigint[]) and claimed_desk = ${desk} and left_at is null
      returning id`.execute(tx);
    for (const { id } of rows) await announceItem(tx, site, 'queue.released', id, { desk });
    if (rows.length > 0) await sql`select pg_notify('premod_outbox', '')`.execute(tx);
  });
}

export async function countQueue(db: Kysely<Tables>, site: number): Promise<QueueCounts> {
  const { rows } = await sql<Record<QueueList, number>>`
    select ${sql.join(
      Object.entries(LISTS).map(
        ([list, condition]) => sql`count(*) filter (where ${condition})::integer as ${sql.ref(list)}`,
      ),
    )}
    from queue_item q where q.site = ${site} and q.left_at is null`.execute(db);
  const lists = rows[0] ?? { all: 0, incitement: 0, hate: 0, reported: 0, disagreement: 0, escalated: 0, stale: 0 };
  const { rows: articles } = await sql<{ id: string; title: string; waiting: number }>`
    select a.external_id as id, r.title, count(*)::integer as waiting
    from queue_item q
    join article a on a.site = q.site and a.id = q.article_id
    join article_revision r on r.site = a.site and r.article_id = a.id and r.revision = a.revision
    where q.site = ${site} and q.left_at is null and ${LISTS.all}
    group by a.external_id, r.title order by waiting desc, a.external_id limit 20`.execute(db);
  return { waiting: lists.all, lists, articles };
}

async function toItems(db: Kysely<Tables>, site: number, rows: readonly ItemRow[]): Promise<readonly QueueItemView[]> {
  const parentIds = rows.flatMap(({ parent_id }) => parent_id ?? []);
  const comments = await readDeskComments(
    db,
    site,
    rows.map(({ comment_id }) => comment_id),
  );
  const byId = new Map<string, CommentView>(comments.map((comment) => [comment.id, comment]));
  const parents = new Map<string, CommentView>(
    (await readDeskComments(db, site, parentIds)).map((view) => [view.id, view]),
  );
  const articles: ReadonlyMap<number, ArticleView> = await readArticles(
    db,
    site,
    rows.map(({ article_id }) => article_id),
  );
  const threads = await readThreads(
    db,
    site,
    rows.map(({ comment_id }) => comment_id),
  );
  const rescored = await readRescored(
    db,
    site,
    rows
      .filter(({ cause }) => cause !== 'decision')
      .map(({ comment_id: commentId, revision }) => ({ commentId, revision })),
  );
  const external = await externalIds(
    db,
    site,
    rows.map(({ comment_id }) => comment_id),
  );
  const now = new Date();
  return rows.flatMap((row) => {
    const comment = byId.get(external.get(row.comment_id) ?? '');
    const article = articles.get(row.article_id);
    if (comment === undefined || article === undefined) return [];
    const claim =
      row.claimed_by === null || row.claimed_until === null
        ? null
        : { by: row.claimed_by, desk: row.claimed_desk ?? '', until: row.claimed_until.toISOString() };
    const item: QueueItemView = {
      id: String(row.id),
      commentId: comment.id,
      revision: row.revision,
      cause: row.cause,
      enteredAt: row.entered_at.toISOString(),
      urgency: urgencyNow(row.urgency, now),
      label: row.label,
      claim,
      comment,
      rescored: rescored.get(row.comment_id) ?? null,
      article,
      parent: comment.parentId === null ? null : (parents.get(comment.parentId) ?? null),
      thread: threads.get(row.comment_id)?.entries ?? [],
      threadSize: threads.get(row.comment_id)?.size ?? 0,
    };
    return [item];
  });
}

async function externalIds(
  db: Kysely<Tables>,
  site: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('comment')
    .select(['id', 'external_id'])
    .where('site', '=', site)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, external_id }) => [id, external_id]));
}

function encodeCursor({ urgency, id }: ItemRow): string {
  return Buffer.from(JSON.stringify([urgency, id])).toString('base64url');
}

function decodeCursor(cursor: string): { urgency: number; id: number } {
  try {
    const [urgency, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (typeof urgency === 'number' && typeof id === 'number' && Number.isSafeInteger(id)) return { urgency, id };
  } catch {
    // Falls through to the one answer for all that is not a cursor of ours.
  }
  throw new InvalidRequest([{ pointer: '/cursor', detail: 'The cursor is not one that this service gave.' }]);
}
