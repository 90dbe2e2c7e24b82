import type { Kysely, Transaction } from 'kysely';
import pg from 'pg';
import type { Tables } from './schema.js';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/**
 * Runs the work in one transaction, and again where PostgreSQL asks for that (two transactions waited for one another). Inside
 * a transaction it is part of that one.
 */
export async function inTransaction<Answer>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Answer>,
): Promise<Answer> {
  if (db.isTransaction) return await work(db as Transaction<Tables>);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (!isToBeTriedAgain(error) || attempt >= 4) throw error;
    }
  }
}

/** PostgreSQL ended a transaction for the sake of another one that it met. */
export function isToBeTriedAgain(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError && (error.code === DEADLOCK_DETECTED || error.code === SERIALIZATION_FAILURE)
  );
}
