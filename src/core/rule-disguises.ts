import { normalise } from './normalise.js';
import { isWord } from './normalise-vocabulary.js';
import type { Stretch } from './spans.js';

/** A text as it may come in. */
export type Guise = { readonly text: string /** Ends "when it comes …". */; readonly how: string };
type Disguise = { readonly how: string; readonly of: (given: string) => string };

/** What is known of an example and of its rule. */
export type Known = {
  /** The rule asks what stands at the comment's beginning or end, or at a line's. */
  readonly isAnchored: boolean;
  /** The rule asks how long the comment is, or how many of its letters are capitals. */
  readonly isCounted: boolean;
  /** It is not to stand among other sentences. */
  readonly isAlone?: boolean;
  /** The example as it is read. */
  readonly meant: string;
  /** Where in the example the rule found something. */
  readonly found: readonly Stretch[];
  /** So that examples that follow one another are read in different guises. */
  readonly turn: number;
};

/** Sentences about which hardly a rule has a word to say. */
const BEFORE = 'The library opens again in May.';
const AFTER = 'It rained for most of last Sunday.';
export const OTHERS = [BEFORE, AFTER] as const;

/**
 * The guises in which an example is read. They are few, since each is one comment more to read whenever lists are loaded: every
 * place with a disguise of its own, a line break between all words with letters of every kind, figures and repeated letters, and
 * of what was found one word with its letters set apart.
 *
 * Letters with the accents of some language (`vérmin`) are none, nor are figures and repetitions that give no word, or another
 * one as well (`shooot`): those the normaliser leaves alone.
 *
 * @param keepsCounts whether a text counts as the example does, where the rule counts.
 */
export function guisesOf(text: string, known: Known, keepsCounts: (text: string) => boolean): readonly Guise[] {
  const places = known.isAnchored || known.isAlone === true ? [] : wrapped(text);
  const [lines] = known.isAnchored ? [] : broken(text, known.meant);
  const letters = inTurn('in letters of many kinds', LATIN, lettersFor(known), known.turn);
  const words = inTurn('with figures for letters, or letters repeated', WORD, WORDS, known.turn);
  const isOther = (guise: Guise) => guise.text !== text && keepsCounts(guise.text);
  return [
    ...WHOLE.map((disguise, index) => waysOf(text, places[index], disguise)),
    waysOf(text, lines, letters),
    waysOf(text, undefined, words),
    setApart(text, known),
  ].flatMap((ways) => ways.find(isOther) ?? []);
}

/** What `guisesOf` puts together, one by one, to say which it is. */
export function singleGuises(text: string, known: Known): readonly Guise[] {
  const places = known.isAnchored
    ? []
    : [...(known.isAlone === true ? [] : wrapped(text)), ...broken(text, known.meant)];
  const letters = lettersFor(known).map((letter) => inTurn(letter.how, LATIN, [letter]));
  const words = WORDS.map((word) => inTurn(word.how, WORD, [word]));
  return [...places, ...[...WHOLE, ...letters, ...words].map(({ how, of }) => ({ text: of(text), how }))];
}

/** A disguise in a place; where that will not do, one of them. */
function waysOf(text: string, place: Guise | undefined, { how, of }: Disguise): readonly Guise[] {
  const alone = { text: of(text), how };
  return place === undefined ? [alone] : [{ text: of(place.text), how: `${how}, ${place.how}` }, alone, place];
}

function wrapped(text: string): readonly Guise[] {
  const ended = /[.!?…"'”’)]\s*$/u.test(text) ? text : `${text}.`;
  // A quoted line begins its line.
  const gap = /^\s*>/m.test(text) ? '\n' : ' ';
  return [
    { text: `${ended}${gap}${AFTER}`, how: 'before another sentence' },
    { text: `${BEFORE}${gap}${ended}${gap}${AFTER}`, how: 'between other sentences' },
    { text: `${BEFORE}${gap}${text}`, how: 'behind another sentence' },
  ];
}

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  e: 'е',
  o: 'о',
  p: 'р',
  c: 'с',
  i: 'і',
  y: 'у',
  x: 'х',
};

/** Of whole texts, one for each place. */
const WHOLE: readonly Disguise[] = [
  { how: 'in capitals', of: (text) => inWords(text, (word) => word.replace(/\p{Ll}/gu, capital)) },
  {
    how: 'with an invisible character (U+200B) in its words',
    of: (text) => inWords(text, (word) => word.replace(/\p{L}(?=\p{L})/gu, '$&\u200b')),
  },
  {
    how: 'with a Cyrillic letter in its words',
    of: (text) =>
      inWords(text, (word) =>
        word.replace(/(?<![\p{L}\p{N}])[a-z]{4,}(?![\p{L}\p{N}])/gu, (letters) =>
          letters.replace(/[aeopciyx]/, (letter) => LOOK_ALIKES[letter] ?? letter),
        ),
      ),
  },
];

