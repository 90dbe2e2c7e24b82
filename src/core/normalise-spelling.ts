import { Shapes } from './normalise-shapes.js';
import { DOUBLED_NAMES, MASKED_WORDS, SELDOM_DRAWN_OUT } from './normalise-table-words.js';
import { fromUnits, type Traced } from './normalise-traced.js';
import { Candidate, isCoarse, isWord } from './normalise-vocabulary.js';

const LONGEST_WORD = 40;
const FEW_DOUBTFUL = 3;
const MOST_DOUBTFUL = 5;
const NAMES: ReadonlySet<string> = new Set(DOUBLED_NAMES);
const SELDOM: ReadonlySet<string> = new Set(SELDOM_DRAWN_OUT);
/** From so many words on, and such a share of all, letters are drawn out to hide. */
const FEWEST_DRAWN = 3;
const SHARE_DRAWN = 0.25;
/** What is no word is cut to one vowel only if this many letters stay: `ooh`, `yoo` and `aah` are cries, `lmaao` is none. */
const SHORTEST_CUT = 4;
/** Coarse words with every letter once, however often it stands there in a row. */
const COARSE_LETTERS: ReadonlySet<string> = new Set(MASKED_WORDS.map((word) => word.replace(/(.)\1+/g, '$1')));
const COARSE_SHAPES = new Shapes(COARSE_LETTERS);
/** So many letters of a word are drawn out to hide it, not to stress it. */
const FEWEST_HIDING = 4;
/** By their letters, each once: what is meant where they are drawn out (`nnniiigggeeerrr`, not `niger`). */
const COARSE_BY_LETTERS: ReadonlyMap<string, string> = new Map(
  MASKED_WORDS.map((word) => [word.replace(/(.)\1+/g, '$1'), word]),
);

/** A quick look, before the long one: whether any letter of a stretch may be repeated for effect. */
export function mayBeDrawnOut(units: Uint16Array, begin: number, end: number): boolean {
  const initial = units[begin] ?? 0;
  let before = initial;
  let doubled = 0;
  let run = 1;
  for (let index = begin + 1; index < end; index += 1) {
    const unit = units[index] ?? 0;
    if (unit !== before || (unit >= 0x30 && unit <= 0x39)) run = 1;
    else {
      run += 1;
      if (run > 2) return true;
      doubled += 1;
    }
    before = unit;
  }
  return doubled > 0 && COARSE_SHAPES.mayHold(initial, before, end - begin - doubled);
}

/** The word that is looked at: its letters, each run of one letter said once, and how often each is written. */
let letters = new Uint16Array(LONGEST_WORD);
let sizes = new Int32Array(LONGEST_WORD);
/** The letters of one way to cut it. */
const spelt = new Candidate(LONGEST_WORD);
/** How many runs it has, and how many letters the longest of them. */
let runs = 0;
let longest = 0;
/** All its letters are from a to z. */
let plain = true;

/**
 * Cuts letters that are repeated for effect: to the word that is meant where there is one (`fuuuuck`, `sooo`, `yyyooouu`), else
 * to two.
 *
 * @param hides the writer draws words out throughout, see `drawsOut`: then rarer words are meant too, and what gives none has one
 *   vowel.
 * @returns null where nothing is to be cut.
 */
export function shorten(word: string, hides = false): string | null {
  readRuns(word);
  if (longest <= 2) return undouble(word);
  // KKK, www, III, viii, WWIII
  if (runs === 1) return word.length === 3 ? null : word.slice(0, 3);
  if (longest === 3 && /^w*[ivxlcdm]+$/.test(word)) return null;
  if (word.length > LONGEST_WORD || !plain) return cutToTwo();
  const willDo = hides ? isMeantLong : isWordLong;
  const coarse = runs < FEWEST_HIDING ? undefined : COARSE_BY_LETTERS.get(fromUnits(letters, 0, runs));
  if (coarse !== undefined && isHiddenIn(coarse)) return coarse;
  return choose(2, willDo) ?? undouble(word) ?? choose(1, willDo) ?? (hides ? cut() : cutToTwo());
}

/**
 * Whether so many words of a text have a letter more than twice in a row that they hide what they say, rather than one that is
 * stressed. @param text in lower case.
 */
