import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { Normalised } from './normalise.js';
import { isNegated, isQuoted, type Quotations } from './rule-contexts.js';
import type { DomainTable } from './rule-domains.js';
import { allOf, anyOf, factHolds, not, type RuleFacts, type Truth } from './rule-facts.js';
import type { RulePath } from './rule-faults.js';
import type { PhraseIndex, Place } from './rule-index.js';
import { linkFinder } from './rule-links.js';
import { type Condition, isFactCondition, type Rule, type TextCondition } from './rule-list.js';
import { PhraseError, type PhraseReader, type Sequence } from './rule-phrases.js';
import type { Token } from './rule-tokens.js';

/** A comment while rules look at it. */
export type Reading = {
  readonly original: string;
  readonly normalised: Normalised;
  /** The normalised text without the line breaks that end no sentence; see `onOneLine`. */
  readonly oneLine: string;
  readonly facts: RuleFacts;
  readonly tokens: readonly Token[];
  readonly found: ReadonlyMap<number, readonly Place[]>;
  readonly quotations: Quotations;
  /** A list: what later ones say of domains counts for nothing. */
  readonly domainsUpTo?: string;
};

/** What a condition says about a comment, and where it found it; facts are found nowhere. */
export type Finding = { readonly truth: Truth; readonly places: readonly Place[] };

export type CompiledCondition = (reading: Reading) => Finding;

export type CompiledRule = {
  readonly rule: Rule;
  readonly list: string;
  readonly path: RulePath;
  /** What it looks for; places that something around them excuses do not count. */
  readonly when: CompiledCondition;
  /** Whether the comment as a whole is excused. */
  readonly excusesComment: CompiledCondition;
};

/** What the places of one text condition say. */
type Weigh = (places: readonly Place[], reading: Reading) => Finding;

const FALSE: Finding = { truth: false, places: [] };
const UNKNOWN: Finding = { truth: 'unknown', places: [] };
/** What one pattern matches. */
type Matches = {
  readonly places: readonly Place[];
  /** There may be more of them. */
  readonly isCut: boolean;
};

/** Places of one pattern, over which no more are looked for: they are marked for people, and nobody reads so many. */
const MOST_PLACES = 500;

/**
 * Puts conditions into a form that can be asked; faults go to `fault`, with the path of the entry. A text condition with a fault is
 * unknown wherever the rest of it finds nothing.
 */
export class ConditionCompiler {
  readonly #index: PhraseIndex;
  readonly #phrases: PhraseReader;
  readonly #domains: DomainTable;
  readonly #fault: (path: RulePath, detail: string) => void;
  #faults = 0;

