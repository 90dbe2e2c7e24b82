import type { Traced } from './normalise-traced.js';
import { CLASS } from './normalise-units.js';
import type { Stretch } from './spans.js';

/** Nothing shorter that was left alone holds a gap over which nothing reaches. */
const SHORTEST_FIRM = 3;

/**
 * The stretches of a pass's output that the next one has to read again: around every place that was changed, up to gaps over
 * which nothing reaches. All else it would read as it did before, and leave alone.
 */
export class Unsettled {
  readonly #in: Traced;
  readonly #classes: Uint8Array;
  readonly #stretches: Stretch[] = [];
  /** Where in the output the next stretch begins. */
  #begin = 0;
  /** Where in the output the last of what was left alone begins and ends. */
  #lastBegin = -1;
  #lastEnd = -1;

  /** @param classes of the input's units. */
  constructor(input: Traced, classes: Uint8Array) {
    this.#in = input;
    this.#classes = classes;
  }

  /**
   * Takes in what a pass left alone, one after another in their order.
   *
   * @param begin its place in the input, as is `end`. @param moved how much further on it stands in the output.
   */
  leave(begin: number, end: number, moved: number): void {
    if (end - begin < SHORTEST_FIRM) return;
    this.#lastBegin = begin + moved;
    this.#lastEnd = end + moved;
    const first = this.#firmGap(begin, end, 1);
    if (first < 0) return;
    if (begin + moved > 0) this.#stretches.push({ begin: this.#begin, end: first + moved });
    this.#begin = this.#firmGap(begin, end, -1) + 1 + moved;
  }

  /** @param size how many units the output has. */
  finish(size: number): readonly Stretch[] {
    const settled = this.#lastEnd === size && this.#begin > this.#lastBegin;
    if (!settled) this.#stretches.push({ begin: this.#begin, end: size });
    return this.#stretches;
  }

  /**
   * The first or the last blank of a stretch with two letters or digits right before it; -1 where there is none. No address
   * holds it, and no run of single letters, whatever follows, comes from what is before it. The one that ends a text is left out.
   */
  #firmGap(begin: number, end: number, step: 1 | -1): number {
    const last = Math.min(end, this.#in.length - 1) - 1;
    for (let at = step > 0 ? begin + 2 : last; at >= begin + 2 && at <= last; at += step)
      if (this.#classes[at] === CLASS.space && this.#isInWord(at - 1) && this.#isInWord(at - 2)) return at;
    return -1;
  }

  #isInWord(at: number): boolean {
    const kind = this.#classes[at];
    return kind === CLASS.latin || kind === CLASS.digit || kind === CLASS.letter;
  }
}
