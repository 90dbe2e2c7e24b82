import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type AuditedAbove, type AuditPopulation, type AuditVerdicts, auditedAbove } from '../core/audit-sample.js';
import { OUTCOMES, type Outcome } from '../core/decision.js';
import { LABELS, type Label } from '../core/labels.js';
import { isOfBlind } from './blind-items.js';
import type { Tables } from './schema.js';
import { scoreOf } from './scores.js';

/** What is older says little about today's readers. */
const DAYS = 90;
/** Among so many of the newest decisions is looked for those that score from a threshold on. */
const MOST_LOOKED_AT = 50_000;

export type AuditRecord = {
  /** When the oldest draw was made that counts; null where there is none. */
  readonly since: string | null;
  /** How many decisions were drawn since, still stand and wait no more, and how many of those a person has judged. */
  readonly drawn: number;
  readonly judged: number;
  readonly population: AuditPopulation;
  readonly verdicts: readonly AuditVerdicts[];
};

/** How many drawn decisions of the last months a person has judged. */
export async function countAudited(db: Kysely<Tables>, site: number, section: string | null): Promise<number> {
  const { rows } = await sql<{ judged: number }>`
    select count(*)::integer as judged ${drawn(site, section)} cross join lateral ${lastVerdict('s')} v`.execute(db);
  return rows[0]?.judged ?? 0;
}

/**
 * What the random audit knows: every decision that could have been drawn, or asks a person where others could have been, since the
 * first that was drawn in the last 90 days, and what persons decided about those that were drawn and about those that the machine
 * asked about. What waits without its findings counts once it was judged.
 *
 * @param section only comments of this section.
 */
export async function readAudit(db: Kysely<Tables>, site: number, section: string | null): Promise<AuditRecord> {
  const { rows } = await sql<{ since: Date | null; drawn: number }>`
    select min(s.drawn_at) as since, count(*)::integer as drawn ${drawn(site, section)}`.execute(db);
  const [first] = rows;
  if (first === undefined || first.since === null) {
    return { since: null, drawn: 0, judged: 0, population: populationOf([], []), verdicts: [] };
  }
  const { since } = first;
  const decisions = sql`
    from decision d where d.site = ${site} and d.effective and d.in_audit and d.decided_at >= ${since} and not ${isOfBlind(site, 'd')}
      and (${section}::text is null or d.facts->>'section' = ${section})`;
  const { rows: whole } = await sql<Whole>`
    select d.outcome, count(*)::integer as decisions ${decisions} group by d.outcome`.execute(db);
  // In the words of the index that holds so few of them. By whole sets of flags, so that each is gone to once.
  const { rows: flagged } = await sql<Flagged>`
    select d.outcome, d.detail->'flags' as flags, count(*)::integer as decisions ${decisions}
      and (d.outcome <> 'approve' or d.detail->'flags' <> '[]')
    group by d.outcome, d.detail->'flags'`.execute(db);
  const { rows: verdicts } = await sql<Omit<AuditVerdicts, 'flags'> & { flags: Label[]; drawn: boolean }>`
    select n.outcome, n.flags, n.weight, n.drawn, n.action = 'reject' as rejected, n.label, count(*)::integer as count
    from (
      select s.outcome, s.flags, 1 / s.share as weight, true as drawn, v.action, v.label
      ${drawn(site, section)} cross join lateral ${lastVerdict('s')} v
      union all
      select d.outcome, array(select jsonb_array_elements_text(d.detail->'flags')), 1, false, v.action, v.label
      from (select * ${decisions} and d.outcome = 'review') d cross join lateral ${lastVerdict('d')} v
    ) n
    group by n.outcome, n.flags, n.weight, n.drawn, n.action, n.label`.execute(db);
  return {
    since: since.toISOString(),
    drawn: first.drawn,
    judged: verdicts.reduce((sum, one) => sum + (one.drawn ? one.count : 0), 0),
    population: populationOf(whole, flagged),
    verdicts: verdicts.map(({ drawn: _, ...one }) => one),
  };
}

/** How many decisions came out alike. */
type Whole = { readonly outcome: Outcome; readonly decisions: number };
/** How many of them have the same flags, where they have any. */
type Flagged = Whole & { readonly flags: readonly Label[] };

function populationOf(whole: readonly Whole[], flagged: readonly Flagged[]): AuditPopulation {
  const sum = (of: readonly Whole[]) => of.reduce((total, { decisions }) => total + decisions, 0);
  const of = (outcome: Outcome) => sum(whole.filter((one) => one.outcome === outcome));
  const cells = OUTCOMES.flatMap((outcome) =>
    LABELS.map((label) => {
      const carrying = flagged.filter((one) => one.outcome === outcome && one.flags.includes(label));
      return { outcome, label, decisions: sum(carrying) };
    }),
  );
  return {
    decisions: { approve: of('approve'), review: of('review'), reject: of('reject') },
    flagged: cells.filter(({ decisions }) => decisions > 0),
  };
}

