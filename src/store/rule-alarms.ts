import { type Kysely, type RawBuilder, sql } from 'kysely';
import { alarmOf, LEAST_HITS, type Rate, type RateAlarm } from '../core/rule-figures.js';
import { isOfBlind } from './blind-items.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

/** Of the last hour, of the last day, and of the seven days before that. */
type Counts = { readonly hour: number; readonly day: number; readonly week: number };

/**
 * Which rules in force find far more than they used to, by their ids; rules in shadow by what they would have found. What waits
 * without its findings counts once it waits no more.
 */
export async function readRuleAlarms(
  db: Kysely<Tables>,
  site: number,
  now: Date,
): Promise<ReadonlyMap<string, RateAlarm>> {
  const { rows: hits } = await sql<Counts & { rule: string }>`
    select h.rule, count(*) filter (where at > ${now}::timestamptz - interval '1 hour')::integer as hour,
           count(*) filter (where at > ${now}::timestamptz - interval '1 day')::integer as day,
           count(*) filter (where at <= ${now}::timestamptz - interval '1 day')::integer as week
    from (${rulesInForce(site)}) standing
    join (
      select comment_id, revision, rule, at from rule_hit where site = ${site}
      union all select comment_id, revision, rule, at from shadow_hit where site = ${site}
    ) h on h.rule = standing.rule
    where h.at > ${now}::timestamptz - interval '8 days' and not ${isOfBlind(site, 'h')}
    group by h.rule
    having count(*) filter (where at > ${now}::timestamptz - interval '1 day') >= ${LEAST_HITS}`.execute(db);
  if (hits.length === 0) return new Map();
  const judgedBy = await judgedByRules(
    db,
    site,
    now,
    hits.map(({ rule }) => rule),
  );
  return new Map(
    hits.flatMap((row) => {
      const judged = judgedBy.get(row.rule) ?? { hour: 0, day: 0, week: 0 };
      const rate = (span: keyof Counts): Rate => ({ hits: row[span], judged: judged[span] });
      const alarm = alarmOf({ hour: rate('hour'), day: rate('day'), week: rate('week') });
      return alarm === null ? [] : [[row.rule, alarm] as const];
    }),
  );
}

/**
 * How many texts were judged while a rule was among the rules in force: against those of before it was published every new rule
 * would jump.
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
    cross join lateral (select distinct ${ruleIdsIn('r')} as rule) n
    where n.rule = any(${rules}::text[])
    group by n.rule`.execute(db);
  return new Map(rows.map((row) => [row.rule, row]));
}

/** The ids that stand in a rule revision; its content is long, and taken apart once. */
function ruleIdsIn(revision: string): RawBuilder<string> {
  return sql`jsonb_path_query(${sql.ref(`${revision}.content`)}, '$[*].rules[*].id') #>> '{}'`;
}

function rulesInForce(site: number): RawBuilder<{ rule: string }> {
  return sql`
    select distinct ${ruleIdsIn('r')} as rule
    from site s join pipeline p on p.site = s.site and p.pipeline = s.active_pipeline
    join rule_revision r on r.site = p.site and r.revision = p.rule_revision
    where s.site = ${site}`;
}

/** So often somebody looks: the figures change by the hour, and a look reads a week of decisions. */
const LOOK_SECONDS = 60;
/** A rate that goes up and down around the bound would begin and end all the time: an alarm ends once it has been quiet for so long. */
const QUIET_SECONDS = 1_800;

/** What a look at the rules has changed; nothing where the rules are in alarm that were. */
export type RuleAlarmChanges = {
  readonly began: readonly { readonly rule: string; readonly alarm: RateAlarm }[];
  readonly ended: readonly { readonly rule: string; readonly began: Date }[];
};

/**
 * Looks which rules are in alarm, and keeps it. Any process may ask at any time: one of them looks once a minute, and of a change
 * one alone is told, once. An alarm ends when it was not found for half an hour, or its rule is no longer in force.
 *
 * @returns null where it was looked less than a minute ago.
 */
export async function lookAtRuleAlarms(db: Kysely<Tables>, site: number, now: Date): Promise<RuleAlarmChanges | null> {
  const { numAffectedRows } = await sql`
    insert into rule_look (site, looked_at) values (${site}, now())
    on conflict (site) do update set looked_at = now()
    where rule_look.looked_at <= now() - make_interval(secs => ${LOOK_SECONDS})`.execute(db);
  if (Number(numAffectedRows ?? 0) === 0) return null;
  const alarms = await readRuleAlarms(db, site, now);
  const rules = [...alarms.keys()].sort();
  return await inTransaction(db, async (tx) => {
    await sql`
      update rule_alarm set seen_at = ${now} where site = ${site} and rule = any(${rules}::text[])`.execute(tx);
    const { rows: kept } = await sql<{ rule: string }>`
      insert into rule_alarm (site, rule, began_at, seen_at)
      select ${site}, rule, ${now}::timestamptz, ${now}::timestamptz from unnest(${rules}::text[]) as rule
      on conflict do nothing
      returning rule`.execute(tx);
    const { rows: ended } = await sql<{ rule: string; began: Date }>`
      delete from rule_alarm
      where site = ${site} and (seen_at <= ${now}::timestamptz - make_interval(secs => ${QUIET_SECONDS})
        or rule not in (${rulesInForce(site)}))
      returning rule, began_at as began`.execute(tx);
    const began = new Set(kept.map(({ rule }) => rule));
    return { began: [...alarms].flatMap(([rule, alarm]) => (began.has(rule) ? [{ rule, alarm }] : [])), ended };
  });
}

/** How many rules are in alarm, and which are so longest, at most so many of them. */
export async function readRulesInAlarm(
  db: Kysely<Tables>,
  site: number,
  most: number,
): Promise<{ readonly count: number; readonly rules: readonly string[] }> {
  const { rows } = await sql<{ rule: string; count: number }>`
    select rule, count(*) over ()::integer as count from rule_alarm
    where site = ${site} order by began_at, rule limit ${most}`.execute(db);
  return { count: rows[0]?.count ?? 0, rules: rows.map(({ rule }) => rule) };
}
