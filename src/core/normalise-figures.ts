import { SPOKEN_FIGURES } from './normalise-table-words.js';
import { isHidden, isWord, mayBegin } from './normalise-vocabulary.js';

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
const DOUBTFUL = 0x31;
/** No longer word is read with its figures as letters. */
export const LONGEST_FIGURED = 24;
const LONGEST_SPOKEN = 5;
const MOST_DOUBTFUL = 3;

/**
 * Reads figures and signs as letters (`h4t3`, `@ss`), where that gives a word and the plain reading does not look meant:
 * numbers, prices, ordinals, "covid19", "4chan", "group5" stay.
 *
 * @param word lower case; letters, digits and signs, without the punctuation around it.
 * @returns the word in letters, or null where it stays as it is.
 */
export function readFigures(word: string): string | null {
  const size = word.length;
  if (size < 2 || size > LONGEST_FIGURED) return null;
  const spoken = size <= LONGEST_SPOKEN ? SPOKEN.get(word) : undefined;
  if (spoken !== undefined) return spoken;
  if (size < 3) return null;

  const units: number[] = [];
  let letters = 0;
  let doubtful = 0;
  for (let index = 0; index < size; index += 1) {
    const unit = READ_AS[word.charCodeAt(index)] ?? 0;
    if (unit === 0) return null;
    if (unit === word.charCodeAt(index)) letters += unit === DOUBTFUL ? 0 : 1;
    if (unit === DOUBTFUL) doubtful += 1;
    units.push(unit);
  }
  if (letters === 0 || letters === size) return null;

  let before = 0;
  while (isDigit(word.charCodeAt(before))) before += 1;
  let after = 0;
  while (isDigit(word.charCodeAt(size - 1 - after))) after += 1;
  const onlyOutside = before + after + letters === size;
  const rest = word.slice(before, size - after);
  /** A word or a name with a number before or behind it, or a name with @, is most likely just that. */
  const likelyMeant =
    (onlyOutside && (rest.length < 4 || after > 0 || isWord(rest))) || (word.startsWith('@') && letters === size - 1);
  if (likelyMeant && before + after > 1) return null;

  const mayBeOrdinary = !likelyMeant && letters * 2 >= size;
  const numbered = before + after > 0;
  const ways = doubtful <= MOST_DOUBTFUL ? 2 ** doubtful : 2;
  for (let way = 0; way < ways; way += 1) {
    // With more than a few doubtful ones all are read alike.
    const reading = readAs(units, doubtful <= MOST_DOUBTFUL ? way : -way);
    const meant = withoutLongRuns(reading);
    if (meant.length > 3 && !mayBegin(meant[0] ?? 0, meant[1] ?? 0, meant[2] ?? 0, meant[3] ?? 0)) continue;
    const spelt = String.fromCharCode(...meant);
    const found = isHidden(spelt) || (mayBeOrdinary && !(numbered && spelt.length === 3) && isWord(spelt));
    if (found) return String.fromCharCode(...reading);
  }
  return null;
}

/** The letters of one reading, a bit of `way` for each doubtful figure. */
function readAs(units: readonly number[], way: number): readonly number[] {
  let place = 0;
  return units.map((unit) => (unit !== DOUBTFUL ? unit : (way >> place++) & 1 ? 0x6c : 0x69));
}

/** A letter more than twice in a row is meant once. */
function withoutLongRuns(letters: readonly number[]): readonly number[] {
  const short: number[] = [];
  let from = 0;
  for (let index = 1; index <= letters.length; index += 1) {
    const letter = letters[from] ?? 0;
    if (index < letters.length && letters[index] === letter) continue;
    short.push(letter);
    if (index - from === 2) short.push(letter);
    from = index;
  }
  return short;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
