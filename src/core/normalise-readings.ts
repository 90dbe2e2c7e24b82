import { type FigureHabit, readFigures } from './normalise-figures.js';
import { shorten } from './normalise-spelling.js';

/**
 * How the words of one text are read that have figures, or letters repeated: each found out once, since most texts that have
 * many of them say some again, and later passes meet them all.
 */
export class Readings {
  readonly #drawsOut: boolean;
  #habit: FigureHabit = 'figures';
  #figures = new Map<string, string | null>();
  readonly #shortened = new Map<string, string | null>();

  /** @param drawsOut the writer draws words out to hide them. */
  constructor(drawsOut: boolean) {
    this.#drawsOut = drawsOut;
  }

  /** How the writer uses figures, as far as is known. */
  get habit(): FigureHabit {
    return this.#habit;
  }

  set habit(habit: FigureHabit) {
    if (habit !== this.#habit) this.#figures = new Map();
    this.#habit = habit;
  }

  /**
   * A word with figures or signs in letters; null where it stays as it is.
   *
   * @param units hold the word at `begin` to `end`: to go through them takes less time than through a string.
   */
  inFigures(word: string, units: Uint16Array, begin: number, end: number): string | null {
    let reading = this.#figures.get(word);
    if (reading === undefined) {
      reading = readFigures(units, begin, end, this.#habit);
      this.#figures.set(word, reading);
    }
    return reading;
  }

  /** A word with its repeated letters cut; null where it stays as it is. */
  shortened(word: string): string | null {
    let short = this.#shortened.get(word);
    if (short === undefined) {
      short = shorten(word, this.#drawsOut);
      this.#shortened.set(word, short);
    }
    return short;
  }
}
