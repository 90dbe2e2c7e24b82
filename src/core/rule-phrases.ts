import { normalise } from './normalise.js';
import { isWord } from './normalise-vocabulary.js';
import { closest } from './rule-faults.js';
import { lettersOfAnd, WITH_AND } from './rule-initials.js';
import { SPECIAL_TOKENS, stemOf, type Token, wordsOfPhrase } from './rule-tokens.js';

/** One place of a phrase: one way out of several, or a gap of any words. */
export type Element =
  | {
      readonly kind: 'words';
      readonly forms: ReadonlySet<string>;
      readonly stems: ReadonlySet<string>;
      /** Ways of more than one word. */
      readonly longer: readonly Sequence[];
      /** It may be missing. */
      readonly optional: boolean;
    }
  | { readonly kind: 'gap'; readonly least: number; readonly most: number };

export type Sequence = readonly Element[];

/** The named sets that phrases may use, as they were written. */
export type Sets = ReadonlyMap<string, readonly string[]>;

/** A phrase that cannot be used; the message says why, for the person who wrote it. */
export class PhraseError extends Error {}

/** Said of a phrase or pattern with nothing on one side of a `|`. */
export const EMPTY_ALTERNATIVE =
  'has an empty alternative; where all of it may be missing, write ? behind the brackets, as in (this|that)?';

/** `...` in a phrase: up to so many words of any kind. */
const WIDEST_GAP = 3;
const DEEPEST_SET = 5;
/** `R & B` as `R&B`. */
const AND_WITH_BLANKS = new RegExp(WITH_AND, 'gu');
/** Of a longer row of emoji a phrase passes over all, or over no more words than these. */
const MOST_PASSED_SINGLY = 12;

/** Reads phrases; sets that were read once are kept. */
export class PhraseReader {
  readonly #sets: Sets;
  readonly #read = new Map<string, Element>();
  readonly #meanings = new Map<string, readonly string[]>();

  constructor(sets: Sets) {
    this.#sets = sets;
  }

  /**
   * Reads a phrase: words with blanks between them; `(a|b c)` one of several; `word?` and `(a|b)?` may be missing; `word~`
   * every form with the same stem; `{name}` one of a set; `*` any word; `...` up to three words.
   *
   * @returns what it means, each beginning with a word that must be there.
   * @throws PhraseError
   */
  read(phrase: string, depth = 0): readonly Sequence[] {
    const parser = new Parser(
      phrase,
      (name) => this.#set(name, depth + 1),
      (written) => this.#meaning(written),
    );
    let rest = parser.whole();
    const beginnings: Sequence[] = [];
    for (;;) {
      const [first, ...others] = rest;
      if (first === undefined) {
        throw new PhraseError(
          `${JSON.stringify(phrase)} may be empty: ? says that what stands before it may be missing`,
        );
      }
      if (beginsWithGap(first)) throw new PhraseError(`${JSON.stringify(phrase)} must begin with a word`);
      if (first.kind === 'gap' || !first.optional) return [...beginnings, rest];
      beginnings.push([{ ...first, optional: false }, ...others]);
      rest = others;
    }
  }

  /** The words that something written without a blank is read as; phrases use the same ones over and over. */
  #meaning(written: string): readonly string[] {
    let meaning = this.#meanings.get(written);
    if (meaning === undefined) {
      // A word of the normaliser's own vocabulary reads as itself, and most are.
      const text = /^[a-z]+$/.test(written) && isWord(written) ? written : normalise(written).text;
      meaning = wordsOfPhrase(text);
      this.#meanings.set(written, meaning);
    }
    return meaning;
  }

  #set(name: string, depth: number): Element {
    if (isSpecial(name)) return words([SPECIAL_TOKENS[name]], []);
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const members = this.#sets.get(name);
    if (members === undefined) {
      const close = closest(name, [...this.#sets.keys(), ...Object.keys(SPECIAL_TOKENS)]);
      throw new PhraseError(`there is no set {${name}}${close === undefined ? '' : `; did you mean {${close}}?`}`);
    }
    if (depth > DEEPEST_SET) throw new PhraseError(`the set {${name}} holds itself, or sets within sets too deep`);
    const element = merged(members.flatMap((member) => this.read(member, depth)));
    this.#read.set(name, element);
    return element;
  }
}

