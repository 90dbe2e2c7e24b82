/** What a request may hold; over them 413 or 422 that name the limit and the size. Bytes are UTF-8. */
export const LIMITS = {
  commentBytes: 20_480,
  articleBodyBytes: 1_048_576,
  articleTitleBytes: 4_096,
  articleSummaryBytes: 65_536,
  idBytes: 255,
  shortTextBytes: 1_024,
  /** Longer than any entry of a rule list that people look for. */
  soughtCharacters: 200,
  noteBytes: 8_192,
  jsonBodyBytes: 2_097_152,
  /** A rule list as JSON: twice what a list may have, so that the list itself is told where it became too long. */
  ruleListBodyBytes: 8_388_608,
  batchLineBytes: 65_536,
  /** How far a sender's clock may run ahead. */
  clockAheadMs: 300_000,
} as const;

const encoder = new TextEncoder();

/** Size in bytes of UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}
