import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.js';

export type KeptAnswer = { readonly status: number; readonly body: unknown };

/** How long an answer is kept under its key. */
const KEEP_HOURS = 24;
/** No request takes longer: one that is still under way died with its process, and its key must not block whoever asks again. */
const ABANDONED_SECONDS = 60;

/**
 * Takes an idempotency key for a request.
 *
 * @returns `first`: nobody has used it, go on; `running`: the first request is still under way; `other`: it was used for
 *   another request; or the answer that the first request got.
 */
export async function takeKey(
  db: Kysely<Tables>,
  site: number,
  key: string,
  request: string,
): Promise<'first' | 'running' | 'other' | KeptAnswer> {
  const digest = createHash('sha256').update(request).digest();
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('idempotency')
    .values({ site, key, request_sha256: digest, status: null, answer: null })
    .onConflict((conflict) =>
      conflict
        .columns(['site', 'key'])
        .doUpdateSet({ request_sha256: digest, status: null, answer: null, created_at: sql`now()` })
        .where(
          sql<boolean>`idempotency.created_at < now() - case when idempotency.status is null
            then make_interval(secs => ${ABANDONED_SECONDS}) else make_interval(hours => ${KEEP_HOURS}) end`,
        ),
    )
    .executeTakeFirstOrThrow();
  if (Number(numInsertedOrUpdatedRows) > 0) return 'first';
  const known = await db
    .selectFrom('idempotency')
    .select(['request_sha256', 'status', 'answer'])
    .where('site', '=', site)
    .where('key', '=', key)
    .executeTakeFirst();
  if (known === undefined) return 'running';
  if (!known.request_sha256.equals(digest)) return 'other';
  return known.status === null ? 'running' : { status: known.status, body: known.answer };
}

/** Keeps the answer for whoever comes again with the key. */
export async function keepAnswer(db: Kysely<Tables>, site: number, key: string, answer: KeptAnswer): Promise<void> {
  await db
    .updateTable('idempotency')
    .set({ status: answer.status, answer: JSON.stringify(answer.body) })
    .where('site', '=', site)
    .where('key', '=', key)
    .execute();
}

/** Lets the key go: the request failed in a way that may be tried again. */
export async function releaseKey(db: Kysely<Tables>, site: number, key: string): Promise<void> {
  await db
    .deleteFrom('idempotency')
    .where('site', '=', site)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute();
}

/** Forgets keys whose answers are no longer given. */
export async function forgetOldKeys(db: Kysely<Tables>): Promise<void> {
  await sql`delete from idempotency where created_at < now() - make_interval(hours => ${KEEP_HOURS})`.execute(db);
}
