import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { QueueCause, VerdictAction } from '../core/comment.js';
import type { Decision } from '../core/decision.js';
import type { Label } from '../core/labels.js';
import { severityOf, urgencyOf } from '../core/urgency.js';
import type { Blind } from './audit-draw.js';
import { announce } from './events.js';
import type { Tables } from './schema.js';

export type Entering = {
  readonly commentId: number;
  readonly revision: number;
  readonly articleId: number;
  readonly cause: QueueCause;
  readonly decision: Decision | null;
  readonly reports: number;
  readonly enteredAt: Date;
  /** It waits without findings. */
  readonly blind?: Blind | undefined;
};

/** Nothing of what an item is about may be told from its place. */
const BLIND_SEVERITY = 0.5;

/** Puts a comment before a person; where it waits already, the item is brought up to date and keeps its place in time. */
export async function enterQueue(tx: Transaction<Tables>, site: number, entering: Entering): Promise<number> {
  const { blind } = entering;
  const findings = blind === undefined ? entering.decision : null;
  const { severity, label } = findings === null ? { severity: BLIND_SEVERITY, label: null } : severityOf(findings);
  const row = {
    site,
    comment_id: entering.commentId,
    revision: entering.revision,
    article_id: entering.articleId,
    cause: entering.cause,
    label,
    severity,
    labels: [...(findings?.flags ?? [])],
    disagreement: disagrees(findings),
    reports: entering.reports,
    urgency: urgencyOf(severity, entering.reports, entering.enteredAt),
    entered_at: entering.enteredAt,
    claimed_by: null,
    claimed_desk: null,
    claimed_until: null,
    left_at: null,
    blind: blind !== undefined,
    shown_state: blind?.shownState ?? null,
  };
  const item = await tx
    .insertInto('queue_item')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['site', 'comment_id'])
        .where('left_at', 'is', null)
        .doUpdateSet({
          revision: row.revision,
          // What somebody has escalated stays with whoever it was escalated to.
          cause: sql<QueueCause>`case queue_item.cause when 'escalated' then 'escalated' else ${row.cause}::text end`,
          label: kept('label', sql`${row.label}::text`),
          severity: kept('severity', sql`${row.severity}::double precision`),
          labels: kept('labels', sql`${row.labels}::text[]`),
          disagreement: kept('disagreement', sql`${row.disagreement}::boolean`),
          reports: row.reports,
          urgency: urgencyWith(row.reports, kept('severity', sql`${row.severity}::double precision`)),
        }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  await announceItem(tx, site, 'queue.entered', item.id, {});
  return item.id;
}

/**
 * Tells a waiting item how many readers have reported its comment. What it waits with stays: a rescoring may have found what its
 * own decision does not say.
 *
 * @returns whether the comment waits.
 */
export async function reportItem(
  tx: Transaction<Tables>,
  site: number,
  commentId: number,
  reports: number,
): Promise<boolean> {
  const { rows } = await sql<{ id: number }>`
    update queue_item set cause = case cause when 'escalated' then 'escalated' else 'report' end, reports = ${reports},
      urgency = ${urgencyWith(reports, sql`severity`)}
    where site = ${site} and comment_id = ${commentId} and left_at is null returning id`.execute(tx);
  const [item] = rows;
  if (item === undefined) return false;
  await announceItem(tx, site, 'queue.entered', item.id, {});
  return true;
}

/** {@link urgencyOf} of an item that waits already, and keeps its place in time. */
function urgencyWith(reports: number, severity: RawBuilder<unknown>): RawBuilder<number> {
  return sql`${severity} + 0.05 * least(${reports}::integer, 10) - extract(epoch from queue_item.entered_at) / 14400`;
}

/** How many readers have reported comment `c`; one who has reported several of its texts counts once. */
export const reportedBy = sql<number>`(
  select count(distinct p.reporter)::integer from report p where p.site = c.site and p.comment_id = c.id
)`;

/** What waits blind stays so, whatever is found meanwhile. */
function kept<Value>(
  column: 'label' | 'severity' | 'labels' | 'disagreement',
  fresh: RawBuilder<Value>,
): RawBuilder<Value> {
  return sql<Value>`case when queue_item.blind then ${sql.ref(`queue_item.${column}`)} else ${fresh} end`;
}

/**
 * Takes a comment's waiting item off the queue because its text is no more: it was edited or erased. What waited without its findings
 * goes untold.
 */
export async function leaveUnjudged(tx: Transaction<Tables>, site: number, commentId: number): Promise<void> {
  const item = await leaveQueue(tx, site, commentId);
  if (item === null) return;
  await sql`update queue_item set unjudged = true where site = ${site} and id = ${item} and blind`.execute(tx);
}

/** Takes a comment's waiting item off the queue, if there is one. */
export async function leaveQueue(
  tx: Transaction<Tables>,
  site: number,
  commentId: number,
  by: {
    readonly by?: string;
    readonly desk?: string | null;
    readonly action?: VerdictAction;
    readonly label?: Label | null;
  } = {},
): Promise<number | null> {
  const item = await tx
    .updateTable('queue_item')
    .set({ left_at: new Date(), claimed_by: null, claimed_desk: null, claimed_until: null, asked_anew_at: null })
    .where('site', '=', site)
    .where('comment_id', '=', commentId)
    .where('left_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (item === undefined) return null;
  await announceItem(tx, site, 'queue.left', item.id, by);
  return item.id;
}

export async function announceItem(
  tx: Transaction<Tables>,
  site: number,
  type: 'queue.entered' | 'queue.left' | 'queue.claimed' | 'queue.released',
  itemId: number,
  more: Record<string, unknown>,
): Promise<void> {
  const item = await tx
    .selectFrom('queue_item as q')
    .innerJoin('comment as c', (join) => join.onRef('c.site', '=', 'q.site').onRef('c.id', '=', 'q.comment_id'))
    .select(['c.external_id', 'q.revision', 'q.comment_id'])
    .where('q.site', '=', site)
    .where('q.id', '=', itemId)
    .executeTakeFirstOrThrow();
  const said = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== null && value !== undefined));
  await announce(
    tx,
    site,
    type,
    { itemId: String(itemId), commentId: item.external_id, revision: item.revision, ...said },
    item.comment_id,
  );
}

function disagrees(decision: Decision | null): boolean {
  return decision?.reasons.some((reason) => reason.kind === 'rule' && reason.disagrees !== undefined) ?? false;
}