export function drawsOut({ units, length: end }: Traced): boolean {
  let words = 0;
  let drawn = 0;
  let before = 0;
  let run = 0;
  let long = false;
  let mixed = false;
  for (let at = 0; at <= end; at += 1) {
    const unit = at < end ? (units[at] ?? 0) : -1;
    if (unit >= 0x61 && unit <= 0x7a) {
      if (unit === before) run += 1;
      else {
        if (run > 0) mixed = true;
        run = 1;
      }
      if (run === 3) long = true;
    } else if (run > 0) {
      words += 1;
      // One letter only is a cry.
      if (long && mixed) drawn += 1;
      run = 0;
      long = false;
      mixed = false;
    }
    before = unit;
  }
  return drawn >= FEWEST_DRAWN && drawn >= SHARE_DRAWN * words;
}

function isWordLong(): boolean {
  return spelt.isWord() && !SELDOM.has(spelt.text());
}

function isMeantLong(): boolean {
  return spelt.isMeant() && !SELDOM.has(spelt.text());
}

/** Whether the word is a coarse one of the same letters, most of them drawn out and the others as they are written. */
function isHiddenIn(coarse: string): boolean {
  let drawn = 0;
  let at = 0;
  for (let run = 0; run < runs; run += 1) {
    let size = 1;
    while (coarse.charCodeAt(at + size) === letters[run]) size += 1;
    if ((sizes[run] ?? 0) > 2) drawn += 1;
    else if (sizes[run] !== size) return false;
    at += size;
  }
  return drawn >= FEWEST_HIDING;
}

/** What is no word, with long runs of vowels cut to one letter, because few words have two of a kind, and all others to two. */
function cut(): string {
  let word = '';
  for (let run = 0; run < runs; run += 1) {
    const size = sizes[run] ?? 0;
    const letter = String.fromCharCode(letters[run] ?? 0);
    word += size === 1 || (size > 2 && 'aeiou'.includes(letter)) ? letter : letter + letter;
  }
  return word.length < SHORTEST_CUT ? cutToTwo() : word;
}

/** Digits are never a run. */
function readRuns(word: string): void {
  if (word.length > letters.length) {
    letters = new Uint16Array(2 * word.length);
    sizes = new Int32Array(2 * word.length);
  }
  runs = 0;
  longest = 0;
  plain = true;
  let begin = 0;
  let before = word.charCodeAt(0);
  for (let index = 1; index <= word.length; index += 1) {
    const unit = index < word.length ? word.charCodeAt(index) : -1;
    if (unit === before && (unit < 0x30 || unit > 0x39)) continue;
    letters[runs] = before;
    sizes[runs] = index - begin;
    runs += 1;
    if (index - begin > longest) longest = index - begin;
    if (before < 0x61 || before > 0x7a) plain = false;
    begin = index;
    before = unit;
  }
}

/** A coarse word with letters doubled (`fuuck`). */
function undouble(word: string): string | null {
  if (runs === word.length || word.length < 4 || word.length > LONGEST_WORD) return null;
  if (!plain || !COARSE_SHAPES.mayHold(letters[0] ?? 0, letters[runs - 1] ?? 0, runs)) return null;
  if (isWord(word) || NAMES.has(word) || !COARSE_LETTERS.has(fromUnits(letters, 0, runs))) return null;
  return choose(1, () => spelt.text() !== word && isCoarse(spelt.text()));
}

/** The first in `spelt` that will do of the words with every run longer than `keep` cut to two letters or one, all twos first. */
function choose(keep: number, willDo: () => boolean): string | null {
  let doubtful = 0;
  for (let run = 0; run < runs; run += 1) if ((sizes[run] ?? 0) > keep) doubtful += 1;
  const few = doubtful <= MOST_DOUBTFUL;
  for (let way = 0; way < (few ? 1 << doubtful : 2); way += 1) {
    // With many doubtful runs all are cut alike, and with several that is tried first.
    const bits = few ? (doubtful > FEW_DOUBTFUL && way > 0 ? (1 << doubtful) - way : way) : -way;
    if (!spell(keep, bits)) continue;
    if (willDo()) return spelt.text();
  }
  return null;
}

/**
 * Puts the word into `spelt`, with its runs longer than `keep` cut to one letter where their bit of `way` is set, else to two.
 *
 * @returns whether it may be a word.
 */
function spell(keep: number, way: number): boolean {
  spelt.clear();
  let place = 0;
  for (let run = 0; run < runs; run += 1) {
    const size = sizes[run] ?? 0;
    const kept = size > keep ? 2 - ((way >> place++) & 1) : size;
    for (let count = 0; count < kept; count += 1) if (!spelt.add(letters[run] ?? 0)) return false;
  }
  return spelt.mayBeWord();
}

/** The word with its long runs cut to two letters. */
function cutToTwo(): string {
  let word = '';
  for (let run = 0; run < runs; run += 1)
    word += String.fromCharCode(letters[run] ?? 0).repeat(Math.min(sizes[run] ?? 0, 2));
  return word;
}
