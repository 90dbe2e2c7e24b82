import type { Kysely } from 'kysely';
import { NotFound } from '../core/errors.js';
import { UPGRADE } from '../core/rule-overlays.js';
import { keepDraft } from './drafts.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

/** The shipped lists that a site's rules stand on, as their files stood. */
export type RuleBase = {
  /** Of what they say. */
  readonly sha256: string;
  /** YAML by name. */
  readonly documents: Readonly<Record<string, string>>;
};

/**
 * Keeps shipped lists. Where the site stands on others and has never seen these, they come as a draft; one that was deleted
 * does not come again.
 *
 * @param standing sha256 of the lists that the rules in force stand on.
 */
export async function offerBase(
  db: Kysely<Tables>,
  site: number,
  base: RuleBase,
  standing: string,
): Promise<'offered' | 'kept'> {
  return await inTransaction(db, async (tx) => {
    const fresh = await tx
      .insertInto('rule_base')
      .values({ site, sha256: base.sha256, documents: JSON.stringify(base.documents) })
      .onConflict((conflict) => conflict.doNothing())
      .returning('sha256')
      .executeTakeFirst();
    if (fresh === undefined || standing === base.sha256) return 'kept';
    const draft = {
      name: UPGRADE,
      document: '',
      origin: 'upgrade',
      base: base.sha256,
      begunOn: null,
      author: 'shipped',
    } as const;
    await keepDraft(tx, site, 'rules', draft);
    return 'offered';
  });
}

/** @throws NotFound */
export async function readBase(db: Kysely<Tables>, site: number, sha256: string): Promise<RuleBase> {
  const row = await db
    .selectFrom('rule_base')
    .select(['sha256', 'documents'])
    .where('site', '=', site)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('shipped rules', sha256);
  return row;
}
