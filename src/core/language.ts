import type { CommentLanguage } from './evaluation.js';
import type { Normalised } from './normalise.js';
import { isWord } from './normalise-vocabulary.js';

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

/** From how many words on a detector is believed, and how much better its language must then fit than the expected one. */
export type Belief = { readonly words: number; readonly margin: number };

/** Against anybody's word. */
const LONG: Belief = { words: 8, margin: 0.1 };
/**
 * Against the article's or site's word alone. Of 1,124 news comments of four to seven words in English this takes none for
 * something else; of fewer words it would take one in thirty ("stupid dog", "Die yuppie scum").
 */
const SHORT: Belief = { words: 4, margin: 0.3 };
/** Where no word is English. */
const FOREIGN_WORDS: Belief = { words: 3, margin: 0.3 };
/** Where no word is English and one has letters that English has not. */
const FOREIGN_LETTERS: Belief = { words: 2, margin: 0.25 };

/** A language that nobody could name (BCP 47). */
const UNDETERMINED = 'und';

/**
 * Whose word counts for a comment's language: the sender's, else the article's, else the site's; a detector overrides it
 * only on texts of some length, shorter ones where the sender said nothing, when it is sure, and by a margin. What the
 * comment cannot be in counts for nothing, whoever says it.
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
  /** When the detector is believed on a short comment whose sender said nothing ({@link beliefIn}). */
  readonly short?: Belief;
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
  if (language === null || language === prior.code || !reliable) return prior;
  const belief = words >= LONG.words || prior.source === 'sender' ? LONG : (expected.short ?? SHORT);
  const margin = (scores[language] ?? 0) - (scores[prior.code] ?? 0);
  return words >= belief.words && margin >= belief.margin ? { code: language, source: 'detected' } : prior;
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

/** What English has borrowed and the vocabulary has not, above all what is written with letters that are not its own. */
const LOAN_WORDS = new Set(
  `à bête blasé brûlée café château cliché communiqué coöperate crème débâcle décor déjà détente doppelgänger éclair émigré façade
  fête fiancé fiancée flambé führer jäger jalapeño mañana naïve naïveté niña niño papier-mâché passé pâté pièce piñata protégé
  purée résumé risqué sauté señor señora señorita smörgåsbord soirée soufflé touché über vie voilà`.split(/\s+/),
);

/**
 * When a detector is believed on a short comment: on three words where none of them is English, on two where one of those has
 * letters that English has not. What could be somebody's name, every word with a capital, stays what it was expected to be.
 *
 * @param languages ISO 639-1 codes of what can be read; without English among them, its words say nothing.
 */
export function beliefIn(original: string, normalised: Normalised, languages: readonly string[]): Belief {
  const words = wordsOf(normalised.text);
  if (!languages.includes('en') || words.some(isEnglish) || isName(wordsOf(original))) return SHORT;
  return words.some((word) => /(?![a-z])\p{Script=Latin}/u.test(word)) ? FOREIGN_LETTERS : FOREIGN_WORDS;
}

function wordsOf(text: string): readonly string[] {
  return text.normalize('NFC').match(/[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/gu) ?? [];
}

function isEnglish(word: string): boolean {
  return LOAN_WORDS.has(word) || word.split(/['’-]/u).every((part) => /^[a-z]+$/.test(part) && isWord(part));
}

/** Not where all is in capitals: there they say nothing. */
function isName(words: readonly string[]): boolean {
  return words.every((word) => /^\p{Lu}/u.test(word)) && words.some((word) => /\p{Ll}/u.test(word));
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
