import type { Stretch } from './spans.js';

/** What was undone to read a text as it is meant. */
export type TransformationKind =
  /** Zero-width and bidi characters, soft hyphens and controls were left out. */
  | 'invisible'
  /** Marks stacked on a letter were left out; where rules look for words, accents too. */
  | 'marks'
  /** Full-width, mathematical, circled and similar letters were read as plain ones. */
  | 'letter-forms'
  /** Letters of another script, or I and l for each other, were read as the Latin ones that they are drawn like. */
  | 'look-alikes'
  /** Digits and signs were read as letters. */
  | 'digits-as-letters'
  /** Words of a mention or a hashtag were set apart. */
  | 'run-together'
  /** Letters set apart were closed up to words. */
  | 'spaced'
  /** Letters repeated more than twice were cut. */
  | 'repeated'
  /** Letters covered by the writer were filled in. */
  | 'masked'
  /** HTML entities and tags, and Markdown's stars inside a word, were read or left out. */
  | 'markup'
  /** A web or mail address stands as one word. */
  | 'link'
  /** A picture stands as words. */
  | 'emoji';

export type Transformation = Stretch & { readonly kind: TransformationKind };

/** For the second unit of a letter that takes two, in `twins`. */
export const SECOND_HALF = 1;

const CHUNK = 4096;
/** Fewer units are copied one by one sooner than all at once. */
const FEW = 200;
/** As many letters V8 puts together without a look at what they are made of. */
const SHORT = 12;
/** From so many units on a decoder makes a text in a quarter of the time, and one that is read letter by letter sooner. */
const LONG = 64;
const DECODER = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });

/** The text of UTF-16 units. */
export function fromUnits(units: Uint8Array | Uint16Array, begin: number, end: number): string {
  let text = '';
  if (end - begin <= SHORT) {
    for (let at = begin; at < end; at += 1) text += String.fromCharCode(units[at] ?? 0);
    return text;
  }
  if (end - begin >= LONG && units instanceof Uint16Array) {
    try {
      return DECODER.decode(units.subarray(begin, end));
    } catch {
      // Half of a pair stands alone, which the decoder refuses.
    }
  }
  for (let at = begin; at < end; at += CHUNK) {
    // `apply` takes typed arrays as they are; spreading one goes through an iterator and is ten times slower.
    const chunk = units.subarray(at, Math.min(at + CHUNK, end));
    text += String.fromCharCode.apply(null, chunk as unknown as number[]);
  }
  return text;
}

/**
 * A text under way: its UTF-16 units, and for every unit the stretch of the original that it stands for. Stretches never
 * are empty, and neither their begins nor their ends ever go back.
 */
export class Traced {
  units: Uint16Array;
  begins: Int32Array;
  ends: Int32Array;
  /** For a letter of another script the Latin letter that it is drawn like; 0 for every other unit. */
  twins: Uint16Array;
  length = 0;

  /** @param expected about how many units there will be; more are no error. */
  constructor(expected: number) {
    const room = expected + 64;
    this.units = new Uint16Array(room);
    this.begins = new Int32Array(room);
    this.ends = new Int32Array(room);
    this.twins = new Uint16Array(room);
  }

  push(unit: number, begin: number, end: number, twin = 0): void {
    if (this.length === this.units.length) this.#grow();
    this.units[this.length] = unit;
    this.begins[this.length] = begin;
    this.ends[this.length] = end;
    this.twins[this.length] = twin;
    this.length += 1;
  }

  /** Pushes a whole text that stands for one stretch. */
  pushText(text: string, begin: number, end: number): void {
    for (let index = 0; index < text.length; index += 1) this.push(text.charCodeAt(index), begin, end);
  }

  /** Pushes units of another text with all that they stand for. */
  pushFrom(other: Traced, begin: number, end: number): void {
    while (this.length + end - begin > this.units.length) this.#grow();
    if (end - begin < FEW) {
      const { units, begins, ends, twins } = this;
      const moved = this.length - begin;
      for (let at = begin; at < end; at += 1) {
        units[at + moved] = other.units[at] ?? 0;
        begins[at + moved] = other.begins[at] ?? 0;
        ends[at + moved] = other.ends[at] ?? 0;
        twins[at + moved] = other.twins[at] ?? 0;
      }
    } else {
      this.units.set(other.units.subarray(begin, end), this.length);
      this.begins.set(other.begins.subarray(begin, end), this.length);
      this.ends.set(other.ends.subarray(begin, end), this.length);
      this.twins.set(other.twins.subarray(begin, end), this.length);
    }
    this.length += end - begin;
  }

  unit(at: number): number {
    return at >= 0 && at < this.length ? (this.units[at] ?? 0) : 0;
  }

  begin(at: number): number {
    return this.begins[at] ?? 0;
  }

  end(at: number): number {
    return this.ends[at] ?? 0;
  }

  twin(at: number): number {
    return this.twins[at] ?? 0;
  }

  /** Leaves out the blanks that it ends with. */
  dropBlanks(): void {
    while (this.length > 0 && (this.units[this.length - 1] === 0x20 || this.units[this.length - 1] === 0x0a))
      this.length -= 1;
  }

  text(begin = 0, end = this.length): string {
    return fromUnits(this.units, begin, Math.min(end, this.length));
  }

  #grow(): void {
    const wider = <T extends Uint16Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const room = this.units.length * 2;
    this.units = wider(this.units, new Uint16Array(room));
    this.begins = wider(this.begins, new Int32Array(room));
    this.ends = wider(this.ends, new Int32Array(room));
    this.twins = wider(this.twins, new Uint16Array(room));
  }
}

/** Texts that were given back, to be filled again: to make room anew for each pass takes longer than many passes do. */
const spares: Traced[] = [];
const MOST_SPARES = 3;
/** What takes more room is rare, and not worth holding on to. */
const LARGEST_SPARE = 1 << 17;

/** An empty text, with room that another had where there is such. @param expected about how many units there will be. */
export function borrow(expected: number): Traced {
  const spare = spares.pop();
  if (spare === undefined || spare.units.length < expected) return new Traced(expected);
  spare.length = 0;
  return spare;
}

/** Takes back a text that nobody looks at any longer. */
export function giveBack(traced: Traced): void {
  if (spares.length < MOST_SPARES && traced.units.length <= LARGEST_SPARE) spares.push(traced);
}

type Entry = { readonly kind: TransformationKind; readonly begin: number; end: number };

/** Gathers transformations; neighbours of one kind become one. */
export class Log {
  readonly #entries: Entry[] = [];
  #last: Entry | null = null;

  add(kind: TransformationKind, begin: number, end: number): void {
    const last = this.#last;
    if (last !== null && last.kind === kind && begin <= last.end && begin >= last.begin) {
      last.end = Math.max(last.end, end);
    } else {
      this.#last = { kind, begin, end };
      this.#entries.push(this.#last);
    }
  }

  /** In the order in which they stand in the original. */
  inOrder(): readonly Transformation[] {
    return this.#entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  }
}
