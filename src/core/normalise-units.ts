import type { Traced } from './normalise-traced.js';

/** What a UTF-16 unit of a text in lower case may be part of. */
export const CLASS = { other: 1, latin: 2, digit: 3, sign: 4, letter: 5, space: 6 } as const;

/** Signs that stand for a letter inside a word, or cover one. */
const SIGNS = new Set([...'@$!|+*#€¢¡'].map((sign) => sign.charCodeAt(0)));

const classes = new Uint8Array(0x10000);

/**
 * @param twin the Latin letter that the unit is drawn like, or 0; only with one is half of a surrogate pair part of a word.
 */
function classOf(unit: number, twin: number): number {
  if (twin !== 0) return CLASS.letter;
  let found = classes[unit] ?? 0;
  if (found === 0) {
    found = classify(unit);
    classes[unit] = found;
  }
  return found;
}

/** What every unit of a text may be part of, and `other` for the place behind the last. */
export function classesOf(text: Traced): Uint8Array {
  const { units, twins, length } = text;
  const all = new Uint8Array(length + 1);
  for (let at = 0; at < length; at += 1) {
    const known = classes[units[at] ?? 0] ?? 0;
    all[at] = known !== 0 && twins[at] === 0 ? known : classOf(units[at] ?? 0, twins[at] ?? 0);
  }
  all[length] = CLASS.other;
  return all;
}

function classify(unit: number): number {
  if (unit >= 0x61 && unit <= 0x7a) return CLASS.latin;
  if (unit >= 0x30 && unit <= 0x39) return CLASS.digit;
  if (isBlank(unit)) return CLASS.space;
  if (SIGNS.has(unit)) return CLASS.sign;
  return /[\p{L}\p{M}]/u.test(String.fromCharCode(unit)) ? CLASS.letter : CLASS.other;
}

/** An accented Latin letter: it neither hides a word nor makes it foreign. */
export function isLatinExtended(unit: number): boolean {
  return (unit >= 0xc0 && unit <= 0x24f) || (unit >= 0x1e00 && unit <= 0x1eff);
}

export function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a;
}

export function isSmall(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a;
}

export function isCapital(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a;
}
