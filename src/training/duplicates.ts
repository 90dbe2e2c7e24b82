import type { Row } from './rows.js';

/** Shingles of so many words; shorter texts are compared whole. */
const SHINGLE = 3;
/** Texts that share this much of their shingles are the same text written twice. */
const ALIKE = 0.8;
/** Bands of rows of a MinHash signature: texts that are alike to .8 share a band with a probability of .9998. */
const BANDS = 16;
const ROWS = 4;

/**
 * Takes out of the training rows whatever is also, or almost, among the validation rows: otherwise validation would measure
 * memory.
 *
 * @returns the rows that stay, in their order.
 */
export function withoutLeaks(rows: readonly Row[]): Row[] {
  const buckets = new Map<string, Set<number>[]>();
  for (const row of rows) {
    if (row.split !== 'validation') continue;
    const shingles = shinglesOf(row.text);
    for (const band of bandsOf(shingles)) {
      const bucket = buckets.get(band);
      if (bucket === undefined) buckets.set(band, [shingles]);
      else bucket.push(shingles);
    }
  }
  return rows.filter((row) => {
    if (row.split === 'validation') return true;
    const shingles = shinglesOf(row.text);
    return !bandsOf(shingles).some((band) =>
      (buckets.get(band) ?? []).some((other) => overlap(shingles, other) >= ALIKE),
    );
  });
}

function shinglesOf(text: string): Set<number> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length <= SHINGLE) return new Set([hashOf(words.join(' '))]);
  const shingles = new Set<number>();
  for (let i = 0; i + SHINGLE <= words.length; i++) shingles.add(hashOf(words.slice(i, i + SHINGLE).join(' ')));
  return shingles;
}

function bandsOf(shingles: ReadonlySet<number>): string[] {
  const signature = Array.from({ length: BANDS * ROWS }, (_, i) => {
    let least = 0xffffffff;
    for (const shingle of shingles) {
      const mixed = mix(shingle, i);
      if (mixed < least) least = mixed;
    }
    return least;
  });
  return Array.from(
    { length: BANDS },
    (_, band) => `${band}:${signature.slice(band * ROWS, (band + 1) * ROWS).join(',')}`,
  );
}

function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared++;
  return shared / (a.size + b.size - shared);
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function mix(value: number, salt: number): number {
  let x = (value ^ Math.imul(salt + 1, 0x9e3779b1)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
