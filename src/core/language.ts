import type { CommentLanguage } from './evaluation.js';
import type { Normalised } from './normalise.js';

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

/** A language that nobody could name (BCP 47). */
const UNDETERMINED = 'und';

/**
 * Whose word counts for a comment's language: the sender's, else the article's, else the site's; a detector overrides it
 * only on texts of some length, when it is sure, and by a margin. What the comment cannot be in counts for nothing, whoever
 * says it.
 *
 * @param expected ISO 639-1 codes; longer tags are cut to their first part.
 * @returns `und` where it cannot be what it was expected to be, and the detector is not sure what else it is.
 */
export function resolveLanguage(expected: {
  readonly sender?: string | null | undefined;
  readonly article?: string | null | undefined;
  readonly site: string;
  /** Words of the comment as it is read, where the caller counted them; the smaller count holds. */
  readonly words?: number;
  /** Languages that it cannot be in, because it is written in another script ({@link isInOtherScript}). */
  readonly impossible?: readonly string[];
  readonly detection: Detection;
}): CommentLanguage {
  const { detection, impossible = [] } = expected;
  const prior = priorOf(expected);
  const { reliable, scores } = detection;
  const language = detection.language !== null && impossible.includes(detection.language) ? null : detection.language;
  // A script is no matter of a few words more or less.
  if (impossible.includes(prior.code))
    return { code: reliable && language !== null ? language : UNDETERMINED, source: 'detected' };
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

/** Scripts that are written in several, for which Unicode has a name each. */
const SCRIPTS_OF: Readonly<Record<string, readonly string[]>> = {
  Hans: ['Hani'],
  Hant: ['Hani'],
  Jpan: ['Hani', 'Hira', 'Kana'],
  Kore: ['Hang', 'Hani'],
};

/**
 * Whether most letters of a comment are of a script that none of these languages is written in. What the writer did not spell
 * has no part in it: the words that stand for pictures and addresses, and whom a comment is addressed to.
 *
 * @param normalised so that letters which only look like those of another script are Latin already.
 * @param languages ISO 639-1 codes.
 */
export function isInOtherScript(original: string, normalised: Normalised, languages: readonly string[]): boolean {
  const scripts = languages.flatMap((language) => {
    const { script } = new Intl.Locale(language).maximize();
    return script === undefined ? [] : (SCRIPTS_OF[script] ?? script);
  });
  const own = `[${scripts.map((script) => String.raw`\p{Script=${script}}`).join('')}]`;
  const { text, transformations, toOriginal } = normalised;
  const foreign = text.match(new RegExp(String.raw`(?!${own})\p{L}`, 'gu'))?.length ?? 0;
  if (foreign === 0) return false;

  const notSpelt = new Uint8Array(original.length);
  for (const { kind, begin, end } of transformations)
    if (kind === 'emoji' || kind === 'link') notSpelt.fill(1, begin, end);
  for (const { 0: name, index } of original.matchAll(/@\w+/g)) notSpelt.fill(1, index, index + name.length);
  const spelt = [...text.matchAll(new RegExp(own, 'gu'))].filter(
    ({ index }) => notSpelt[toOriginal({ begin: index, end: index + 1 }).begin] === 0,
  ).length;
  return foreign > spelt;
}
