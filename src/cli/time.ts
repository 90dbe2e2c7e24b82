/** A time as it was typed, as RFC 3339; null where none was. @throws an error of one line */
export function toTime(typed: string | undefined): string | null {
  if (typed === undefined) return null;
  const time = new Date(typed);
  const year = time.getUTCFullYear();
  // PostgreSQL would refuse other years in words of its own.
  if (!(year >= 1 && year <= 9_999))
    throw new Error(`"${typed}" is not a date such as 2026-03-01 or 2026-03-01T12:00:00Z.`);
  return time.toISOString();
}
