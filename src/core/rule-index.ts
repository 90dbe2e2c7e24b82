import { PhraseAutomaton } from './rule-automaton.js';
import { longestMatch, matchSequence, type Sequence } from './rule-phrases.js';
import type { Token } from './rule-tokens.js';

/** A place where a rule found something, in UTF-16 units of the normalised text and in words. */
export type Place = {
  readonly begin: number;
  readonly end: number;
  /** Index of its first word, and of the first behind it. */
  readonly from: number;
  readonly to: number;
};

type Phrase = { readonly group: number; readonly sequence: Sequence; readonly longest: number };

/** Turns of texts and the steps that they leave open; about 100 bytes each. */
const MOST_REMEMBERED = 400_000;
/** About 300 bytes each. */
const MOST_WAYS = 1_000_000;

/** All phrases of all rules, found in one pass over the words. */
export class PhraseIndex {
  readonly #automaton: PhraseAutomaton;
  readonly #phrases: Phrase[] = [];
  #groups = 0;

  /** @param limits of what is remembered from one text for the next */
  constructor(limits: { readonly mostRemembered?: number } = {}) {
    this.#automaton = new PhraseAutomaton(limits.mostRemembered ?? MOST_REMEMBERED);
  }

  /** Phrases that use large sets again and again hold more than can be kept; those that did not fit were left out. */
  get isFull(): boolean {
    return this.#automaton.ways > MOST_WAYS;
  }

  /** @returns the number under which places of these phrases are found. */
  add(sequences: readonly Sequence[]): number {
    const group = this.#groups;
    this.#groups += 1;
    for (const sequence of sequences) {
      if (this.isFull) break;
      this.#automaton.add(this.#phrases.length, sequence);
      this.#phrases.push({ group, sequence, longest: longestMatch(sequence) });
    }
    return group;
  }

  /** Places by number of group, in order of the text; of those that begin at one word the longest. */
  find(tokens: readonly Token[]): ReadonlyMap<number, readonly Place[]> {
    const found = new Map<number, Map<number, number>>();
    /** By phrase, the first word at which it was not tried yet: it is tried at no word twice. */
    const tried = new Map<number, number>();
    this.#automaton.run(tokens, (number, last) => {
      const phrase = this.#phrases[number];
      if (phrase === undefined) return;
      const { group, sequence, longest } = phrase;
      const first = Math.max(tried.get(number) ?? 0, last + 1 - longest);
      tried.set(number, last + 1);
      for (let at = first; at <= last; at += 1) {
        const to = matchSequence(sequence, tokens, at);
        if (to > at) keep(found, group, at, to);
      }
    });
    return new Map([...found].map(([group, places]) => [group, inOrder(places, tokens)]));
  }
}

function keep(found: Map<number, Map<number, number>>, group: number, from: number, to: number): void {
  let places = found.get(group);
  if (places === undefined) {
    places = new Map();
    found.set(group, places);
  }
  if (to > (places.get(from) ?? 0)) places.set(from, to);
}

function inOrder(places: ReadonlyMap<number, number>, tokens: readonly Token[]): readonly Place[] {
  return [...places]
    .sort(([a], [b]) => a - b)
    .map(([from, to]) => ({ begin: tokens[from]?.begin ?? 0, end: tokens[to - 1]?.end ?? 0, from, to }));
}