const LATIN = /[A-Za-z]/g;
/** Letters for letters: a capital stays one, and no text becomes longer. */
const ALPHABETS: readonly Disguise[] = [
  { how: 'in full-width letters', of: (letter) => moved(letter, 0xff21, 0xff41) },
  { how: 'in mathematical letters', of: (letter) => moved(letter, 0x1d400, 0x1d41a) },
];
const LETTERS: readonly Disguise[] = [
  ...ALPHABETS,
  { how: 'in circled letters', of: (letter) => moved(letter, 0x24b6, 0x24d0) },
  { how: 'with its letters struck through (U+0336)', of: (letter) => `${letter}\u0336` },
  { how: 'with its letters as HTML entities', of: (letter) => `&#${letter.codePointAt(0)};` },
];

function lettersFor({ isCounted }: Known): readonly Disguise[] {
  return isCounted ? ALPHABETS : LETTERS;
}

/** A letter as it stands in another alphabet of 26. */
function moved(letter: string, capitalA: number, smallA: number): string {
  const isSmall = letter >= 'a';
  return String.fromCodePoint((letter.codePointAt(0) ?? 0) + (isSmall ? smallA - 0x61 : capitalA - 0x41));
}

function inWords(text: string, change: (word: string) => string): string {
  // An address in other letters is another address; an entity too. A hashtag's capitals tell its words apart.
  return text.replace(/\S+/gu, (part) => (/[@/&<#]|\.\S/.test(part) ? part : change(part)));
}

/** Letters that are another one once they are small again (ß, ı) stay as they are. */
function capital(letter: string): string {
  const upper = letter.toUpperCase();
  return upper.toLowerCase() === letter ? upper : letter;
}

/** Every word on a line of its own, which is every way to break it at once, where words still read as they did. */
function broken(text: string, meant: string): readonly Guise[] {
  const lines = text.replace(/(?<=[\p{L}\p{N},]) (?=\p{L})/gu, '\n');
  if (lines === text) return [];
  const isSame = normalise(lines).text.replaceAll('\n', ' ') === meant.replaceAll('\n', ' ');
  return isSame ? [{ text: lines, how: 'broken into lines' }] : [];
}

/** Of four letters or more, with no sign that is part of it. */
const WORD = /(?<![\p{L}\p{M}\p{N}'’*$-])[A-Za-z]{4,18}(?![\p{L}\p{M}\p{N}'’*$-])/gu;
const FIGURES: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0' };
const WORDS: readonly Disguise[] = [
  {
    how: 'with figures for letters',
    of: (word) => {
      const figures = word.replace(/(?<=.)[aeio](?=.)/g, (letter) => FIGURES[letter] ?? letter);
      return isWord(word.toLowerCase()) ? figures : word;
    },
  },
  {
    how: 'with letters repeated',
    of: (word) => {
      const drawnOut = (times: number) => word.replace(/(?<=.)[aeiou](?=[a-z])/, (vowel) => vowel.repeat(times));
      return isWord(word.toLowerCase()) && !isWord(drawnOut(2).toLowerCase()) ? drawnOut(4) : word;
    },
  },
];

/** Each thing that a pattern finds in another disguise than the one before it. @param first of them, as a number */
function inTurn(how: string, what: RegExp, disguises: readonly Disguise[], first = 0): Disguise {
  return {
    how,
    of: (text) => {
      let turn = first;
      return inWords(text, (part) =>
        part.replace(what, (found) => disguises[turn++ % disguises.length]?.of(found) ?? found),
      );
    },
  };
}

const APART: readonly Disguise[] = [
  { how: 's p a c e d out', of: (word) => [...word].join(' ') },
  { how: 'with dots between its letters', of: (word) => [...word].join('.') },
];

/** The first word that was found, with its letters set apart, where that is read as the word at all. */
function setApart(text: string, { found, meant, turn }: Known): readonly Guise[] {
  const disguise = APART[turn % APART.length];
  for (const { begin, end } of found) {
    const [first] = text.slice(begin, end).matchAll(WORD);
    if (first === undefined || disguise === undefined) continue;
    const at = begin + first.index;
    const apart = `${text.slice(0, at)}${disguise.of(first[0])}${text.slice(at + first[0].length)}`;
    return normalise(apart).text === meant ? [{ text: apart, how: disguise.how }] : [];
  }
  return [];
}
