import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { canonicalJson } from '../core/canonical-json.js';
import type { Unmet } from '../core/consequences.js';
import { Conflict, NotFound, Overtaken } from '../core/errors.js';
import { activatePipeline, keepPipeline, repinUndecided } from './pipelines.js';
import type { Tables } from './schema.js';
import { keepSuspended, readSuspended } from './suspensions.js';
import { inTransaction } from './transaction.js';

/** What is published in revisions. */
export type RevisionKind = 'rules' | 'policy';

/** A revision without what it says. */
export type RevisionHead = {
  readonly revision: number;
  readonly sha256: string;
  /** `shipped`: nobody at the site chose it; a newer premod may replace such a policy. */
  readonly origin: 'shipped' | 'site';
  readonly why: string;
  readonly rolledBackTo: number | null;
  readonly publishedBy: string;
  readonly publishedAt: string;
};

/** A revision, immutable. `source` is what was written, from which `content` was made. */
export type Revision = RevisionHead & { readonly content: unknown; readonly source: unknown };

export type NewRevision = Pick<Revision, 'content' | 'source' | 'why' | 'rolledBackTo'> & {
  readonly by: string;
  /** The newest revision that the publisher knows. */
  readonly expectedRevision: number;
  /** The artefact whose evidence lets the policy reject as it does; null for rules, which leave that as it is. */
  readonly checkedAgainst: string | null;
  /** The drafts that it was made of; they go, unless somebody has worked on one since. */
  readonly drafts: readonly { readonly name: string; readonly updatedAt: string }[];
};

/** PostgreSQL's largest integer. */
const MOST_REVISIONS = 2_147_483_647;

export const REVISION_TABLES = { rules: 'rule_revision', policy: 'policy_revision' } as const;

/**
 * The revision in force: always the newest.
 *
 * @throws NotFound where the service has never started on this store.
 */
export async function newestRevision(db: Kysely<Tables>, site: number, kind: RevisionKind): Promise<Revision> {
  const newest = await findNewest(db, site, kind);
  if (newest === null) throw new NotFound('revision', 'newest');
  return newest;
}

/** @throws NotFound, also for what is no number of a revision */
export async function readRevision(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  revision: number,
): Promise<Revision> {
  if (!Number.isInteger(revision) || Math.abs(revision) > MOST_REVISIONS) {
    throw new NotFound('revision', String(revision));
  }
  const row = await db
    .selectFrom(REVISION_TABLES[kind])
    .selectAll()
    .where('site', '=', site)
    .where('revision', '=', revision)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('revision', String(revision));
  return toRevision(row);
}

/** @throws NotFound where there is no such revision */
export async function requireRevision(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  revision: number,
): Promise<void> {
  const heads = await listRevisions(db, site, kind, 1, revision + 1);
  if (heads[0]?.revision !== revision) throw new NotFound('revision', String(revision));
}

/** Newest first; `before` is the number of the one before the first. */
export async function listRevisions(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  limit: number,
  before: number | null = null,
): Promise<readonly RevisionHead[]> {
  const rows = await db
    .selectFrom(REVISION_TABLES[kind])
    .select(['revision', 'sha256', 'origin', 'why', 'rolled_back_to', 'published_by', 'published_at'])
    .where('site', '=', site)
    .$if(before !== null, (query) => query.where('revision', '<', Math.min(before ?? 0, MOST_REVISIONS)))
    .orderBy('revision', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toHead);
}

/**
 * Publishes: a new revision, the pipeline that it makes with everything else that is in force, that pipeline active, and what
 * is undecided moved to it; all or none. Every process reads the pipeline of what it judges, so all follow without restart.
 *
 * @throws Overtaken where another revision came between; Conflict where nothing would change, or the policy was checked against
 *   another artefact than the one that judges.
 */
