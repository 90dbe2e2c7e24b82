import { type Kysely, sql } from 'kysely';
import { alarmOf, type Rate, type RuleFigures, wilsonInterval } from '../core/rule-figures.js';
import { isOfBlind } from './blind-items.js';
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
  const { rows: hits } = await sql<{
    rule: string;
    hits: number;
    last: Date;
    hour: number;
    day: number;
    week: number;
  }>`
    select rule, count(*)::integer as hits, max(at) as last,
           count(*) filter (where at > ${now}::timestamptz - interval '1 hour')::integer as hour,
           count(*) filter (where at > ${now}::timestamptz - interval '1 day')::integer as day,
           count(*) filter (where at between ${now}::timestamptz - interval '8 days' and ${now}::timestamptz - interval '1 day')::integer
             as week
    from (
      select comment_id, revision, rule, at from rule_hit where site = ${site}
      union all select comment_id, revision, rule, at from shadow_hit where site = ${site}
    ) h
    where at > ${now}::timestamptz - make_interval(days => ${DAYS}) and not ${isOfBlind(site, 'h')}
    group by rule`.execute(db);
  if (hits.length === 0) return new Map();
  const { rows: decided } = await sql<{ hour: number; day: number; week: number }>`
    select count(*) filter (where decided_at > ${now}::timestamptz - interval '1 hour')::integer as hour,
           count(*) filter (where decided_at > ${now}::timestamptz - interval '1 day')::integer as day,
           count(*) filter (where decided_at <= ${now}::timestamptz - interval '1 day')::integer as week
    from decision d
    where site = ${site} and decided_at > ${now}::timestamptz - interval '8 days' and not ${isOfBlind(site, 'd')}`.execute(
    db,
  );
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
  const [all = { hour: 0, day: 0, week: 0 }] = decided;
  const alarmBy = (row: Counts, judged: Counts) => {
    const rate = (span: keyof Counts): Rate => ({ hits: row[span], judged: judged[span] });
    return alarmOf({ hour: rate('hour'), day: rate('day'), week: rate('week') });
  };
  const jumping = hits.filter((row) => alarmBy(row, all) !== null).map(({ rule }) => rule);
  const judgedBy = jumping.length === 0 ? new Map<string, Counts>() : await judgedByRules(db, site, now, jumping);
  const agreement = new Map(verdicts.map((row) => [row.rule, row]));
  return new Map(
    hits.map((row) => {
      const { judged, agreed } = agreement.get(row.rule) ?? { judged: 0, agreed: 0 };
      const mine = judgedBy.get(row.rule);
      const alarm = mine === undefined ? null : alarmBy(row, mine);
      const interval = wilsonInterval(agreed, judged);
      return [row.rule, { hits: row.hits, lastFired: row.last.toISOString(), judged, agreed, interval, alarm }];
    }),
  );
}

/** Of the last hour, of the last day, and of the seven days before that. */
type Counts = { readonly hour: number; readonly day: number; readonly week: number };

/**
 * How many texts were judged while a rule was among the rules in force: against those of before it was published every new rule
 * would jump. Asked only of rules that seem to, because it looks into the revisions.
 */
async function judgedByRules(
  db: Kysely<Tables>,
  site: number,
  now: Date,
  rules: readonly string[],
): Promise<ReadonlyMap<string, Counts>> {
  const { rows } = await sql<Counts & { rule: string }>`
    with judged as (
      select p.rule_revision, count(*) filter (where d.decided_at > ${now}::timestamptz - interval '1 hour') as hour,
             count(*) filter (where d.decided_at > ${now}::timestamptz - interval '1 day') as day,
             count(*) filter (where d.decided_at <= ${now}::timestamptz - interval '1 day') as week
      from decision d join pipeline p on p.site = d.site and p.pipeline = d.pipeline
      where d.site = ${site} and d.decided_at > ${now}::timestamptz - interval '8 days'
      group by p.rule_revision
    )
    select n.rule, sum(j.hour)::integer as hour, sum(j.day)::integer as day, sum(j.week)::integer as week
    from judged j
    join rule_revision r on r.site = ${site} and r.revision = j.rule_revision
    join unnest(${rules}::text[]) as n(rule)
      on jsonb_path_exists(r.content, '$[*].rules[*] ? (@.id == $id)', jsonb_build_object('id', n.rule))
    group by n.rule`.execute(db);
  return new Map(rows.map((row) => [row.rule, row]));
}
