import { type Kysely, sql, type Transaction } from 'kysely';
import { announceStates } from './events.js';
import { leaveQueue, leaveUnjudged } from './queue-items.js';
import { lockComment } from './reviews.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

/**
 * Forgets a comment: its texts, scores, matched words, verdicts, notes and reports go; a tombstone stays, so that a late job
 * does nothing and the same id does not come back.
 *
 * @throws NotFound, Gone.
 */
export async function eraseComment(db: Kysely<Tables>, site: number, id: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    const comment = await lockComment(tx, site, id);
    await eraseLocked(tx, site, comment.id);
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
  });
}

async function eraseLocked(tx: Transaction<Tables>, site: number, id: number): Promise<void> {
  await leaveUnjudged(tx, site, id);
  await sql`delete from outbox where site = ${site} and kind = 'classify' and subject = ${id}`.execute(tx);
  await tx.deleteFrom('rescore_flip').where('site', '=', site).where('comment_id', '=', id).execute();
  await tx.deleteFrom('report').where('site', '=', site).where('comment_id', '=', id).execute();
  // Evaluations, decisions and verdicts hang on the revisions and go with them.
  await tx.deleteFrom('comment_revision').where('site', '=', site).where('comment_id', '=', id).execute();
  await tx
    .updateTable('comment')
    .set({
      state: 'removed',
      state_cause: 'erasure',
      state_version: sql<number>`state_version + 1`,
      removed_at: new Date(),
      author_external_id: '',
    })
    .where('site', '=', site)
    .where('id', '=', id)
    .execute();
  await announceStates(tx, site, [id]);
}

/** Removes the demonstration as if it had never been: unlike a reader's comment it leaves no tombstones. */
export async function removeDemonstration(db: Kysely<Tables>, site: number): Promise<number> {
  return await inTransaction(db, async (tx) => {
    const articles = sql`(select id from article where site = ${site} and demonstration)`;
    const { rows } = await sql<{ id: number }>`
      select id from comment where site = ${site} and article_id in ${articles} for update`.execute(tx);
    for (const { id } of rows) await leaveQueue(tx, site, id);
    await sql`delete from outbox where site = ${site} and kind = 'classify' and subject = any(${rows.map(({ id }) => id)})`.execute(
      tx,
    );
    await sql`delete from comment where site = ${site} and article_id in ${articles}`.execute(tx);
    await sql`delete from outbox where site = ${site} and kind in ('embed-article', 'article-changed') and subject in ${articles}`.execute(
      tx,
    );
    await sql`delete from article where site = ${site} and demonstration`.execute(tx);
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    return rows.length;
  });
}

/**
 * Whether the store holds the demonstration, or anything of its own. One that held something once is in use: a demonstration
 * that was removed does not come back.
 */
export async function readOccupancy(db: Kysely<Tables>, site: number): Promise<'empty' | 'demonstration' | 'in use'> {
  const { rows } = await sql<{ own: boolean; demonstration: boolean }>`
    select exists (select 1 from article where site = ${site} and not demonstration)
             or exists (select 1 from event where site = ${site}) as own,
           exists (select 1 from article where site = ${site} and demonstration) as demonstration`.execute(db);
  if (rows[0]?.demonstration === true) return 'demonstration';
  return rows[0]?.own === true ? 'in use' : 'empty';
}
