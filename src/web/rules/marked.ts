import type { Stretch } from '../../core/spans.js';

/** A run of characters under the same stretches. */
export type MarkedPiece = {
  readonly begin: number;
  readonly text: string;
  /** Places, in the list of stretches, of those that cover it. */
  readonly under: readonly number[];
};

/**
 * Cuts a text where stretches of it begin and end. Stretches may overlap; what of them lies outside the text is left out.
 *
 * @param stretches in UTF-16 code units of the text, end exclusive.
 */
export function markedPieces(text: string, stretches: readonly Stretch[]): readonly MarkedPiece[] {
  const inside = stretches.map(({ begin, end }) => ({
    begin: Math.max(0, Math.min(begin, text.length)),
    end: Math.max(0, Math.min(end, text.length)),
  }));
  const cuts = [...new Set([0, text.length, ...inside.flatMap(({ begin, end }) => [begin, end])])].sort(
    (a, b) => a - b,
  );
  return cuts.slice(0, -1).map((begin, place) => {
    const end = cuts[place + 1] ?? text.length;
    const under = inside.flatMap((stretch, index) => (stretch.begin <= begin && stretch.end >= end ? [index] : []));
    return { begin, text: text.slice(begin, end), under };
  });
}

const NAMES: Readonly<Record<string, string>> = {
  '\u00AD': 'SHY',
  '\u200B': 'ZWSP',
  '\u200C': 'ZWNJ',
  '\u200D': 'ZWJ',
  '\u200E': 'LRM',
  '\u200F': 'RLM',
  '\u202A': 'LRE',
  '\u202B': 'RLE',
  '\u202C': 'PDF',
  '\u202D': 'LRO',
  '\u202E': 'RLO',
  '\u2060': 'WJ',
  '\uFEFF': 'BOM',
};
const INVISIBLE = /[\p{Cf}\p{Cc}\u115F\u1160\u3164\uFFA0]/u;

/**
 * A text with its invisible characters by name, so that they can be seen. Line breaks and tabs are left as they are.
 *
 * @returns runs of what can be seen, and names of what cannot, in order.
 */
export function seen(text: string): readonly { readonly text: string; readonly invisible: boolean }[] {
  const runs: { text: string; invisible: boolean }[] = [];
  for (const character of text) {
    const invisible = INVISIBLE.test(character) && !/[\n\r\t]/.test(character);
    const last = runs.at(-1);
    if (!invisible && last?.invisible === false) last.text += character;
    else runs.push({ text: invisible ? nameOf(character) : character, invisible });
  }
  return runs;
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return NAMES[character] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
