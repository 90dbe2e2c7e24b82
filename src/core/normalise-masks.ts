import { Shapes } from './normalise-shapes.js';
import { MASKED_WORDS } from './normalise-table-words.js';
import { fromUnits } from './normalise-traced.js';
import { isSmall } from './normalise-units.js';
import { isCoarse, isWord } from './normalise-vocabulary.js';

/** By first letter, the only one that a writer never covers. */
const BY_LETTER: string[][] = Array.from({ length: 26 }, () => []);
const SHAPES = new Shapes(MASKED_WORDS);
/** By first letter, a bit for each second letter, and one for each that is the second or the third one. */
const SECOND = new Uint32Array(26);
const SECOND_OR_THIRD = new Uint32Array(26);
for (const word of MASKED_WORDS) {
  const [first, second, third] = [0, 1, 2].map((index) => word.charCodeAt(index) - 97) as [number, number, number];
  SECOND[first] = (SECOND[first] ?? 0) | (1 << second);
  SECOND_OR_THIRD[first] = (SECOND_OR_THIRD[first] ?? 0) | (1 << second) | (1 << third);
}
for (const word of MASKED_WORDS) BY_LETTER[word.charCodeAt(0) - 97]?.push(word);

/** What stands in a masked word: itself, or a sign for a vowel, for one letter or more, or for any one. */
const COVERS = { letter: 1, vowel: 2, letters: 3, any: 4 } as const;
const [STAR, SMALL_F, SMALL_S] = [0x2a, 0x66, 0x73] as const;
/** By UTF-16 unit; 0 for what covers nothing. */
const covers = new Uint8Array(0x10000);
for (let unit = 97; unit < 97 + 26; unit += 1) covers[unit] = COVERS.letter;
for (const sign of '-._') covers[sign.charCodeAt(0)] = COVERS.vowel;
for (const sign of '#@$!') covers[sign.charCodeAt(0)] = COVERS.any;
covers[STAR] = COVERS.letters;
const LONGEST = 16;

/**
 * Fills in a coarse word that its writer covered in part (`f**k`, `sh!t`, `b*tch`, `k*ll`).
 *
 * @param units hold the word at `begin` to `end`: lower case; letters and `*`, `#`, `@`, `$`, `!` as covers; `-`, `.` and `_`
 *   too, but those only of one vowel.
 */
export function readMask(units: Uint16Array, begin: number, end: number): string | null {
  const size = end - begin;
  if (size < 3 || size > LONGEST || !isSmall(units[begin] ?? 0)) return null;
  let letters = 0;
  let light = 0;
  let stars = 0;
  for (let index = begin; index < end; index += 1) {
    const cover = covers[units[index] ?? 0] ?? 0;
    if (cover === 0) return null;
    if (cover === COVERS.letter) letters += 1;
    else if (cover === COVERS.vowel) light += 1;
    else if (cover === COVERS.letters) stars += 1;
  }
  if (letters === size) return null;
  const initial = units[begin] ?? 0;
  if (letters === 1 && stars === size - 1 && stars > 2)
    return initial === SMALL_F ? 'fuck' : initial === SMALL_S ? 'shit' : null;
  const last = units[end - 1] ?? 0;
  if (letters < 2 || !isSmall(last) || (light > 0 && letters + light < size) || light > 1) return null;

  if (SHAPES.mayHold(initial, last, size)) {
    for (const candidate of BY_LETTER[initial - 97] ?? [])
      if (candidate.length === size && fits(candidate, units, begin, light > 0)) return candidate;
  }
  return stars === 0 ? null : readStars(units, begin, end, stars);
}

/** The number of stars is not always the number of letters. */
function readStars(units: Uint16Array, begin: number, end: number, stars: number): string | null {
  let first = begin;
  while (units[first] !== STAR) first += 1;
  let last = end;
  while (units[last - 1] !== STAR) last -= 1;
  if (last - first !== stars) return null;
  const size = end - begin;
  const shown = size - stars;
  for (const candidate of BY_LETTER[(units[begin] ?? 0) - 97] ?? []) {
    const longer = candidate.length - size;
    if (longer > 2 || longer < -2 || candidate.length <= shown) continue;
    let same = 0;
    while (same < first - begin && candidate.charCodeAt(same) === units[begin + same]) same += 1;
    if (same < first - begin) continue;
    let at = last;
    while (at < end && candidate.charCodeAt(at + longer - begin) === units[at]) at += 1;
    if (at === end) return candidate;
  }
  return null;
}

function fits(candidate: string, units: Uint16Array, begin: number, vowelsOnly: boolean): boolean {
  for (let index = 1; index < candidate.length; index += 1) {
    const unit = units[begin + index] ?? 0;
    if (isSmall(unit)) {
      if (candidate.charCodeAt(index) !== unit) return false;
    } else if (vowelsOnly && !'aeiou'.includes(candidate[index] ?? '')) return false;
  }
  return true;
}

/**
 * A quick look, before the long ones, whether a coarse word may begin so that was broken up, or has a sign for a vowel.
 *
 * @param begin where the first of its letters stands. @param end where they end, and a sign and another letter follow.
 */
export function mayBeBroken(units: Uint16Array, begin: number, end: number): boolean {
  const first = (units[begin] ?? 0) - 97;
  const known = end === begin + 1 ? SECOND_OR_THIRD[first] : SECOND[first];
  const next = (units[end === begin + 1 ? end + 1 : begin + 1] ?? 0) - 97;
  return (((known ?? 0) >> next) & 1) === 1;
}

/**
 * Puts a coarse word together that was broken up (`f-uck`, `nig.ger`).
 *
 * @param units hold the parts at `begin` to `end`: lower case letters with signs between them.
 */
export function readParts(units: Uint16Array, begin: number, end: number): string | null {
  let letters = 0;
  let last = 0;
  for (let index = begin; index < end; index += 1) {
    const unit = units[index] ?? 0;
    if (!isSmall(unit)) continue;
    letters += 1;
    last = unit;
  }
  if (!SHAPES.mayHold(units[begin] ?? 0, last, letters)) return null;
  const parts = fromUnits(units, begin, end).split(/[^a-z]/);
  const whole = parts.join('');
  return isCoarse(whole) && !parts.every((part) => isWord(part)) ? whole : null;
}
