import type { TransformationKind } from './normalise.js';
import { PhraseAutomaton } from './rule-automaton.js';
import { longestMatch, matchesAll, matchSequence, type Sequence } from './rule-phrases.js';
import { SPECIAL_TOKENS, type Token } from './rule-tokens.js';

/** A place where a rule found something, in UTF-16 units of the normalised text and in words. */
export type Place = {
  readonly begin: number;
  readonly end: number;
  /** Index of its first word, and of the first behind it. */
  readonly from: number;
  readonly to: number;
  /** What had to be undone in its words where the normaliser left it; nothing where it was not found by words. */
  readonly undone: readonly TransformationKind[];
};

type Match = {
  /** The first word behind it. */
  readonly to: number;
  /** It took the words as they stand, with no doubled letter undone. */
  readonly isAsWritten: boolean;
  /** Its words are one hashtag. */
  readonly isTag: boolean;
};
type Phrase = {
  readonly group: number;
  readonly sequence: Sequence;
  readonly longest: number;
  readonly splitsEmoji: boolean;
};

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

  /**
   * @param splitsEmoji the phrases are found although emoji stand between their words, see `markDecoration`, and may pass over some
   *   of a row and take the next one as a word; without it they pass over a whole row only.
   * @returns the number under which places of these phrases are found.
   */
  add(sequences: readonly Sequence[], splitsEmoji = true): number {
    const group = this.#groups;
    this.#groups += 1;
    for (const sequence of sequences) {
      if (this.isFull) break;
      this.#automaton.add(this.#phrases.length, sequence);
      this.#phrases.push({ group, sequence, longest: longestMatch(sequence), splitsEmoji });
    }
    return group;
  }

  /** Places by number of group, in order of the text; of those that begin at one word the longest. */
  find(tokens: readonly Token[]): ReadonlyMap<number, readonly Place[]> {
    const found = new Map<number, Map<number, Match>>();
    /** By phrase, the first word at which it was not tried yet: it is tried at no word twice. */
    const tried = new Map<number, number>();
    const isDecorated = tokens.some(({ decoration }) => decoration > 0);
    const unsplit = isDecorated ? tokens.map((token) => ({ ...token, isWithinEmoji: token.isEmoji })) : tokens;
    this.#automaton.run(tokens, (number, last) => {
      const phrase = this.#phrases[number];
      if (phrase === undefined) return;
      const { group, sequence, longest } = phrase;
      const words = phrase.splitsEmoji ? tokens : unsplit;
      const first = firstOf(longest, words, last, tried.get(number) ?? 0);
      tried.set(number, last + 1);
      for (let at = first; at <= last; at += 1) {
        const to = matchSequence(sequence, words, at);
        if (to <= at) continue;
        const isAsWritten = fitsAsWritten(sequence, words.slice(at, to));
        keep(found, group, at, { to, isAsWritten, isTag: false });
      }
    });
    this.#findTags(tokens, found);
    return new Map([...found].map(([group, places]) => [group, inOrder(places, tokens)]));
  }

  /** Phrases that are all the words of a hashtag: of one that says more, its writer may mean something else. */
  #findTags(tokens: readonly Token[], found: Map<number, Map<number, Match>>): void {
    for (let at = 0; at < tokens.length; at += 1) {
      for (const words of tokens[at]?.tags ?? []) {
        this.#automaton.run(words, (number, last) => {
          const phrase = this.#phrases[number];
          if (phrase === undefined || last < words.length - 1 || !matchesAll(phrase.sequence, words)) return;
          keep(found, phrase.group, at, { to: at + 1, isAsWritten: true, isTag: true });
        });
      }
    }
  }
}

/** The earliest word, from `least` on, of so many that end with the last; those that phrases pass over are not counted. */
function firstOf(words: number, tokens: readonly Token[], last: number, least: number): number {
  let first = last + 1;
  for (let left = words; left > 0 && first > least; ) {
    first -= 1;
    if (tokens[first]?.decoration === 0) left -= 1;
  }
  return first;
}

/** Whether a sequence that fits these words fits them with no doubled letter undone. */
function fitsAsWritten(sequence: Sequence, words: readonly Token[]): boolean {
  if (words.every(({ forms }) => forms.length === 1)) return true;
  const asWritten = words.map((word) => ({
    ...word,
    forms: word.forms.filter((form, number) => number === 0 || form === SPECIAL_TOKENS.number),
  }));
  return matchSequence(sequence, asWritten, 0) === words.length;
}

function keep(found: Map<number, Map<number, Match>>, group: number, from: number, match: Match): void {
  let places = found.get(group);
  if (places === undefined) {
    places = new Map();
    found.set(group, places);
  }
  const longest = places.get(from);
  const isBetter = longest === undefined || match.to > longest.to || (match.to === longest.to && match.isAsWritten);
  if (isBetter) places.set(from, match);
}

function inOrder(places: ReadonlyMap<number, Match>, tokens: readonly Token[]): readonly Place[] {
  return [...places]
    .sort(([a], [b]) => a - b)
    .map(([from, { to, isAsWritten, isTag }]) => {
      const undone: TransformationKind[] = tokens.slice(from, to).some((token) => token.isAccented) ? ['marks'] : [];
      if (!isAsWritten) undone.push('repeated');
      if (isTag) undone.push('run-together');
      return { begin: tokens[from]?.begin ?? 0, end: tokens[to - 1]?.end ?? 0, from, to, undone };
    });
}
