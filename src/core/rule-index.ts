import { matchSequence, type Sequence } from './rule-phrases.js';
import { stemOf, type Token } from './rule-tokens.js';

/** A place where a rule found something, in UTF-16 units of the normalised text and in words. */
export type Place = {
  readonly begin: number;
  readonly end: number;
  /** Index of its first word, and of the first behind it. */
  readonly from: number;
  readonly to: number;
};

type Entry = { readonly group: number; readonly sequence: Sequence };

/**
 * All phrases of all rules, found in one pass over the words: every word is looked up once by its form and once by its stem,
 * and only phrases that begin with it are tried.
 */
export class PhraseIndex {
  readonly #byForm = new Map<string, Entry[]>();
  readonly #byStem = new Map<string, Entry[]>();
  #groups = 0;

  /** @returns the number under which places of these phrases are found. */
  add(sequences: readonly Sequence[]): number {
    const group = this.#groups;
    this.#groups += 1;
    for (const sequence of sequences) {
      const forms = new Set<string>();
      const stems = new Set<string>();
      collectBeginnings(sequence, forms, stems);
      for (const form of forms) file(this.#byForm, form, { group, sequence });
      for (const stem of stems) file(this.#byStem, stem, { group, sequence });
    }
    return group;
  }

  /** Places by number of group, in order of the text; of those that begin at one word the longest. */
  find(tokens: readonly Token[]): ReadonlyMap<number, readonly Place[]> {
    const found = new Map<number, Place[]>();
    for (const [at, token] of tokens.entries()) {
      const tried = new Set<Entry>();
      const readings = token.joined === null ? token.forms : [...token.forms, token.joined];
      for (const form of readings) {
        for (const entries of [
          this.#byForm.get(form),
          this.#byStem.size > 0 ? this.#byStem.get(stemOf(form)) : undefined,
        ]) {
          for (const entry of entries ?? []) {
            if (tried.has(entry)) continue;
            tried.add(entry);
            const to = matchSequence(entry.sequence, tokens, at);
            if (to > at) keep(found, entry.group, placeOf(tokens, at, to));
          }
        }
      }
    }
    return found;
  }
}

function placeOf(tokens: readonly Token[], from: number, to: number): Place {
  return { begin: tokens[from]?.begin ?? 0, end: tokens[to - 1]?.end ?? 0, from, to };
}

function keep(found: Map<number, Place[]>, group: number, place: Place): void {
  const places = found.get(group);
  if (places === undefined) {
    found.set(group, [place]);
    return;
  }
  const last = places.at(-1);
  if (last !== undefined && last.from === place.from) {
    if (place.to > last.to) places[places.length - 1] = place;
  } else places.push(place);
}

function collectBeginnings(sequence: Sequence, forms: Set<string>, stems: Set<string>): void {
  const [first] = sequence;
  if (first?.kind !== 'words') return;
  for (const form of first.forms) forms.add(form);
  for (const stem of first.stems) stems.add(stem);
  for (const longer of first.longer) collectBeginnings(longer, forms, stems);
}

function file(index: Map<string, Entry[]>, key: string, entry: Entry): void {
  const entries = index.get(key);
  if (entries === undefined) index.set(key, [entry]);
  else entries.push(entry);
}