function isSpecial(name: string): name is keyof typeof SPECIAL_TOKENS {
  return Object.hasOwn(SPECIAL_TOKENS, name);
}

function words(forms: readonly string[], stems: readonly string[]): Element {
  return { kind: 'words', forms: new Set(forms), stems: new Set(stems), longer: [], optional: false };
}

/** A word, or the letters that `&` makes one of: also side by side. */
function named(word: string): Element {
  const letters = lettersOfAnd(word);
  const whole = words([word], []);
  return letters === null ? whole : merged([[whole], letters.map((letter) => words([letter], []))]);
}

function beginsWithGap(element: Element): boolean {
  if (element.kind === 'gap') return true;
  return element.longer.some(([first]) => first !== undefined && beginsWithGap(first));
}

/** Several ways of saying one thing as one element. */
function merged(ways: readonly Sequence[]): Element {
  const forms = new Set<string>();
  const stems = new Set<string>();
  const longer: Sequence[] = [];
  for (const way of ways) {
    const [only] = way;
    if (way.length === 1 && only?.kind === 'words' && !only.optional) {
      for (const form of only.forms) forms.add(form);
      for (const stem of only.stems) stems.add(stem);
      longer.push(...only.longer);
    } else longer.push(way);
  }
  return { kind: 'words', forms, stems, longer, optional: false };
}

class Parser {
  readonly #phrase: string;
  readonly #signs: readonly string[];
  readonly #set: (name: string) => Element;
  readonly #meaning: (written: string) => readonly string[];
  #at = 0;

  constructor(phrase: string, set: (name: string) => Element, meaning: (written: string) => readonly string[]) {
    this.#phrase = phrase;
    this.#meaning = meaning;
    const joined = phrase.replace(AND_WITH_BLANKS, (name) => name.replaceAll(' ', ''));
    this.#signs = joined.match(/\.{3}|[(){}|?*~]|[^\s(){}|?*~]+/g) ?? [];
    this.#set = set;
  }

  whole(): Sequence {
    const sequence = this.#sequence();
    const sign = this.#signs[this.#at];
    if (sign === '|') throw this.#fault('has a | outside brackets; write (this|that) for one of several');
    if (sign !== undefined) throw this.#fault(`has a ${sign} too many`);
    return sequence;
  }

  #sequence(): Sequence {
    const sequence: Element[] = [];
    while (this.#at < this.#signs.length && this.#signs[this.#at] !== '|' && this.#signs[this.#at] !== ')') {
      const unit = this.#unit();
      if (this.#signs[this.#at] === '?') {
        this.#at += 1;
        sequence.push({ ...merged([unit]), optional: true } as Element);
      } else sequence.push(...unit);
    }
    return sequence;
  }

  #unit(): Sequence {
    const sign = this.#signs[this.#at] ?? '';
    this.#at += 1;
    if (sign === '...') return [{ kind: 'gap', least: 0, most: WIDEST_GAP }];
    if (sign === '*') return [{ kind: 'gap', least: 1, most: 1 }];
    if (sign === '(') return [this.#group()];
    if (sign === '{') return [this.#named()];
    if (/^[){}|?~]$/.test(sign)) throw this.#fault(`has a ${sign} where a word should be`);
    return this.#word(sign);
  }

  #group(): Element {
    const ways: Sequence[] = [];
    for (;;) {
      const way = this.#sequence();
      if (way.every((element) => element.kind === 'words' && element.optional)) {
        throw this.#fault(EMPTY_ALTERNATIVE);
      }
      ways.push(way);
      const sign = this.#signs[this.#at];
      this.#at += 1;
      if (sign === ')') return merged(ways);
      if (sign !== '|') throw this.#fault('has a ( without its )');
    }
  }

  #named(): Element {
    const name = this.#signs[this.#at] ?? '';
    if (this.#signs[this.#at + 1] !== '}') throw this.#fault('has a { without its }');
    this.#at += 2;
    return this.#set(name);
  }

  #word(written: string): Sequence {
    const parts = this.#meaning(written);
    const [first] = parts;
    if (first === undefined) throw this.#fault(`holds ${JSON.stringify(written)}, which reads as nothing`);
    if (this.#signs[this.#at] !== '~') return parts.map(named);
    this.#at += 1;
    if (parts.length > 1) throw this.#fault(`holds ${JSON.stringify(written)}~, which is more than one word`);
    return [words([], [stemOf(first)])];
  }

  #fault(detail: string): PhraseError {
    return new PhraseError(`${JSON.stringify(this.#phrase)} ${detail}`);
  }
}

