import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Label } from '../core/labels.js';
import { isOfBlind } from './blind-items.js';
import type { Tables } from './schema.js';

/** So many of the newest scored comments are counted … */
const NEWEST = 10_000;
/** … looked for among so many decisions, where only a section's are wanted. */
const MOST_LOOKED_AT = 200_000;
const BINS = 50;

/** How the newest scored comments score for a label, in equal parts of [0, 1]; but for those that wait without their findings. */
export type ScoreHistogram = { readonly label: Label; readonly total: number; readonly bins: readonly number[] };

/** @param section only comments of this section. */
export async function readScores(
  db: Kysely<Tables>,
  site: number,
  label: Label,
  section: string | null,
): Promise<ScoreHistogram> {
  const { rows } = await sql<{ bin: number; count: number }>`
    select least(${BINS} - 1, floor(s.score * ${BINS}))::integer as bin, count(*)::integer as count
    from (
      select ${scoreOf(label)} as score
      from (
        select site, id, evaluation_id, facts from decision d
        where site = ${site} and effective and evaluation_id is not null and not ${isOfBlind(site, 'd')}
        order by id desc limit ${section === null ? NEWEST : MOST_LOOKED_AT}
      ) d
      join evaluation e on e.site = d.site and e.id = d.evaluation_id
      where ${section}::text is null or d.facts->>'section' = ${section}
      order by d.id desc limit ${NEWEST}
    ) s
    where s.score is not null group by bin`.execute(db);
  const bins = new Array<number>(BINS).fill(0);
  for (const { bin, count } of rows) bins[bin] = count;
  return { label, total: bins.reduce((sum, count) => sum + count, 0), bins };
}

/**
 * A label's score in an evaluation that a query calls `e`; null where it has none.
 *
 * @param label also one that the query itself names.
 */
export function scoreOf(label: Label | RawBuilder<unknown>): RawBuilder<number | null> {
  const named = typeof label === 'string' ? sql.lit(label) : label;
  const score = sql`case ${named} when 'off_topic' then e.content->'offTopic'->>'probability' else e.content->'scores'->>${named} end`;
  return sql`(${score})::double precision`;
}
