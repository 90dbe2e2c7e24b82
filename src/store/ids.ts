/** Our own id as it came in from outside; null where it can be none of ours. */
export function internalId(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
