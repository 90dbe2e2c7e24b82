import { type Kysely, sql } from 'kysely';
import { DraftChanged, NotFound } from '../core/errors.js';
import type { DiscardedDraft } from '../core/revision-views.js';
import { REVISION_TABLES, type RevisionKind } from './revisions.js';
import type { Tables } from './schema.js';

/** What somebody works on; kept even where it is faulty. */
export type Draft = {
  readonly name: string;
  readonly document: string;
  /** `upgrade`: it came with a newer premod. */
  readonly origin: 'site' | 'upgrade';
  /** The shipped lists to which the draft steps; null where it is a document of the site's. */
  readonly base: string | null;
  /**
   * The revision on whose text it was begun; null where it steps to shipped lists. Of one that an earlier premod has kept beside
   * this one, as far as can be known: what was in force when it was changed last.
   */
  readonly begunOn: number | null;
  readonly author: string;
  readonly updatedAt: string;
};

export async function listDrafts(db: Kysely<Tables>, site: number, kind: RevisionKind): Promise<readonly Draft[]> {
  const rows = await db
    .selectFrom('draft')
    .selectAll()
    .select(begunOnOf(kind).as('begun'))
    .where('site', '=', site)
    .where('kind', '=', kind)
    .orderBy('name')
    .execute();
  return rows.map(({ name, document, origin, base, begun, author, updated_at }) => ({
    name,
    document,
    origin,
    base,
    begunOn: begun,
    author,
    updatedAt: updated_at.toISOString(),
  }));
}

/** As migration 022 has it. */
function begunOnOf(kind: RevisionKind) {
  return sql<number | null>`case when draft.base is null then coalesce(draft.begun_on, (
    select max(r.revision) from ${sql.table(REVISION_TABLES[kind])} r
    where r.site = draft.site and r.published_at <= draft.updated_at)) end`;
}

/** @throws NotFound */
export async function readDraft(db: Kysely<Tables>, site: number, kind: RevisionKind, name: string): Promise<Draft> {
  const draft = (await listDrafts(db, site, kind)).find((one) => one.name === name);
  if (draft === undefined) throw new NotFound('draft', name);
  return draft;
}

/**
 * Keeps a draft, in place of the one of its name.
 *
 * @param draft `begunOn`: undefined for what is known of that already, or else for the revision in force. `expected`: the
 *   `updatedAt` of the draft that is written over, null for none; undefined to write over whatever stands there.
 * @throws DraftChanged where another draft stands there than was expected, and it does not say the same.
 */
export async function keepDraft(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  draft: Omit<Draft, 'updatedAt' | 'begunOn'> & {
    readonly begunOn?: number | null | undefined;
    readonly expected?: string | null | undefined;
  },
): Promise<Draft> {
  const { expected, ...given } = draft;
  const { document, origin, base, author, begunOn } = given;
  const changed = { document, origin, base, author, updated_at: new Date() };
  const newest = db
    .selectFrom(REVISION_TABLES[kind])
    .select(({ fn }) => fn.max('revision').as('revision'))
    .where('site', '=', site);
  const kept = await db
    .insertInto('draft')
    .values({ site, kind, name: draft.name, ...changed, begun_on: begunOn === undefined ? newest : begunOn })
    .onConflict((conflict) =>
      conflict
        .columns(['site', 'kind', 'name'])
        .doUpdateSet(({ fn }) => ({
          ...changed,
          begun_on: begunOn === undefined ? fn.coalesce(begunOnOf(kind), newest) : begunOn,
        }))
        .where(expected === undefined ? sql<boolean>`true` : isOrSays(expected)),
    )
    .returning('begun_on')
    .executeTakeFirst();
  if (kept === undefined) throw new DraftChanged(await readDraft(db, site, kind, draft.name), 'write over it');
  return { ...given, begunOn: kept.begun_on, updatedAt: changed.updated_at.toISOString() };
}

/** The draft that stands there is the one that was expected, or says already what is to be kept: its answer was lost. */
function isOrSays(expected: string | null) {
  const same = sql<boolean>`draft.document = excluded.document`;
  if (expected === null) return same;
  return sql<boolean>`(${same} or date_trunc('milliseconds', draft.updated_at) = ${new Date(expected)})`;
}

/** Throws a draft away. @returns what it was. @throws NotFound */
export async function deleteDraft(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  name: string,
): Promise<DiscardedDraft> {
  const gone = await db
    .deleteFrom('draft')
    .where('site', '=', site)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .returning(['author', 'updated_at', 'document'])
    .executeTakeFirst();
  if (gone === undefined) throw new NotFound('draft', name);
  return { author: gone.author, updatedAt: gone.updated_at.toISOString(), yaml: gone.document };
}
