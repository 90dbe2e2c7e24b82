import type { CommentLanguage } from './evaluation.js';

/** What a detector says about a text. */
export type Detection = {
  /** ISO 639-1; null where it has no opinion. */
  readonly language: string | null;
  /** The detector's own judgement of its answer. */
  readonly reliable: boolean;
  /** Different words in the text, addresses not counted. */
  readonly words: number;
  /** How well languages fit, each in [0, 1]; one that is absent does not fit at all. */
  readonly scores: Readonly<Record<string, number>>;
};

/** Below so many words detection is wrong with confidence ("Vive la France!", "Merkel out"). */
const WORDS_TO_DETECT = 8;
/** How much better the detected language must fit than the expected one. */
const MARGIN = 0.1;

/**
 * Whose word counts for a comment's language: the sender's, else the article's, else the site's; a detector overrides it
 * only on texts of some length, when it is sure, and by a margin.
 *
 * @param expected ISO 639-1 codes; longer tags are cut to their first part.
 */
export function resolveLanguage(expected: {
  readonly sender?: string | null | undefined;
  readonly article?: string | null | undefined;
  readonly site: string;
  /** Words of the comment as it is read, where the caller counted them; the smaller count holds. */
  readonly words?: number;
  readonly detection: Detection;
}): CommentLanguage {
  const { detection } = expected;
  const prior = priorOf(expected);
  const { language, reliable, scores } = detection;
  const words = Math.min(detection.words, expected.words ?? detection.words);
  if (language === null || language === prior.code || !reliable || words < WORDS_TO_DETECT) return prior;
  const margin = (scores[language] ?? 0) - (scores[prior.code] ?? 0);
  return margin >= MARGIN ? { code: language, source: 'detected' } : prior;
}

function priorOf({
  sender,
  article,
  site,
}: Pick<Parameters<typeof resolveLanguage>[0], 'sender' | 'article' | 'site'>): CommentLanguage {
  if (sender) return { code: primary(sender), source: 'sender' };
  if (article) return { code: primary(article), source: 'article' };
  return { code: primary(site), source: 'site' };
}

/** `pt-BR` is `pt` to every model here. */
function primary(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? tag;
}
