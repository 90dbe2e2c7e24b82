import type { Traced } from './normalise-traced.js';
import { CLASS } from './normalise-units.js';

/** By UTF-16 unit, 1 for a sign that may stand between letters set apart. */
const SEPARATES = new Uint8Array(0x10000);
for (const sign of '.-_*~·•|/') SEPARATES[sign.charCodeAt(0)] = 1;
const [SPACE, LINE, AT, DOLLAR, EXCLAMATION, APOSTROPHE] = [0x20, 0x0a, 0x40, 0x24, 0x21, 0x27] as const;

/** A quick look, before the long one, whether what stands at a place may be a single letter with another one after it. */
export function mayBeSpaced(text: Traced, at: number): boolean {
  const after = text.unit(at + 1);
  if (!isBlank(after) && SEPARATES[after] !== 1) return false;
  if (isBlank(text.unit(at + 2))) return true;
  const unit = text.unit(at + 3);
  // Two letters with a sign between them and another sign behind are no run.
  if (SEPARATES[after] === 1 && SEPARATES[unit] === 1) return unit === after;
  return !(isLetter(unit) || (unit >= 0x30 && unit <= 0x39));
}

/**
 * A run of single letters, parted by gaps of one kind. It is read once; whoever asks again for what begins at a later one of
 * its letters is only told where in the run that is.
 */
export class SingleLetters {
  readonly #input: Traced;
  readonly #classes: Uint8Array;
  #limit = 0;
  /** How many letters, figures and signs the run has. */
  size = 0;
  /** The place in the run of what was last asked for. */
  here = 0;
  /** Each of them, as a UTF-16 unit. */
  letters = new Uint16Array(64);
  /** Where each stands in the text, and where the next one stands, if there is one. */
  #begins = new Int32Array(64);
  #nexts = new Int32Array(64);
  /** For every place of the run, and one more, the next one (itself included) with a figure or sign, or the run's size. */
  #nextFigure = new Int32Array(0);
  /** The next one with which three letters in a row begin, or the run's size. */
  #nextThree = new Int32Array(0);
  /** The next one, not itself, that is set apart by another width; the run's size where there is none. */
  #nextWidth = new Int32Array(0);
  /** For every place of the run, and one before, the last one (itself included) with a letter and one more; 0 for none. */
  #afterLetter = new Int32Array(0);

  constructor(input: Traced, classes: Uint8Array) {
    this.#input = input;
    this.#classes = classes;
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
    if (this.#nextFigure.length <= size) {
      const room = this.letters.length + 1;
      this.#nextFigure = new Int32Array(room);
      this.#nextThree = new Int32Array(room);
      this.#nextWidth = new Int32Array(room);
      this.#afterLetter = new Int32Array(room);
    }
    let figure = size;
    let three = size;
    let width = size;
    this.#nextFigure[size] = size;
    this.#nextThree[size] = size;
    for (let index = size - 1; index >= 0; index -= 1) {
      if (!isLetter(this.letter(index))) figure = index;
      if (figure - index >= 3) three = index;
      if (index < size - 1 && this.width(index) !== this.width(index + 1)) width = index + 1;
      this.#nextWidth[index] = width;
      this.#nextFigure[index] = figure;
      this.#nextThree[index] = three;
    }
    let afterLetter = 0;
    this.#afterLetter[0] = 0;
    for (let index = 0; index < size; index += 1) {
      if (isLetter(this.letter(index))) afterLetter = index + 1;
      this.#afterLetter[index + 1] = afterLetter;
    }
    return true;
  }

  /** The letter, figure or sign at a place of the run, as a UTF-16 unit. */
  letter(index: number): number {
    return this.letters[index] ?? 0;
  }

  begin(index: number): number {
    return this.#begins[index] ?? 0;
  }

  /** From the begin of one to that of the next. */
  width(index: number): number {
    return (this.#nexts[index] ?? 0) - this.begin(index);
  }

  /** The next place whose width is another one than that of `index`. */
  nextWidth(index: number): number {
    return this.#nextWidth[index] ?? this.size;
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
    const { units } = this.#input;
    const limit = this.#limit;
    this.size = 0;
    let gapKind = 0;
    let gapWidth = 0;
    let at = first;
    for (;;) {
      const letter = this.#letterAt(at);
      if (letter === 0) break;
      let next = at + 1;
      while (next < limit && isBlank(units[next] ?? 0)) next += 1;
      let kind: number = SPACE;
      if (next < limit && SEPARATES[units[next] ?? 0] === 1) {
        kind = units[next] ?? 0;
        next += 1;
        while (next < limit && isBlank(units[next] ?? 0)) next += 1;
      }
      this.#push(letter, at, next);
      if (next >= limit || next === at + 1 || (gapKind !== 0 && kind !== gapKind)) break;
      // Blanks may part words, but "U.S. I" is not one run.
      if (gapKind !== 0 && kind !== SPACE && next - at !== gapWidth) break;
      gapKind = kind;
      gapWidth = next - at;
      at = next;
    }
  }

  #push(letter: number, begin: number, next: number): void {
    const { size } = this;
    if (size === this.letters.length) {
      const wider = <T extends Uint16Array | Int32Array>(from: T, to: T): T => {
        to.set(from);
        return to;
      };
      this.letters = wider(this.letters, new Uint16Array(2 * size));
      this.#begins = wider(this.#begins, new Int32Array(2 * size));
      this.#nexts = wider(this.#nexts, new Int32Array(2 * size));
    }
    this.letters[size] = letter;
    this.#begins[size] = begin;
    this.#nexts[size] = next;
    this.size = size + 1;
  }

  /** The letter, figure or sign that stands alone at a place; 0 where none does. */
  #letterAt(at: number): number {
    if (at >= this.#limit) return 0;
    const unit = this.#input.unit(at);
    const kind = this.#classes[at];
    const twin = kind === CLASS.letter ? this.#input.twin(at) : 0;
    const letter = twin > 1 ? twin : unit;
    if (!isLetter(letter) && kind !== CLASS.digit && letter !== AT && letter !== DOLLAR && letter !== EXCLAMATION)
      return 0;
    if (at + 1 >= this.#limit) return letter;
    const after = this.#input.unit(at + 1);
    if (isBlank(after) || SEPARATES[after] === 1) return letter;
    const afterKind = this.#classes[at + 1];
    const ends = afterKind === CLASS.other || (afterKind === CLASS.sign && after !== AT && after !== DOLLAR);
    return ends && after !== APOSTROPHE ? letter : 0;
  }
}

function isBlank(unit: number): boolean {
  return unit === SPACE || unit === LINE;
}

function isLetter(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a;
}
