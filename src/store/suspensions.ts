import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { canonicalJson } from '../core/canonical-json.js';
import type { Unmet } from '../core/consequences.js';
import type { Tables } from './schema.js';

/** A policy, and the artefact that it judges with. */
export type Pair = { readonly policyRevision: number; readonly artefact: string };

/**
 * What a policy may not reject for by what an artefact has measured. It is found once, by whoever asks first, because the site's
 * prior moves and all processes are to judge alike, today and when they judge anew.
 */
export async function keepSuspended(
  db: Kysely<Tables>,
  site: number,
  pair: Pair,
  find: () => Promise<readonly Unmet[]>,
): Promise<readonly Unmet[]> {
  const known = await readSuspended(db, site, pair);
  if (known !== null) return known;
  const found = await find();
  await db
    .insertInto('suspension')
    .values({
      site,
      policy_revision: pair.policyRevision,
      artefact: pair.artefact,
      suspended: JSON.stringify(found),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await readSuspended(db, site, pair)) ?? found;
}

/** The sha256 of what is suspended, as far as it judges: not of the figures that it follows from. Null where it is nothing. */
export function suspendedSha256(suspended: readonly Unmet[]): string | null {
  if (suspended.length === 0) return null;
  const judging = suspended.map(({ label, threshold, target }) => ({ label, threshold, target }));
  return createHash('sha256').update(canonicalJson(judging)).digest('hex');
}

/** Null where nobody has looked for it yet. */
export async function readSuspended(db: Kysely<Tables>, site: number, pair: Pair): Promise<readonly Unmet[] | null> {
  const row = await db
    .selectFrom('suspension')
    .select('suspended')
    .where('site', '=', site)
    .where('policy_revision', '=', pair.policyRevision)
    .where('artefact', '=', pair.artefact)
    .executeTakeFirst();
  return row?.suspended ?? null;
}