/**
 * Tries a sequence at a word.
 *
 * @returns the index of the first word behind it, or -1. Words of one stretch only; of several ways the first that fits.
 */
export function matchSequence(sequence: Sequence, tokens: readonly Token[], at: number): number {
  return endsOf(sequence, tokens, at, tokens[at]?.stretch ?? -1)[0] ?? -1;
}

/** Whether some way of a sequence takes all of these words. */
export function matchesAll(sequence: Sequence, tokens: readonly Token[]): boolean {
  return endsOf(sequence, tokens, 0, tokens[0]?.stretch ?? -1).includes(tokens.length);
}

/**
 * Every word that may stand first behind the sequence, by way: what comes first is what the first ways that fit give. All ways go
 * on side by side, each place once, so that ways within ways take no more time than there are words for them.
 */
function endsOf(sequence: Sequence, tokens: readonly Token[], at: number, stretch: number): readonly number[] {
  let places: readonly number[] = [at];
  for (const element of sequence) {
    const next: number[] = [];
    for (const place of places) advance(element, tokens, place, stretch, next);
    if (next.length === 0) return next;
    places = next;
  }
  return places;
}

/** Adds the words behind one element to `next`, where they are not there yet. */
function advance(element: Element, tokens: readonly Token[], at: number, stretch: number, next: number[]): void {
  const add = (to: number) => {
    if (!next.includes(to)) next.push(to);
  };
  /** A word takes along what decorates it, so that the next one may stand behind; or may itself be an emoji's name. */
  const addBehind = (to: number) => {
    add(to);
    const most = tokens[to]?.stretch === stretch ? (tokens[to]?.decoration ?? 0) : 0;
    for (let passed = 1; passed <= most; passed += 1) {
      if (tokens[to + passed]?.isWithinEmoji !== true) add(to + passed);
      if (passed === MOST_PASSED_SINGLY) passed = Math.max(passed, most - 1);
    }
  };
  if (element.kind === 'gap') {
    for (let skipped = 0; skipped <= element.most; skipped += 1) {
      if (skipped > 0 && tokens[at + skipped - 1]?.stretch !== stretch) return;
      if (skipped >= element.least) addBehind(at + skipped);
    }
    return;
  }
  const token = tokens[at];
  if (token !== undefined && token.stretch === stretch) {
    for (const longer of element.longer) {
      for (const to of endsOf(longer, tokens, at, stretch)) if (to > at) add(to);
    }
    if (token.forms.some((form) => hasWord(element, form))) addBehind(at + 1);
    if (token.joined !== null && hasWord(element, token.joined)) addBehind(at + 2);
  }
  if (element.optional) add(at);
}

function hasWord(element: Extract<Element, { kind: 'words' }>, form: string): boolean {
  return element.forms.has(form) || (element.stems.size > 0 && element.stems.has(stemOf(form)));
}

/** The most words that a match of a sequence can have; two that are joined may stand for one. */
export function longestMatch(sequence: Sequence): number {
  return sequence.reduce((sum, element) => {
    if (element.kind === 'gap') return sum + element.most;
    return sum + element.longer.reduce((most, longer) => Math.max(most, longestMatch(longer)), 2);
  }, 0);
}
