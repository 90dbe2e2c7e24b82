import { MASKED_WORDS } from './normalise-table-words.js';
import { isCoarse, isWord } from './normalise-vocabulary.js';

/** By first letter, the only one that a writer never covers. */
const BY_LETTER = new Map<string, string[]>();
/** By first letter and length, see `sizeKey`. */
const BY_SIZE = new Map<number, string[]>();
for (const word of MASKED_WORDS) {
  BY_LETTER.set(word.charAt(0), [...(BY_LETTER.get(word.charAt(0)) ?? []), word]);
  BY_SIZE.set(sizeKey(word), [...(BY_SIZE.get(sizeKey(word)) ?? []), word]);
}

/** What stands in a masked word: itself, or a sign for a vowel, for one letter or more, or for any one. */
const COVERS = { letter: 1, vowel: 2, letters: 3, any: 4 } as const;
/** By UTF-16 unit; 0 for what covers nothing. */
const covers = new Uint8Array(128);
for (let unit = 97; unit < 97 + 26; unit += 1) covers[unit] = COVERS.letter;
for (const sign of '-._') covers[sign.charCodeAt(0)] = COVERS.vowel;
for (const sign of '#@$!') covers[sign.charCodeAt(0)] = COVERS.any;
covers['*'.charCodeAt(0)] = COVERS.letters;
const LONGEST = 16;

/**
 * Fills in a coarse word that its writer covered in part (`f**k`, `sh!t`, `b*tch`, `k*ll`).
 *
 * @param word lower case; letters and `*`, `#`, `@`, `$`, `!` as covers; `-`, `.` and `_` too, but those only of one vowel.
 */
export function readMask(word: string): string | null {
  const size = word.length;
  if (size < 3 || size > LONGEST || !isLetter(word, 0)) return null;
  let letters = 0;
  let light = 0;
  let stars = 0;
  for (let index = 0; index < size; index += 1) {
    const cover = covers[word.charCodeAt(index)] ?? 0;
    if (cover === 0) return null;
    if (cover === COVERS.letter) letters += 1;
    else if (cover === COVERS.vowel) light += 1;
    else if (cover === COVERS.letters) stars += 1;
  }
  if (letters === size) return null;
  if (letters === 1 && stars === size - 1 && stars > 2)
    return word[0] === 'f' ? 'fuck' : word[0] === 's' ? 'shit' : null;
  if (letters < 2 || !isLetter(word, size - 1) || (light > 0 && letters + light < size) || light > 1) return null;

  for (const candidate of BY_SIZE.get(sizeKey(word)) ?? []) {
    if (fits(candidate, word, light > 0)) return candidate;
  }
  if (stars === 0) return null;
  // The number of stars is not always the number of letters.
  const first = word.slice(0, word.indexOf('*'));
  const last = word.slice(word.lastIndexOf('*') + 1);
  if (first.length + stars + last.length !== size) return null;
  return (
    BY_LETTER.get(word.charAt(0))?.find(
      (candidate) =>
        Math.abs(candidate.length - size) <= 2 &&
        candidate.length > first.length + last.length &&
        candidate.startsWith(first) &&
        candidate.endsWith(last),
    ) ?? null
  );
}

function sizeKey(word: string): number {
  return word.charCodeAt(0) * 64 + word.length;
}

function fits(candidate: string, word: string, vowelsOnly: boolean): boolean {
  for (let index = 1; index < word.length; index += 1) {
    if (isLetter(word, index)) {
      if (candidate.charCodeAt(index) !== word.charCodeAt(index)) return false;
    } else if (vowelsOnly && !'aeiou'.includes(candidate[index] ?? '')) return false;
  }
  return true;
}

/**
 * Puts a coarse word together that was broken up (`f-uck`, `nig.ger`).
 *
 * @param chunk lower case letters with signs between them.
 */
export function readParts(chunk: string): string | null {
  let whole = '';
  for (let index = 0; index < chunk.length; index += 1) if (isLetter(chunk, index)) whole += chunk[index];
  if (!isCoarse(whole)) return null;
  return chunk.split(/[^a-z]/).every((part) => isWord(part)) ? null : whole;
}

function isLetter(word: string, index: number): boolean {
  const unit = word.charCodeAt(index);
  return unit >= 0x61 && unit <= 0x7a;
}
