import type { CommentLanguage } from './evaluation.js';

/** What a detector makes of a text. */
export type Detection = {
  /** ISO 639-1, or empty where it has no idea. */
  readonly code: string;
  /** The detector's own word on whether it can be relied on. */
  readonly reliable: boolean;
  /** Every language it considered, with its score in [0, 1]. */
  readonly scores: Readonly<Record<string, number>>;
};

/** On shorter texts a detector is wrong with confidence: "Vive la France!" is Spanish to it, "Merkel out" German. */
const WORDS_TO_DETECT = 8;
/** By how much the detected language must beat the expected one. */
const MARGIN = 0.15;

/**
 * The language that a comment is taken to be in: the sender's word, else the article's, else the site's; the detector
 * overrides it only on enough words, when it is reliable, and by a margin.
 *
 * @param words how many words the text has.
 */
export function resolveLanguage(given: {
  readonly sender: string | null;
  readonly article: string | null;
  readonly site: string;
  readonly words: number;
  readonly detection: Detection;
}): CommentLanguage {
  const { sender, article, site, words, detection } = given;
  const expected: CommentLanguage =
    sender !== null
      ? { code: sender, source: 'sender' }
      : article !== null
        ? { code: article, source: 'article' }
        : { code: site, source: 'site' };
  if (words < WORDS_TO_DETECT || !detection.reliable || detection.code === '' || detection.code === expected.code) {
    return expected;
  }
  const lead = (detection.scores[detection.code] ?? 0) - (detection.scores[expected.code] ?? 0);
  return lead >= MARGIN ? { code: detection.code, source: 'detected' } : expected;
}
