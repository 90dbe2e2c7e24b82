import { type Kysely, sql } from 'kysely';
import type { Counted } from '../core/rules.js';
import type { Tables } from './schema.js';
import { makePrints } from './text-prints.js';

/** Nobody needs to know how many more than these there were, and counting them would take its time for each of them. */
const MOST = 10_000;

/**
 * Counts comments around others: with the same text by its print, and of the same author, in the minutes up to when each was
 * written, itself included; and how its author's other comments stand.
 *
 * @returns by comment id; what was erased is left out.
 */
export async function countFor(
  db: Kysely<Tables>,
  site: number,
  subjects: readonly { readonly commentId: number; readonly revision: number }[],
  asked: {
    readonly windows: { readonly sameText: readonly number[]; readonly byAuthor: readonly number[] };
    readonly asksRecord: boolean;
  },
): Promise<ReadonlyMap<number, Counted>> {
  const { sameText: widths } = asked.windows;
  if (widths.length > 0) await makePrints(db, site, subjects, Math.max(...widths));
  const { rows } = await sql<{
    id: number;
    sameText: Record<number, number> | null;
    byAuthor: Record<number, number> | null;
    record: { approved: number; rejected: number } | null;
  }>`
    select c.id, t.counts as "sameText", a.counts as "byAuthor", s.record
    from unnest(${subjects.map(({ commentId }) => commentId)}::bigint[], ${subjects.map(({ revision }) => revision)}::integer[])
      as n(id, revision)
    join comment c on c.site = ${site} and c.id = n.id
    join comment_revision r on r.site = c.site and r.comment_id = c.id and r.revision = n.revision
    left join lateral (
      select jsonb_object_agg(w.minutes, (
        select count(*) from (
          select distinct o.comment_id from comment_revision o
          where o.site = r.site and o.text_print = r.text_print and o.created_at <= r.created_at
            and o.created_at > r.created_at - make_interval(mins => w.minutes) limit ${MOST}
        ) counted
      )) as counts
      from unnest(${widths}::integer[]) as w(minutes)
    ) t on r.text_print is not null
    left join lateral (
      select jsonb_object_agg(w.minutes, (
        select count(*) from (
          select 1 from comment o
          where o.site = c.site and o.author_external_id = c.author_external_id and o.created_at <= r.created_at
            and o.created_at > r.created_at - make_interval(mins => w.minutes) limit ${MOST}
        ) counted
      )) as counts
      from unnest(${asked.windows.byAuthor}::integer[]) as w(minutes)
    ) a on true
    left join lateral (
      select jsonb_build_object('approved', count(*) filter (where o.state = 'published'),
                                'rejected', count(*) filter (where o.state = 'withheld')) as record
      from comment o
      where ${asked.asksRecord} and o.site = c.site and o.author_external_id = c.author_external_id and o.id <> c.id
        and o.removed_at is null
    ) s on ${asked.asksRecord}`.execute(db);
  return new Map(
    rows.map(({ id, sameText, byAuthor, record }) => [
      id,
      {
        ...(sameText !== null && { sameText }),
        ...(byAuthor !== null && { byAuthor }),
        ...(record !== null && { record }),
      },
    ]),
  );
}
