import { type Kysely, sql } from 'kysely';
import type { Unmet } from '../core/consequences.js';
import { NotFound } from '../core/errors.js';
import { pipelineFingerprint } from '../core/pipeline.js';
import type { Tables } from './schema.js';
import { suspendedSha256 } from './suspensions.js';
import { inTransaction } from './transaction.js';

/** What a revision of rules or policy says, and the sha256 of that. */
type Content = { readonly sha256: string; readonly content: unknown };

export type PipelineSource = {
  /** sha256 of the artefact's manifest. */
  readonly artefact: string;
  readonly artefactName: string;
  readonly normaliser: string;
  readonly rules: { readonly revision: number; readonly sha256: string };
  readonly policy: { readonly revision: number; readonly sha256: string };
  readonly suspended: readonly Unmet[];
};

export type Pipeline = {
  readonly pipeline: number;
  readonly fingerprint: string;
  readonly artefact: string;
  readonly artefactName: string;
  readonly normaliser: string;
  readonly ruleRevision: number;
  readonly policyRevision: number;
  readonly rules: Content;
  readonly policy: Content;
  /** What the policy may not reject for by what the artefact has measured. */
  readonly suspended: readonly Unmet[];
  readonly createdAt: string;
};

/** Makes the site where it is missing. */
export async function ensureSite(db: Kysely<Tables>, site: number, name: string, language: string): Promise<void> {
  await db
    .insertInto('site')
    .values({ site, name, language, active_pipeline: null })
    .onConflict((conflict) => conflict.column('site').doUpdateSet({ name, language }))
    .execute();
}

/**
 * Finds or keeps the pipeline that is made of these parts.
 *
 * @returns its number at this site; the same parts always give the same number, so a revision that equals an earlier one
 *   shares its pipeline.
 */
export async function keepPipeline(db: Kysely<Tables>, site: number, source: PipelineSource): Promise<number> {
  return await inTransaction(db, async (tx) => {
    // Two processes that start at once must not count the same number twice.
    await sql`select 1 from site where site = ${site} for no key update`.execute(tx);
    const fingerprint = pipelineFingerprint({
      artefact: source.artefact,
      normaliser: source.normaliser,
      rules: source.rules.sha256,
      policy: source.policy.sha256,
      suspended: suspendedSha256(source.suspended),
    });
    const known = await tx
      .selectFrom('pipeline')
      .select('pipeline')
      .where('site', '=', site)
      .where('fingerprint', '=', fingerprint)
      .executeTakeFirst();
    if (known !== undefined) return known.pipeline;
    const { next } = await tx
      .selectFrom('pipeline')
      .select(sql<number>`coalesce(max(pipeline), 0) + 1`.as('next'))
      .where('site', '=', site)
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('pipeline')
      .values({
        site,
        pipeline: next,
        fingerprint,
        artefact: source.artefact,
        artefact_name: source.artefactName,
        normaliser: source.normaliser,
        rule_revision: source.rules.revision,
        policy_revision: source.policy.revision,
        suspended: JSON.stringify(source.suspended),
      })
      .execute();
    return next;
  });
}

/** @throws NotFound where the service has never started on this store */
export async function readSite(
  db: Kysely<Tables>,
  site: number,
): Promise<{ readonly name: string; readonly language: string }> {
  const row = await db.selectFrom('site').select(['name', 'language']).where('site', '=', site).executeTakeFirst();
  if (row === undefined) throw new NotFound('site', String(site));
  return row;
}

/** Makes a pipeline the one that comments are pinned to from now on. */
export async function activatePipeline(db: Kysely<Tables>, site: number, pipeline: number): Promise<void> {
  await db.updateTable('site').set({ active_pipeline: pipeline }).where('site', '=', site).execute();
}

export async function activePipeline(db: Kysely<Tables>, site: number): Promise<number | null> {
  const row = await db.selectFrom('site').select('active_pipeline').where('site', '=', site).executeTakeFirst();
  return row?.active_pipeline ?? null;
}