  constructor(
    index: PhraseIndex,
    phrases: PhraseReader,
    domains: DomainTable,
    fault: (path: RulePath, detail: string) => void,
  ) {
    this.#index = index;
    this.#phrases = phrases;
    this.#domains = domains;
    this.#fault = (path, detail) => {
      this.#faults += 1;
      fault(path, detail);
    };
  }

  rule(rule: Rule, list: string, path: RulePath): CompiledRule {
    const { unless } = rule;
    const comment =
      unless?.comment === undefined ? null : this.condition(unless.comment, [...path, 'unless', 'comment']);
    return {
      rule,
      list,
      path,
      when: this.condition(rule.when, [...path, 'when'], this.#unexcused(unless, [...path, 'unless'])),
      excusesComment: comment ?? (() => FALSE),
    };
  }

  /** Counts the places that nothing around them excuses; unknown where what would excuse them cannot be read. */
  #unexcused(unless: Rule['unless'], path: RulePath): Weigh {
    const faultsBefore = this.#faults;
    const sentence =
      unless?.sentence === undefined ? null : this.#text(unless.sentence, [...path, 'sentence'], finding, false);
    const isUnread = this.#faults > faultsBefore;
    return (places, reading) => {
      const { tokens, normalised, quotations } = reading;
      const sentenceOf = ({ from }: Place) => tokens[from]?.sentence;
      const excused = new Set(places.length === 0 ? [] : sentence?.(reading).places.map(sentenceOf));
      const open = places.filter(
        (place) =>
          !excused.has(sentenceOf(place)) &&
          !(unless?.quoted === true && isQuoted(place, quotations)) &&
          !(unless?.negated === true && isNegated(place, tokens, normalised.text)),
      );
      return open.length > 0 && isUnread ? UNKNOWN : finding(open);
    };
  }

  /** @param weigh applied to each text condition before any are combined: only so does a part say by itself whether it holds */
  condition(condition: Condition, path: RulePath, weigh: Weigh = finding): CompiledCondition {
    if ('all' in condition) return this.#combined(condition.all, [...path, 'all'], allOf, weigh);
    if ('any' in condition) return this.#combined(condition.any, [...path, 'any'], anyOf, weigh);
    if ('not' in condition) {
      // What a rule must not find is there, excused or not.
      const part = this.condition(condition.not, [...path, 'not']);
      return (reading) => ({ truth: not(part(reading).truth), places: [] });
    }
    if (isFactCondition(condition))
      return ({ original, facts }) => ({ truth: factHolds(condition, original, facts), places: [] });
    return this.#text(condition as TextCondition, path, weigh);
  }

  #combined(
    conditions: readonly Condition[],
    path: RulePath,
    combine: (parts: readonly Truth[]) => Truth,
    weigh: Weigh,
  ): CompiledCondition {
    const parts = conditions.map((condition, index) => this.condition(condition, [...path, index], weigh));
    return (reading) => {
      const findings = parts.map((part) => part(reading));
      const truth = combine(findings.map((finding) => finding.truth));
      return { truth, places: truth === false ? [] : findings.flatMap(({ places }) => places) };
    };
  }

  /** @param splitsEmoji not what excuses: `pussy 💦🐱` is no pussy cat. */
  #text(condition: TextCondition, path: RulePath, weigh: Weigh = finding, splitsEmoji = true): CompiledCondition {
    const faultsBefore = this.#faults;
    const sequences = [
      ...this.#sequences(condition.words, [...path, 'words'], (word) => word),
      ...this.#sequences(condition.phrases, [...path, 'phrases'], (phrase) => phrase),
      ...this.#sequences(condition.stems, [...path, 'stems'], (stem) => `${stem}~`),
    ];
    const parts: ((reading: Reading) => readonly Place[])[] = [];
    const patterns: ((reading: Reading) => Matches)[] = [];
    if (sequences.length > 0) {
      const group = this.#index.add(sequences, splitsEmoji);
      parts.push(({ found }) => found.get(group) ?? []);
    }
    for (const [index, near] of (condition.near ?? []).entries()) {
      const first = this.#index.add(this.#sequences(near.first, [...path, 'near', index, 'first'], (entry) => entry));
      const second = this.#index.add(
        this.#sequences(near.second, [...path, 'near', index, 'second'], (entry) => entry),
      );
      parts.push((reading) => pairs(reading, first, second, near.within, near.ordered));
    }
    for (const [index, pattern] of (condition.pattern ?? []).entries()) {
      patterns.push(this.#pattern(pattern, [...path, 'pattern', index]));
    }
    if (condition.links !== undefined) {
      const find = linkFinder(condition.links, this.#domains);
      parts.push(({ normalised, tokens, domainsUpTo }) =>
        find(normalised, domainsUpTo).map(({ begin, end }) => placeOf(tokens, begin, end)),
      );
    }
    const unread: Truth = this.#faults > faultsBefore ? 'unknown' : false;
    return (reading) => {
      const matches = patterns.map((pattern) => pattern(reading));
      const found = [...parts.flatMap((part) => part(reading)), ...matches.flatMap((each) => each.places)];
      const { truth, places } = weigh(found, reading);
      // All that were looked at may be excused, and the next one not.
      const unseen: Truth = matches.some(({ isCut }) => isCut) ? 'unknown' : false;
      return { truth: anyOf([truth, unread, unseen]), places };
    };
  }

  #sequences(
    entries: readonly string[] | undefined,
    path: RulePath,
    phraseOf: (entry: string) => string,
  ): readonly Sequence[] {
    return (entries ?? []).flatMap((entry, index) => {
      try {
        return this.#phrases.read(phraseOf(entry));
      } catch (error) {
        if (!(error instanceof PhraseError)) throw error;
        this.#fault([...path, index], error.message);
        return [];
      }
    });
  }

  #pattern(source: string, path: RulePath): (reading: Reading) => Matches {
    const pattern = compilePattern(source);
    if (typeof pattern === 'string' || pattern.test('')) {
      const what = typeof pattern === 'string' ? `is no pattern of RE2: ${pattern}` : 'matches every comment';
      this.#fault(path, `${JSON.stringify(source)} ${what}`);
      return () => ({ places: [], isCut: false });
    }
    return ({ normalised, oneLine, tokens }) => {
      const places: Place[] = [];
      // A pattern may ask for the beginning of a line as well as for a blank where somebody broke one.
      for (const text of new Set([normalised.text, oneLine])) {
        if (!pattern.test(text)) continue;
        const matcher = pattern.matcher(text);
        while (places.length < MOST_PLACES && matcher.find()) {
          // What stands in brackets is the place, the rest of the pattern only what is around it.
          const group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
          places.push(placeOf(tokens, matcher.start(group), matcher.end(group)));
        }
      }
      return { places, isCut: places.length >= MOST_PLACES };
    };
  }
}

/** A pattern that can be asked, or why it is none, in RE2's words. */
function compilePattern(source: string): RE2JS | string {
  try {
    return RE2JS.compile(source, RE2JS.MULTILINE);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) return 'it is too large';
    return error.message.replace(/^error parsing regexp: /, '');
  }
}

function finding(places: readonly Place[]): Finding {
  return { truth: places.length > 0, places };
}

/** A place of a stretch of the text, with the words that it touches. */
function placeOf(tokens: readonly Token[], begin: number, end: number): Place {
  let from = 0;
  for (let beyond = tokens.length; from < beyond; ) {
    const middle = (from + beyond) >> 1;
    if ((tokens[middle]?.end ?? 0) > begin) beyond = middle;
    else from = middle + 1;
  }
  let to = from;
  while (to < tokens.length && (tokens[to]?.begin ?? end) < end) to += 1;
  return { begin, end, from, to, undone: [] };
}

/** Pairs of two ideas with at most `within` words between their nearer ends, in one sentence. */
function pairs(reading: Reading, first: number, second: number, within: number, ordered: boolean): readonly Place[] {
  const { found, tokens } = reading;
  const places: Place[] = [];
  const others = found.get(second) ?? [];
  const longest = others.reduce((most, { from, to }) => Math.max(most, to - from), 0);
  let nearest = 0;
  for (const one of found.get(first) ?? []) {
    while ((others[nearest]?.from ?? one.from) < one.from - within - longest) nearest += 1;
    for (let at = nearest; at < others.length; at += 1) {
      const other = others[at];
      if (other === undefined || other.from > one.to + within) break;
      const [before, after] = one.from <= other.from ? [one, other] : [other, one];
      if (ordered && before !== one) continue;
      if (after.from < before.to || after.from - before.to > within) continue;
      if (tokens[before.from]?.stretch !== tokens[after.from]?.stretch) continue;
      const undone = [...before.undone, ...after.undone];
      places.push({ begin: before.begin, end: after.end, from: before.from, to: after.to, undone });
    }
  }
  return places;
}
