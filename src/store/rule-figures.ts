import { type Kysely, sql } from 'kysely';
import { alarmInWords, type RuleFigures, wilsonInterval } from '../core/rule-figures.js';
import { isOfBlind } from './blind-items.js';
import { readRuleAlarms } from './rule-alarms.js';
import type { Tables } from './schema.js';

/** Figures are of so many days: what a rule did longer ago it did under other wordings and other news. */
const DAYS = 90;

/**
 * What each rule did, by its id; a rule that did nothing is left out. Rules in shadow are counted by what they would have done. What
 * waits without its findings counts once it waits no more: a figure that grew with it would tell that a rule had found something in it.
 */
export async function readRuleFigures(
  db: Kysely<Tables>,
  site: number,
  now: Date,
): Promise<ReadonlyMap<string, RuleFigures>> {
  const { rows: hits } = await sql<{ rule: string; hits: number; last: Date }>`
    select rule, count(*)::integer as hits, max(at) as last
    from (
      select comment_id, revision, rule, at from rule_hit where site = ${site}
      union all select comment_id, revision, rule, at from shadow_hit where site = ${site}
    ) h
    where at > ${now}::timestamptz - make_interval(days => ${DAYS}) and not ${isOfBlind(site, 'h')}
    group by rule`.execute(db);
  if (hits.length === 0) return new Map();
  const { rows: verdicts } = await sql<{ rule: string; judged: number; agreed: number }>`
    select h.rule, count(*)::integer as judged,
           count(*) filter (where v.action = case h.effect when 'approve' then 'approve' else 'reject' end)::integer as agreed
    from (
      select distinct on (comment_id, revision) comment_id, revision, action from verdict
      where site = ${site} and undone_at is null and action in ('approve', 'reject')
        and decided_at > ${now}::timestamptz - make_interval(days => ${DAYS})
      order by comment_id, revision, id desc
    ) v
    join (
      select comment_id, revision, rule, effect from rule_hit where site = ${site}
      union all select comment_id, revision, rule, effect from shadow_hit where site = ${site}
    ) h on h.comment_id = v.comment_id and h.revision = v.revision and not ${isOfBlind(site, 'h')}
    group by h.rule`.execute(db);
  const alarms = await readRuleAlarms(db, site, now);
  const agreement = new Map(verdicts.map((row) => [row.rule, row]));
  return new Map(
    hits.map((row) => {
      const { judged, agreed } = agreement.get(row.rule) ?? { judged: 0, agreed: 0 };
      const found = alarms.get(row.rule);
      const alarm = found === undefined ? null : alarmInWords(found);
      const interval = wilsonInterval(agreed, judged);
      return [row.rule, { hits: row.hits, lastFired: row.last.toISOString(), judged, agreed, interval, alarm }];
    }),
  );
}