/** A label from a score on, in [0, 1]. */
export type Threshold = { readonly label: Label; readonly threshold: number };

/**
 * What persons decided of the comments that an artefact scores for a label from a threshold on, since the first draw of the last 90
 * days: those that were drawn, and those that the machine asked about. A pause in writing a policy asks this for all of its
 * thresholds, so they are answered together, only the newest decisions are looked at, and by their time: most of a long history is
 * in no audit.
 *
 * @returns one answer a threshold, in the order given.
 */
export async function readAuditAbove(
  db: Kysely<Tables>,
  site: number,
  asked: { readonly artefact: string; readonly section: string | null; readonly thresholds: readonly Threshold[] },
  newest = MOST_LOOKED_AT,
): Promise<readonly AuditedAbove[]> {
  const { artefact, section, thresholds } = asked;
  if (thresholds.length === 0) return [];
  const labels = thresholds.map(({ label }) => label);
  const scores = thresholds.map(({ threshold }) => threshold);
  const { rows } = await sql<AboveRow>`
    with above as materialized (
      select t.which::integer, d.site, d.comment_id, d.revision, d.outcome
      from (
        select * from decision d
        where d.site = ${site} and d.effective and d.in_audit and not ${isOfBlind(site, 'd')}
          and d.decided_at >= (select min(s.drawn_at) ${drawn(site, section)})
        order by d.decided_at desc limit ${newest}
      ) d
      join evaluation e on e.site = d.site and e.id = d.evaluation_id
      join unnest(${labels}::text[], ${scores}::double precision[]) with ordinality as t(label, threshold, which)
        on ${scoreOf(sql`t.label`)} >= t.threshold
      where e.artefact = ${artefact} and (${section}::text is null or d.facts->>'section' = ${section})
    )
    select which, outcome, null::double precision as weight, null::boolean as rejected, count(*)::integer as count
    from above group by which, outcome
    union all
    select n.which, n.outcome, n.weight, n.action = 'reject', count(*)::integer
    from (
      select a.which, a.outcome, 1 / s.share as weight, v.action
      ${drawn(site, section)} join above a on a.comment_id = s.comment_id and a.revision = s.revision
      cross join lateral ${lastVerdict('a')} v
      union all
      select a.which, a.outcome, 1, v.action
      from above a cross join lateral ${lastVerdict('a')} v where a.outcome = 'review'
    ) n
    group by n.which, n.outcome, n.weight, n.action`.execute(db);
  return thresholds.map((_, which) => auditedFrom(rows.filter((row) => row.which === which + 1)));
}

/** Decisions that are alike, and without a weight all of one outcome, judged or not. */
type AboveRow = {
  /** Which threshold they lie above, from 1. */
  readonly which: number;
  readonly outcome: Outcome;
  readonly weight: number | null;
  readonly rejected: boolean | null;
  readonly count: number;
};

function auditedFrom(rows: readonly AboveRow[]): AuditedAbove {
  const decisions = { approve: 0, review: 0, reject: 0 };
  for (const { outcome, weight, count } of rows) if (weight === null) decisions[outcome] = count;
  return auditedAbove(
    decisions,
    rows.flatMap(({ outcome, weight, rejected, count }) =>
      weight === null ? [] : [{ outcome, weight, rejected: rejected === true, count }],
    ),
  );
}

/**
 * The draws of the last months that wait no more: a number of those that do would tell, where one item waits, what it is. Nor
 * those whose comment was judged anew since: that stands for what it is decided as now, and with its old outcome it would count a
 * second time.
 */
function drawn(site: number, section: string | null): RawBuilder<unknown> {
  return sql`
    from (select u.* from audit_sample u
          join decision d on d.site = u.site and d.comment_id = u.comment_id and d.revision = u.revision and d.effective
          where u.site = ${site} and u.drawn_at >= now() - make_interval(days => ${DAYS})
            and d.outcome = u.outcome and d.in_audit and not ${isOfBlind(site, 'u')}
            and (${section}::text is null or u.section = ${section})) s`;
}

/** What a person decided last about the text of a row. */
function lastVerdict(of: 's' | 'd' | 'a'): RawBuilder<unknown> {
  return sql`(
    select w.action, w.label from verdict w
    where w.site = ${sql.ref(`${of}.site`)} and w.comment_id = ${sql.ref(`${of}.comment_id`)}
      and w.revision = ${sql.ref(`${of}.revision`)} and w.undone_at is null and w.action in ('approve', 'reject')
    order by w.id desc limit 1
  )`;
}
