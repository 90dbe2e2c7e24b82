import { NAMES_WITH_FIGURES, SPOKEN_FIGURES } from './normalise-table-words.js';
import { fromUnits } from './normalise-traced.js';
import { Candidate, isCoarse, isHidden, isMeant, isWord, isWordIn } from './normalise-vocabulary.js';

/** The letter that a figure or sign stands for; a 1 or a bar may be either of two. */
const FIGURES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': '1',
  '|': '1',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '¡': 'i',
  '+': 't',
  '€': 'e',
  '¢': 'c',
};
/** By UTF-16 unit; letters stand for themselves, 0 for nothing. */
const READ_AS = new Uint8Array(0x10000);
for (let unit = 97; unit < 97 + 26; unit += 1) READ_AS[unit] = unit;
for (const [figure, letter] of Object.entries(FIGURES)) READ_AS[figure.charCodeAt(0)] = letter.charCodeAt(0);
const SPOKEN: ReadonlyMap<string, string> = new Map(Object.entries(SPOKEN_FIGURES));
const NAMES: ReadonlySet<string> = new Set(NAMES_WITH_FIGURES);
/** By UTF-16 unit, 1 for a figure or sign that any of these has: without one a word need not be looked for among them. */
const LISTED = new Uint8Array(0x10000);
for (const word of [...SPOKEN.keys(), ...NAMES])
  for (const figure of word.match(/[^a-z]/g) ?? []) LISTED[figure.charCodeAt(0)] = 1;
const [DOUBTFUL, ZERO] = [0x31, 0x30] as const;
/** No longer word is read with its figures as letters. */
export const LONGEST_FIGURED = 24;
const LONGEST_SPOKEN = 5;
const MOST_DOUBTFUL = 3;
/** A bit for each way to read the doubtful figures that reads the first so many as the first way does; bit n of a way tells of figure n. */
const ALIKE = [0b1111_1111, 0b0101_0101, 0b0001_0001, 0b0000_0001] as const;
const AT = 0x40;
/** What a doubtful figure mostly stands for: an i. */
const LIKELIER = 0x69;

/**
 * How a writer uses figures: as figures; here and there as letters, so that every word that can be read so is meant so; or
 * throughout, so that this holds also of what gives no word.
 */
export type FigureHabit = 'figures' | 'letters' | 'letters throughout';

/**
 * @param read how many words of a text were read in figures.
 * @param mixed how many have letters and digits.
 */
export function figureHabit(read: number, mixed: number): FigureHabit {
  // In ordinary comments there is hardly more than one.
  if (read < 2 || read * 4 < mixed) return 'figures';
  return read < 4 || read * 2 < mixed ? 'letters' : 'letters throughout';
}

/** The letters of the word that is looked at, its doubtful figures' places, and the letters of one reading without long runs. */
const reading = new Uint8Array(LONGEST_FIGURED);
const doubts = new Uint8Array(LONGEST_FIGURED);
const meant = new Candidate(LONGEST_FIGURED);

/**
 * Reads figures and signs as letters (`h4t3`, `@ss`), where that gives a word and the plain reading does not look meant:
 * numbers, prices, ordinals, "covid19", "4chan", "group5" stay, and names such as G4S.
 *
 * @param units hold the word at `begin` to `end`: lower case; letters, digits and signs, without the punctuation around it.
 * @param writes what the rest of the text says of its writer.
 * @returns the word in letters, or null where it stays as it is.
 */
