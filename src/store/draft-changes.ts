import { type Kysely, sql } from 'kysely';
import type { DraftChange } from '../core/revision-views.js';
import type { Draft } from './drafts.js';
import { REVISION_TABLES, type RevisionKind } from './revisions.js';
import type { Tables } from './schema.js';

/**
 * The last revision since a draft was begun that says otherwise what the draft would take the place of: its list, or the policy.
 *
 * @returns null where that is in force as it was when the draft was begun, or as the draft has it.
 */
export async function changedSince(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  { name, document, begunOn }: Pick<Draft, 'name' | 'document' | 'begunOn'>,
): Promise<DraftChange | null> {
  if (begunOn === null) return null;
  const table = sql.table(REVISION_TABLES[kind]);
  // Nobody wrote a shipped policy, so that only what it says can be compared.
  const text =
    kind === 'rules' ? sql`source -> 'documents' ->> ${name}::text` : sql`coalesce(source ->> 'yaml', sha256)`;
  const { rows: texts } = await sql<{ newest: string | null; begun: string | null }>`
    select (select ${text} from ${table} where site = ${site} order by revision desc limit 1) as newest,
      (select ${text} from ${table} where site = ${site} and revision = ${begunOn}) as begun`.execute(db);
  const { newest = null, begun = null } = texts[0] ?? {};
  // A draft without a word takes its list away.
  if (newest === begun || newest === (document.trim() === '' ? null : document)) return null;
  const { rows } = await sql<{ revision: number; by: string; at: Date }>`
    select revision, by, at from (
      select revision, published_by as by, published_at as at, ${text} as text, lag(${text}) over (order by revision) as before
      from ${table} where site = ${site} and revision >= ${begunOn}
    ) said
    where revision > ${begunOn} and text is distinct from before
    order by revision desc limit 1`.execute(db);
  const [row] = rows;
  return row === undefined ? null : { ...row, at: row.at.toISOString() };
}