export async function publishRevision(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  published: NewRevision,
): Promise<Revision> {
  return await inTransaction(db, async (tx) => {
    const active = await lockSite(tx, site);
    const newest = await newestRevision(tx, site, kind);
    if (newest.revision !== published.expectedRevision) throw new Overtaken(newest);
    const judging = await tx
      .selectFrom('pipeline')
      .select(['artefact', 'artefact_name', 'normaliser', 'suspended'])
      .where('site', '=', site)
      .where('pipeline', '=', active)
      .executeTakeFirst();
    if (judging === undefined) throw new NotFound('pipeline', 'active');
    const sha256 = sha256Of(published.content);
    // A policy of which something is suspended is checked anew by being published again.
    const lifts = kind === 'policy' && judging.suspended.length > 0;
    if (!lifts && sha256 === newest.sha256 && canonicalJson(published.source) === canonicalJson(newest.source)) {
      throw new Conflict(`Revision ${newest.revision} says the same already; nothing would change.`);
    }
    const { by, content, source, why, rolledBackTo } = published;
    const kept = await insertRevision(tx, site, kind, {
      revision: newest.revision + 1,
      sha256,
      content,
      source,
      origin: 'site',
      why,
      rolledBackTo,
      by,
    });
    const { artefact, artefact_name: artefactName, normaliser } = judging;
    await putInForce(tx, site, { artefact, artefactName, normaliser }, async () => {
      if (published.checkedAgainst !== artefact) throw new Conflict(UNCHECKED);
      return [];
    });
    for (const { name, updatedAt } of published.drafts) {
      await tx
        .deleteFrom('draft')
        .where('site', '=', site)
        .where('kind', '=', kind)
        .where('name', '=', name)
        .where('updated_at', '=', new Date(updatedAt))
        .execute();
    }
    return kept;
  });
}

const UNCHECKED =
  'The policy was checked against another model than the one that judges now. Start the service again, with that model.';

export type Shipped = {
  /** sha256 of the artefact's manifest. */
  readonly artefact: string;
  readonly artefactName: string;
  readonly normaliser: string;
  /** Null where the shipped lists cannot be used. */
  readonly rules: { readonly content: unknown; readonly source: unknown } | null;
  readonly policy: { readonly content: unknown };
  /** What a policy may not reject for by the artefact's evidence, at this moment. */
  readonly unmetIn: (policy: unknown) => Promise<readonly Unmet[]>;
};

/**
 * Puts what is shipped in force: the artefact in any case, the policy where the site has published none of its own, the rules
 * where none are in force yet.
 *
 * @returns the active pipeline, what of the site's is in force, what of that is suspended, and how many undecided texts moved to
 *   the pipeline.
 * @throws Conflict where the shipped lists cannot be used and nothing is in force.
 */
export async function installShipped(
  db: Kysely<Tables>,
  site: number,
  shipped: Shipped,
): Promise<PutInForce & { readonly rules: Revision; readonly policy: Revision }> {
  const policyToBe = (of: Kysely<Tables>) => toAdopt(of, site, 'policy', { ...shipped.policy, source: null });
  for (;;) {
    // Found without the lock: the audit of ninety days takes its time, and whoever publishes meanwhile is not to wait for it.
    const { revision: policyRevision, sha256, content } = await policyToBe(db);
    const known = await readSuspended(db, site, { policyRevision, artefact: shipped.artefact });
    const unmet = known ?? (await shipped.unmetIn(content));
    const installed = await inTransaction(db, async (tx) => {
      await lockSite(tx, site);
      const candidate = await policyToBe(tx);
      if (candidate.sha256 !== sha256) return null;
      const rules = await adopt(tx, site, 'rules', await toAdopt(tx, site, 'rules', shipped.rules));
      const policy = await adopt(tx, site, 'policy', candidate);
      return { ...(await putInForce(tx, site, shipped, async () => unmet)), rules, policy };
    });
    if (installed !== null) return installed;
  }
}

type Shippable = { readonly content: unknown; readonly source: unknown };

/** What is to be in force: what is already, or a revision of what is shipped that is not kept yet. */
type ToAdopt = Pick<Revision, 'revision' | 'sha256' | 'content' | 'source'> & { readonly standing: Revision | null };