export function readFigures(units: Uint16Array, begin: number, end: number, writes: FigureHabit): string | null {
  const size = end - begin;
  if (size < 2 || size > LONGEST_FIGURED) return null;
  const habit = writes !== 'figures';

  let letters = 0;
  let doubtful = 0;
  let listed = 0;
  for (let index = 0; index < size; index += 1) {
    const written = units[begin + index] ?? 0;
    const unit = READ_AS[written] ?? 0;
    if (unit === 0) return isDigit(written) ? spoken(units, begin, end) : null;
    if (unit === DOUBTFUL) {
      doubts[doubtful] = index;
      doubtful += 1;
    } else if (unit === written) letters += 1;
    listed |= LISTED[written] ?? 0;
    reading[index] = unit;
  }
  if (letters === size) return null;
  if (listed === 1) {
    // In any case: what was read once has no capitals any more, and reads the same again.
    if (!habit && NAMES.has(fromUnits(units, begin, end))) return null;
    const said = spoken(units, begin, end);
    if (said !== null) return said;
  }
  if (size < 3 && !habit) return null;

  let before = 0;
  while (before < size && isDigit(units[begin + before] ?? 0)) before += 1;
  // `455`: hardly, unless the whole text is in figures, and then no round number.
  if (letters === 0 && (writes !== 'letters throughout' || before < size || size < 3 || units[end - 1] === ZERO))
    return null;
  let after = 0;
  while (after < size && isDigit(units[end - 1 - after] ?? 0)) after += 1;
  const onlyOutside = before + after + letters === size;
  const name = letters === size - 1 && units[begin] === AT;
  /** A word or a name with a number before or behind it, or a name with @, is most likely just that. */
  const likelyMeant =
    name || (onlyOutside && (letters < 4 || after > 0 || isWordIn(units, begin + before, end - after)));
  if (likelyMeant && before + after > 1 && !habit)
    return before === 0 && letters > 1 ? elevenAsLetters(fromUnits(units, begin, end)) : null;

  const mayBeOrdinary = habit ? !name : !likelyMeant && letters * 2 >= size;
  const numbered = before + after > 0 && !habit;
  const ways = doubtful <= MOST_DOUBTFUL ? 1 << doubtful : 2;
  /** A bit for each way with which no word begins, as one showed that was tried. */
  let hopeless = 0;
  for (let way = 0; way < ways; way += 1) {
    if (((hopeless >> way) & 1) === 1) continue;
    // With more than a few doubtful ones all are read alike.
    const bits = doubtful <= MOST_DOUBTFUL ? way : -way;
    for (let place = 0; place < doubtful; place += 1)
      reading[doubts[place] ?? 0] = (bits >> place) & 1 ? 0x6c : LIKELIER;
    const looked = readMeant(size);
    if (looked < size) {
      let seen = 0;
      while (seen < doubtful && (doubts[seen] ?? 0) <= looked) seen += 1;
      hopeless |= (ALIKE[seen] ?? 0) << (way & ((1 << seen) - 1));
      continue;
    }
    const kept = meant.size;
    if ((letters === 0 && kept < 3) || !meant.mayBeWord()) continue;
    const asWord = mayBeOrdinary && !(numbered && kept === 3);
    if ((asWord && (habit ? meant.isMeant() : meant.isWord())) || ((kept < 4 || !asWord) && meant.isHidden()))
      return fromUnits(reading, 0, size);
  }
  if (writes !== 'letters throughout' || !hasDigits(units, begin + before, end - after)) return null;
  for (let place = 0; place < doubtful; place += 1) reading[doubts[place] ?? 0] = LIKELIER;
  return fromUnits(reading, 0, size);
}

/** A word whose last two letters are l, written as ones (`ki11`); none where what is before them is a word (`she11`). */
function elevenAsLetters(word: string): string | null {
  if (!word.endsWith('11')) return null;
  const stem = word.slice(0, -2);
  const whole = `${stem}ll`;
  return isHidden(whole) || isCoarse(whole) || (isWord(whole) && !isMeant(stem)) ? whole : null;
}

/** A quick look, before the long one, whether a stretch holds figures or signs, and none that stands for no letter. */
export function mayHoldFigures(units: Uint16Array, begin: number, end: number): boolean {
  if (end - begin > LONGEST_FIGURED) return false;
  let figures = 0;
  for (let index = begin; index < end; index += 1) {
    const written = units[index] ?? 0;
    const unit = READ_AS[written] ?? 0;
    // Said aloud any digit may be meant.
    if (unit === 0) return isDigit(written);
    if (unit !== written || unit === DOUBTFUL) figures += 1;
  }
  return figures > 0;
}

function spoken(units: Uint16Array, begin: number, end: number): string | null {
  return end - begin <= LONGEST_SPOKEN ? (SPOKEN.get(fromUnits(units, begin, end)) ?? null) : null;
}

/**
 * Puts into `meant` what is read in `reading`; a letter more than twice in a row is meant once.
 *
 * @returns the place of the last letter of the reading that it looked at; the size, where it came to the end.
 */
function readMeant(size: number): number {
  meant.clear();
  let from = 0;
  for (let index = 1; index <= size; index += 1) {
    const letter = reading[from] ?? 0;
    if (index < size && reading[index] === letter) continue;
    let goesOn = meant.add(letter);
    if (index - from === 2) goesOn = meant.add(letter);
    if (!goesOn) return index;
    from = index;
  }
  return size;
}

function hasDigits(units: Uint16Array, begin: number, end: number): boolean {
  for (let index = begin; index < end; index += 1) if (isDigit(units[index] ?? 0)) return true;
  return false;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
