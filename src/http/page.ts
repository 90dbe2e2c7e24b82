import { z } from 'zod';

/** The query of a list: how many at most, and after which one. Lists count their own entries, so a cursor is the last one's number. */
export function listQuery(most: number, usual: number) {
  return z.strictObject({
    limit: z.coerce.number().int().min(1).max(most).default(usual),
    cursor: z
      .string()
      .regex(/^\d{1,15}$/, 'The cursor is not one that this service gave.')
      .optional(),
  });
}

/** No filter is known here, so none is silently left out. */
export const NoQuery = z.strictObject({});

/**
 * One page of what was read with one entry more than it holds.
 *
 * @param next the cursor for the next page; null on the last one.
 */
export function toPage<Entry>(
  rows: readonly Entry[],
  limit: number,
  cursorOf: (entry: Entry) => number | string,
): { readonly page: readonly Entry[]; readonly next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rows.length > limit && last !== undefined ? String(cursorOf(last)) : null };
}
