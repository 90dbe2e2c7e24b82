/** Where no word goes on. */
export const NOWHERE = 0;
/** Where every word begins. */
export const ROOT = 1;
const [A, LETTERS] = [97, 26] as const;

/**
 * Words, to be followed letter by letter: so that most of what is no word is known as such after a few letters, and before it is
 * put together to a string.
 */
export class Trie {
  /** By node, a bit for each letter with which a word goes on, and above them one for each kind of word that ends there. */
  readonly #bits: Int32Array;
  /** By node, the node of the first of these letters; those of the others follow. */
  readonly #first: Int32Array;

  /** @param kinds lists of words of the letters a to z; five at most. A word may be of several kinds. */
  constructor(kinds: readonly Iterable<string>[]) {
    const kindsOf = new Map<string, number>();
    for (const [kind, words] of kinds.entries())
      for (const word of words) kindsOf.set(word, (kindsOf.get(word) ?? 0) | (1 << kind));
    const words = [...kindsOf.keys()].sort();
    const room = words.reduce((sum, word) => sum + word.length, ROOT + 1);
    const bits = new Int32Array(room);
    const first = new Int32Array(room);
    // Nodes in the order of their depth, each the words from one to another that begin alike.
    const begins = new Int32Array(room);
    const ends = new Int32Array(room);
    ends[ROOT] = words.length;
    const depths = new Uint8Array(room);
    let size = ROOT + 1;
    for (let node = ROOT; node < size; node += 1) {
      const depth = depths[node] ?? 0;
      const end = ends[node] ?? 0;
      let at = begins[node] ?? 0;
      const word = words[at] ?? '';
      first[node] = size;
      if (word.length === depth) {
        bits[node] = (kindsOf.get(word) ?? 0) << LETTERS;
        at += 1;
      }
      while (at < end) {
        const letter = words[at]?.charCodeAt(depth) ?? 0;
        begins[size] = at;
        while (at < end && words[at]?.charCodeAt(depth) === letter) at += 1;
        ends[size] = at;
        depths[size] = depth + 1;
        bits[node] = (bits[node] ?? 0) | (1 << (letter - A));
        size += 1;
      }
    }
    this.#bits = bits.slice(0, size);
    this.#first = first.slice(0, size);
  }

  /** Where a letter, as a UTF-16 unit, leads from a node; `NOWHERE` for what is none from a to z, too. */
  next(node: number, unit: number): number {
    const letter = unit - A;
    if (letter < 0 || letter >= LETTERS) return NOWHERE;
    const bits = this.#bits[node] ?? 0;
    if (((bits >> letter) & 1) === 0) return NOWHERE;
    return (this.#first[node] ?? 0) + ones(bits & ((1 << letter) - 1));
  }

  /** A bit for each kind of word that ends at a node, by their order. */
  kinds(node: number): number {
    return (this.#bits[node] ?? 0) >>> LETTERS;
  }

  /** The kinds of a whole word. */
  kindsOf(word: string): number {
    let node = ROOT;
    for (let index = 0; index < word.length && node !== NOWHERE; index += 1)
      node = this.next(node, word.charCodeAt(index));
    return this.kinds(node);
  }
}

/** How many bits are set, of 26. */
function ones(bits: number): number {
  const pairs = bits - ((bits >> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >> 2) & 0x33333333);
  return Math.imul((fours + (fours >> 4)) & 0x0f0f0f0f, 0x01010101) >> 24;
}
