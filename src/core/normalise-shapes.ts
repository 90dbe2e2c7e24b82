const MOST_LETTERS = 32;

/** Which first and last letters and sizes some words have: a quick no for most of what is none of them. */
export class Shapes {
  /** By first letter and size, a bit for each last letter. */
  readonly #lastLetters = new Uint32Array(26 * MOST_LETTERS);

  /** @param words of the letters a to z, fewer than 32. */
  constructor(words: Iterable<string>) {
    for (const word of words) {
      const key = keyOf(word.charCodeAt(0), word.length);
      this.#lastLetters[key] = (this.#lastLetters[key] ?? 0) | (1 << (word.charCodeAt(word.length - 1) - 97));
    }
  }

  /** @param first a letter from a to z, as a UTF-16 unit; so is the last one. */
  mayHold(first: number, last: number, size: number): boolean {
    return size < MOST_LETTERS && (((this.#lastLetters[keyOf(first, size)] ?? 0) >> (last - 97)) & 1) === 1;
  }
}

function keyOf(first: number, size: number): number {
  return (first - 97) * MOST_LETTERS + size;
}