async function toAdopt(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  shipped: Shippable | null,
): Promise<ToAdopt> {
  const newest = await findNewest(db, site, kind);
  // The shipped policy follows from the artefact that comes with it; newer lists are for a person to put in force (`offerBase`).
  if (newest !== null && (newest.origin === 'site' || kind === 'rules')) return { ...newest, standing: newest };
  if (shipped === null) throw new Conflict('There is no revision to go on with.');
  const sha256 = sha256Of(shipped.content);
  if (newest?.sha256 === sha256) return { ...newest, standing: newest };
  return { ...shipped, revision: (newest?.revision ?? 0) + 1, sha256, standing: null };
}

async function adopt(
  tx: Transaction<Tables>,
  site: number,
  kind: RevisionKind,
  { standing, revision, sha256, content, source }: ToAdopt,
): Promise<Revision> {
  if (standing !== null) return standing;
  return await insertRevision(tx, site, kind, {
    revision,
    sha256,
    content,
    source,
    origin: 'shipped',
    why: '',
    rolledBackTo: null,
    by: 'shipped',
  });
}

type PutInForce = { readonly pipeline: number; readonly suspended: readonly Unmet[]; readonly moved: number };

/**
 * Makes the newest revisions, with this artefact and normaliser, the active pipeline. Only under {@link lockSite}.
 *
 * @param unmetIn asked where it is not known yet what the policy may not reject for.
 */
async function putInForce(
  tx: Transaction<Tables>,
  site: number,
  judging: { readonly artefact: string; readonly artefactName: string; readonly normaliser: string },
  unmetIn: () => Promise<readonly Unmet[]>,
): Promise<PutInForce> {
  const [rules, policy] = [await newestRevision(tx, site, 'rules'), await newestRevision(tx, site, 'policy')];
  const pair = { policyRevision: policy.revision, artefact: judging.artefact };
  const suspended = await keepSuspended(tx, site, pair, unmetIn);
  const pipeline = await keepPipeline(tx, site, { ...judging, rules, policy, suspended });
  await activatePipeline(tx, site, pipeline);
  return { pipeline, suspended, moved: await repinUndecided(tx, site, pipeline) };
}

/**
 * One publisher at a time; whoever takes comments in is not held up.
 *
 * @returns the active pipeline.
 */
async function lockSite(tx: Transaction<Tables>, site: number): Promise<number | null> {
  const { rows } = await sql<{ pipeline: number | null }>`
    select active_pipeline as pipeline from site where site = ${site} for no key update`.execute(tx);
  return rows[0]?.pipeline ?? null;
}

async function findNewest(db: Kysely<Tables>, site: number, kind: RevisionKind): Promise<Revision | null> {
  const row = await db
    .selectFrom(REVISION_TABLES[kind])
    .selectAll()
    .where('site', '=', site)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toRevision(row);
}

async function insertRevision(
  tx: Transaction<Tables>,
  site: number,
  kind: RevisionKind,
  one: Omit<Revision, 'publishedBy' | 'publishedAt'> & { readonly by: string },
): Promise<Revision> {
  const row = await tx
    .insertInto(REVISION_TABLES[kind])
    .values({
      site,
      revision: one.revision,
      sha256: one.sha256,
      content: JSON.stringify(one.content),
      origin: one.origin,
      why: one.why,
      source: one.source === null ? null : JSON.stringify(one.source),
      rolled_back_to: one.rolledBackTo,
      published_by: one.by,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toRevision(row);
}

type HeadRow = {
  readonly revision: number;
  readonly sha256: string;
  readonly origin: RevisionHead['origin'];
  readonly why: string;
  readonly rolled_back_to: number | null;
  readonly published_by: string;
  readonly published_at: Date;
};

function toHead(row: HeadRow): RevisionHead {
  const { revision, sha256, origin, why, rolled_back_to, published_by, published_at } = row;
  const publishedAt = published_at.toISOString();
  return { revision, sha256, origin, why, rolledBackTo: rolled_back_to, publishedBy: published_by, publishedAt };
}

function toRevision(row: HeadRow & { readonly content: unknown; readonly source: unknown }): Revision {
  return { ...toHead(row), content: row.content, source: row.source };
}

/** Of what is said, whatever the order of its keys. */
function sha256Of(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
