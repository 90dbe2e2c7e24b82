import { type Kysely, sql } from 'kysely';
import { NotFound } from '../core/errors.js';
import type { RevisionKind } from './revisions.js';
import type { Tables } from './schema.js';

/** What somebody works on; kept even where it is faulty. */
export type Draft = {
  readonly name: string;
  readonly document: string;
  /** `upgrade`: it came with a newer premod. */
  readonly origin: 'site' | 'upgrade';
  /** The shipped lists to which the draft steps; null where it is a document of the site's. */
  readonly base: string | null;
  readonly author: string;
  readonly updatedAt: string;
};

export async function listDrafts(db: Kysely<Tables>, site: number, kind: RevisionKind): Promise<readonly Draft[]> {
  const rows = await db
    .selectFrom('draft')
    .selectAll()
    .where('site', '=', site)
    .where('kind', '=', kind)
    .orderBy('name')
    .execute();
  return rows.map(({ name, document, origin, base, author, updated_at }) => ({
    name,
    document,
    origin,
    base,
    author,
    updatedAt: updated_at.toISOString(),
  }));
}

/** @throws NotFound */
export async function readDraft(db: Kysely<Tables>, site: number, kind: RevisionKind, name: string): Promise<Draft> {
  const draft = (await listDrafts(db, site, kind)).find((one) => one.name === name);
  if (draft === undefined) throw new NotFound('draft', name);
  return draft;
}

/** Keeps a draft, in place of the one of its name. */
export async function keepDraft(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  draft: Omit<Draft, 'updatedAt'>,
): Promise<Draft> {
  const { document, origin, base, author } = draft;
  const changed = { document, origin, base, author, updated_at: new Date() };
  await db
    .insertInto('draft')
    .values({ site, kind, name: draft.name, ...changed })
    .onConflict((conflict) => conflict.columns(['site', 'kind', 'name']).doUpdateSet(changed))
    .execute();
  return { ...draft, updatedAt: changed.updated_at.toISOString() };
}

/** @throws NotFound */
export async function deleteDraft(db: Kysely<Tables>, site: number, kind: RevisionKind, name: string): Promise<void> {
  const { numAffectedRows } = await sql`
    delete from draft where site = ${site} and kind = ${kind} and name = ${name}`.execute(db);
  if (Number(numAffectedRows ?? 0) === 0) throw new NotFound('draft', name);
}
