import type { Traced } from './normalise-traced.js';
import { CLASS, classOf } from './normalise-units.js';

const SEPARATORS = '.-_*~·•|/';

/** A quick look, before the long one, whether what stands at a place may be a single letter with another one after it. */
export function mayBeSpaced(text: string, at: number): boolean {
  if (!isBlank(text, at + 1) && !SEPARATORS.includes(text[at + 1] ?? 'x')) return false;
  const unit = text.charCodeAt(at + 3);
  return isBlank(text, at + 2) || !((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39));
}

/**
 * A run of single letters, parted by gaps of one kind. It is read once; whoever asks again for what begins at a later one of
 * its letters is only told where in the run that is.
 */
export class SingleLetters {
  readonly #input: Traced;
  readonly #text: string;
  /** A character for each letter, figure or sign of the run. */
  #letters = '';
  /** Where each stands in the text, and where the next one stands, if there is one. */
  #begins: number[] = [];
  #nexts: number[] = [];
  #limit = 0;
  /** For every place of the run, and one more, the next one (itself included) with a figure or sign, or the run's size. */
  #nextFigure: readonly number[] = [];
  /** The next one with which three letters in a row begin, or the run's size. */
  #nextThree: readonly number[] = [];
  /** For every place of the run, and one before, the last one (itself included) with a letter and one more; 0 for none. */
  #afterLetter: readonly number[] = [];
  /** The place in the run of what was last asked for. */
  here = 0;

  constructor(input: Traced, text: string) {
    this.#input = input;
    this.#text = text;
  }

  /** Reads the run that begins at `at` of the text, and says whether it is another one than before. */
  read(at: number, limit: number): boolean {
    while (this.here < this.size && this.begin(this.here) < at) this.here += 1;
    // The last of a run may well begin another, with gaps of another kind.
    if (limit === this.#limit && this.here < this.size - 1 && this.begin(this.here) === at) return false;
    this.#limit = limit;
    this.#read(at);
    this.here = 0;
    const { size } = this;
    if (size < 3) return true;
    const figure = new Array<number>(size + 1).fill(size);
    const three = new Array<number>(size + 1).fill(size);
    for (let index = size - 1; index >= 0; index -= 1) {
      figure[index] = isLetter(this.letter(index)) ? (figure[index + 1] ?? 0) : index;
      three[index] = (figure[index] ?? 0) - index >= 3 ? index : (three[index + 1] ?? 0);
    }
    const letter = [0];
    for (let index = 0; index < size; index += 1)
      letter.push(isLetter(this.letter(index)) ? index + 1 : (letter[index] ?? 0));
    this.#nextFigure = figure;
    this.#nextThree = three;
    this.#afterLetter = letter;
    return true;
  }

  get size(): number {
    return this.#letters.length;
  }

  letter(index: number): string {
    return this.#letters[index] ?? '';
  }

  begin(index: number): number {
    return this.#begins[index] ?? 0;
  }

  /** From the begin of one to that of the next. */
  width(index: number): number {
    return (this.#nexts[index] ?? 0) - this.begin(index);
  }

  nextFigure(index: number): number {
    return this.#nextFigure[index] ?? this.size;
  }

  nextThree(index: number): number {
    return this.#nextThree[index] ?? this.size;
  }

  /** Where the letters among the first so many of the run end. */
  afterLastLetter(end: number): number {
    return this.#afterLetter[end] ?? 0;
  }

  #read(first: number): void {
    const text = this.#text;
    const limit = this.#limit;
    this.#letters = '';
    this.#begins = [];
    this.#nexts = [];
    let gapKind: string | null = null;
    let gapWidth = 0;
    let at = first;
    for (;;) {
      const letter = this.#letterAt(at);
      if (letter === null) break;
      let next = at + 1;
      while (next < limit && isBlank(text, next)) next += 1;
      let kind = ' ';
      const sign = text[next] ?? '';
      if (next < limit && sign !== '' && SEPARATORS.includes(sign)) {
        kind = sign;
        next += 1;
        while (next < limit && isBlank(text, next)) next += 1;
      }
      this.#letters += letter;
      this.#begins.push(at);
      this.#nexts.push(next);
      if (next >= limit || next === at + 1 || (gapKind !== null && kind !== gapKind)) break;
      // Blanks may part words, but "U.S. I" is not one run.
      if (gapKind !== null && kind !== ' ' && next - at !== gapWidth) break;
      gapKind = kind;
      gapWidth = next - at;
      at = next;
    }
  }

  /** The letter, figure or sign that stands alone at a place; null where none does. */
  #letterAt(at: number): string | null {
    const input = this.#input;
    const text = this.#text;
    if (at >= this.#limit) return null;
    const twin = input.twin(at);
    const kind = classOf(input.unit(at), twin);
    const sign = text[at] ?? '';
    const letter = kind === CLASS.letter && twin > 1 ? String.fromCharCode(twin) : sign;
    if (!isLetter(letter) && kind !== CLASS.digit && !'@$!'.includes(sign)) return null;
    const after = at + 1 < this.#limit ? text[at + 1] : undefined;
    if (after === undefined || isBlank(text, at + 1) || SEPARATORS.includes(after)) return letter;
    const afterKind = classOf(input.unit(at + 1), input.twin(at + 1));
    const ends = afterKind === CLASS.other || (afterKind === CLASS.sign && after !== '@' && after !== '$');
    return ends && after !== "'" ? letter : null;
  }
}

function isBlank(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 0x20 || unit === 0x0a;
}

function isLetter(letter: string): boolean {
  return letter >= 'a' && letter <= 'z' && letter.length === 1;
}