/** One pipeline with its rules and policy; null where the site has none of this number or fingerprint. */
export async function readPipeline(db: Kysely<Tables>, site: number, which: number | string): Promise<Pipeline | null> {
  const row = await db
    .selectFrom('pipeline as p')
    .innerJoin('rule_revision as r', (join) =>
      join.onRef('r.site', '=', 'p.site').onRef('r.revision', '=', 'p.rule_revision'),
    )
    .innerJoin('policy_revision as y', (join) =>
      join.onRef('y.site', '=', 'p.site').onRef('y.revision', '=', 'p.policy_revision'),
    )
    .selectAll('p')
    .select(['r.sha256 as rules_sha256', 'r.content as rules', 'y.sha256 as policy_sha256', 'y.content as policy'])
    .where('p.site', '=', site)
    .where(typeof which === 'number' ? 'p.pipeline' : 'p.fingerprint', '=', which)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    pipeline: row.pipeline,
    fingerprint: row.fingerprint,
    artefact: row.artefact,
    artefactName: row.artefact_name,
    normaliser: row.normaliser,
    ruleRevision: row.rule_revision,
    policyRevision: row.policy_revision,
    rules: { sha256: row.rules_sha256, content: row.rules },
    policy: { sha256: row.policy_sha256, content: row.policy },
    suspended: row.suspended,
    createdAt: row.created_at.toISOString(),
  };
}

/**
 * The pipeline that comments are pinned to now.
 *
 * @throws NotFound where the service has never started on this store.
 */
export async function pipelineInForce(db: Kysely<Tables>, site: number): Promise<Pipeline> {
  const active = await activePipeline(db, site);
  const pipeline = active === null ? null : await readPipeline(db, site, active);
  if (pipeline === null) throw new NotFound('pipeline', 'active');
  return pipeline;
}

/** The site's pipelines, newest first; `before` is the number of the one before the first. */
export async function listPipelines(
  db: Kysely<Tables>,
  site: number,
  limit: number,
  before: number | null = null,
): Promise<readonly Omit<Pipeline, 'rules' | 'policy' | 'suspended'>[]> {
  const rows = await db
    .selectFrom('pipeline')
    .selectAll()
    .where('site', '=', site)
    .$if(before !== null, (query) => query.where('pipeline', '<', before))
    .orderBy('pipeline', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    pipeline: row.pipeline,
    fingerprint: row.fingerprint,
    artefact: row.artefact,
    artefactName: row.artefact_name,
    normaliser: row.normaliser,
    ruleRevision: row.rule_revision,
    policyRevision: row.policy_revision,
    createdAt: row.created_at.toISOString(),
  }));
}

/**
 * Moves what is not judged yet from retired pipelines to the active one, in one statement: their artefact or normaliser may
 * not be on this machine any more. Several retired ones may hold the same work: what is kept is what the active one has, or the
 * newest.
 *
 * @returns how many revisions moved.
 */
export async function repinUndecided(db: Kysely<Tables>, site: number, pipeline: number): Promise<number> {
  const { numAffectedRows } = await sql`
    with waiting as (
      select seq, row_number() over (partition by kind, subject, revision order by pipeline = ${pipeline} desc, seq desc) as place
      from outbox where site = ${site} and kind in ('classify', 'embed-article')
    ), dropped as (
      delete from outbox o using waiting w where o.site = ${site} and o.seq = w.seq and w.place > 1
      returning o.kind, o.subject, o.revision
    ), moved as (
      update outbox o set pipeline = ${pipeline} from waiting w
      where o.site = ${site} and o.seq = w.seq and w.place = 1 and o.pipeline <> ${pipeline}
      returning o.kind, o.subject, o.revision
    )
    update comment_revision r set pipeline = ${pipeline} from (select * from moved union select * from dropped) n
    where n.kind = 'classify' and r.site = ${site} and r.comment_id = n.subject and r.revision = n.revision`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
