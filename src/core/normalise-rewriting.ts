import { borrow, type Traced } from './normalise-traced.js';
import { isBlank } from './normalise-units.js';
import { Unsettled } from './normalise-unsettled.js';
import type { Stretch } from './spans.js';

const SPACE = 0x20;

/**
 * What a pass makes of a text, from its beginning to its end. Most of a text stays as it is and is copied in few pieces; what
 * stays as long is changed where it stands, so that a pass that does nothing else copies nothing.
 */
export class Rewriting {
  readonly #in: Traced;
  /** What is written so far; most texts are as they are meant, and need none. */
  #output: Traced | null = null;
  /** From here on what was read is not written yet. */
  #kept = 0;
  /** From here on what was read was left alone. */
  #untouched = 0;
  #changed = false;
  readonly #unsettled: Unsettled;

  /** @param classes of the input's units. */
  constructor(input: Traced, classes: Uint8Array) {
    this.#in = input;
    this.#unsettled = new Unsettled(input, classes);
  }

  /** How many units are written. */
  get length(): number {
    return this.#output?.length ?? 0;
  }

  /** Leaves out blanks that nothing stands before. @returns false where something does. */
  dropFirst(begin: number, end: number): boolean {
    if (this.#kept !== begin || this.length > 0) return false;
    this.#skip(end);
    return true;
  }

  /** Writes one unit that stands for the units from `begin` to `end` of the input. */
  put(unit: number, begin: number, end: number): void {
    if (end === begin + 1) {
      this.#change(unit, begin);
      return;
    }
    this.keep(begin);
    this.#push(unit, begin, end);
    this.#skip(end);
  }

  /** Writes a text that stands for the units from `begin` to `end` of the input. */
  putText(text: string, begin: number, end: number): void {
    this.keep(begin);
    this.#out.pushText(text, this.#in.begin(begin), this.#in.end(end - 1));
    this.#skip(end);
  }

  /** Writes a blank for what is from `begin` to `end`, or behind the unit before it where that is nothing. */
  gap(begin: number, end: number): void {
    if (end > begin) {
      this.put(SPACE, begin, end);
      return;
    }
    this.keep(begin);
    this.#push(SPACE, begin - 1, begin);
  }

  /** Writes what was kept before `end`. */
  keep(end: number): void {
    this.#leave(end);
    if (end > this.#kept) this.#out.pushFrom(this.#in, this.#kept, end);
    this.#skip(end);
  }

  /** The text that was made: the one that was read where nothing moved. */
  finish(): { readonly traced: Traced; readonly changed: boolean; readonly unsettled: readonly Stretch[] } {
    const { length } = this.#in;
    let traced = this.#in;
    if (this.#kept === 0 && !isBlank(traced.unit(length - 1))) this.#leave(length);
    else {
      this.keep(length);
      traced = this.#out;
      if (isBlank(traced.unit(traced.length - 1))) traced.length -= 1;
    }
    const changed = this.#changed || traced !== this.#in;
    return { traced, changed, unsettled: this.#unsettled.finish(traced.length) };
  }

  get #out(): Traced {
    this.#output ??= borrow(this.#in.length);
    return this.#output;
  }

  #change(unit: number, at: number): void {
    const { units, twins } = this.#in;
    if (units[at] === unit) return;
    this.#leave(at);
    units[at] = unit;
    twins[at] = 0;
    this.#untouched = at + 1;
    this.#changed = true;
  }

  #push(unit: number, begin: number, end: number): void {
    this.#out.push(unit, this.#in.begin(begin), this.#in.end(end - 1));
  }

  /** Takes what is before `end` for written, or for left out. */
  #skip(end: number): void {
    this.#kept = end;
    this.#untouched = end;
  }

  #leave(end: number): void {
    if (end > this.#untouched) this.#unsettled.leave(this.#untouched, end, this.length - this.#kept);
  }
}
