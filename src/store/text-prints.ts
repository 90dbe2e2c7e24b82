import { type Kysely, sql } from 'kysely';
import { normalise } from '../core/normalise.js';
import { sha256 } from './accepted.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

const FLAG = String.raw`\p{RGI_Emoji_Flag_Sequence}`;
const PICTURE = String.raw`\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F\u200D]*`;
/** Emoji with what belongs to them. Not as a literal: TypeScript knows its mode for later targets only. */
const PICTURES = new RegExp(`${FLAG}|(?:${PICTURE})+`, 'gv');

/** Made in one go, before others have their turn: the longest texts take some milliseconds each. */
const AT_ONCE = 50;

/**
 * Makes the prints that are missing of all texts with which some could be compared: those written in the minutes up to when each
 * was, judged or not. A text that was accepted while no rule asked for repetitions has none, and normalising every text for a
 * rule that most sites do not have would cost as much as taking it in; so a rule that is published later knows of those before.
 */
export async function makePrints(
  db: Kysely<Tables>,
  site: number,
  subjects: readonly { readonly commentId: number; readonly revision: number }[],
  minutes: number,
): Promise<void> {
  while ((await makeSome(db, site, subjects, minutes)) === AT_ONCE);
}

/** @returns how many were found without a print, at most {@link AT_ONCE}. */
async function makeSome(
  db: Kysely<Tables>,
  site: number,
  subjects: readonly { readonly commentId: number; readonly revision: number }[],
  minutes: number,
): Promise<number> {
  const { rows: lacking } = await sql<{ id: number; revision: number }>`
    select distinct o.comment_id as id, o.revision
    from unnest(${subjects.map(({ commentId }) => commentId)}::bigint[], ${subjects.map(({ revision }) => revision)}::integer[])
      as n(id, revision)
    join comment_revision r on r.site = ${site} and r.comment_id = n.id and r.revision = n.revision
    cross join lateral (
      select k.comment_id, k.revision from comment_revision k
      where k.site = r.site and k.text_print is null and k.created_at <= r.created_at
        and k.created_at > r.created_at - make_interval(mins => ${minutes}::integer)
      limit ${AT_ONCE}
    ) o
    limit ${AT_ONCE}`.execute(db);
  if (lacking.length === 0) return 0;
  await inTransaction(db, async (tx) => {
    // Whoever makes the same prints at this moment is waited for, so that nobody counts before they are there.
    const { rows } = await sql<{ id: number; revision: number; text: string }>`
      select r.comment_id as id, r.revision, r.text from comment_revision r
      where r.site = ${site} and r.text_print is null
        and (r.comment_id, r.revision) in (select * from unnest(${lacking.map(({ id }) => id)}::bigint[],
                                                                ${lacking.map(({ revision }) => revision)}::integer[]))
      order by r.comment_id, r.revision for no key update`.execute(tx);
    await sql`
      update comment_revision r set text_print = n.print
      from unnest(${rows.map(({ id }) => id)}::bigint[], ${rows.map(({ revision }) => revision)}::integer[],
                  ${rows.map(({ text }) => printOf(text))}::bytea[]) as n(id, revision, print)
      where r.site = ${site} and r.comment_id = n.id and r.revision = n.revision`.execute(tx);
  });
  return lacking.length;
}

/**
 * The same for texts of the same letters and digits once they are normalised: how repetitions are found, however they are dressed
 * up; emoji, which are read by name, are dress. A change to it needs a migration that takes the stored prints away. A text that has
 * neither is compared as it stands.
 */
function printOf(text: string): Buffer {
  const plain = text.replace(PICTURES, ' ');
  const { text: meant } = normalise(/[\p{L}\p{N}]/u.test(plain) ? plain : text);
  return sha256(meant.match(/[\p{L}\p{N}]\p{M}*/gu)?.join('') ?? meant.trim()).subarray(0, 16);
}
