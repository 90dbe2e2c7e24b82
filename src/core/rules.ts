import type { Label } from './labels.js';
import type { Normalised, TransformationKind } from './normalise.js';
import { type CompiledRule, ConditionCompiler, type Reading } from './rule-conditions.js';
import { findQuotations } from './rule-contexts.js';
import { markDecoration } from './rule-decoration.js';
import { DomainTable } from './rule-domains.js';
import { exampleFaults, type Windows } from './rule-examples.js';
import { forceHolds, type RuleFacts } from './rule-facts.js';
import { type RuleFault, RuleListError, type RulePath } from './rule-faults.js';
import { PhraseIndex, type Place } from './rule-index.js';
import { type Condition, isFactCondition, partsOf, type RuleList } from './rule-list.js';
import { soundLists } from './rule-list-reading.js';
import { PhraseReader } from './rule-phrases.js';
import { onOneLine, ruleSentences } from './rule-sentences.js';
import { tokenise } from './rule-tokens.js';
import type { Stretch } from './spans.js';

export type { Counted, RuleAuthor, RuleFacts } from './rule-facts.js';
export { RuleListError } from './rule-faults.js';
export type { RuleList } from './rule-list.js';
export { parseRuleList } from './rule-list-reading.js';

export type RuleEffect = 'approve' | 'review' | 'reject' | 'flag';

/** One rule that matched one comment. */
export type RuleHit = {
  readonly rule: string;
  readonly label: Label;
  readonly effect: RuleEffect;
  /** An editor gave this rule the right to decide alone, and it has not expired. */
  readonly forced: boolean;
  /** It is only counted: it decides nothing and is shown to nobody who decides. */
  readonly shadow: boolean;
  /** The words shown to people. */
  readonly reason: string;
  /** Where it matched, in the text as it was sent; empty where the rule is about a fact, not a place. */
  readonly stretches: readonly Stretch[];
  /** What had to be undone in the text before the rule could match. */
  readonly undone: readonly TransformationKind[];
};

/** What the rules say about one comment. A rule that could not be evaluated is neither true nor false. */
export type RuleFindings = {
  readonly hits: readonly RuleHit[];
  readonly broken: readonly { readonly rule: string; readonly shadow: boolean }[];
};

/** Rule lists, ready to be asked; see `compileRules`. */
export type CompiledRules = {
  readonly rules: readonly CompiledRule[];
  readonly index: PhraseIndex;
  /** The windows, in minutes, for which some rule asks how many comments there were; see `RuleCounts`. */
  readonly windows: Windows;
  /** Some rule asks how often the author's comments were approved or rejected here. */
  readonly asksRecord: boolean;
  /** What keeps rules from being read as they were published; empty where every rule is sound. See `compileStanding`. */
  readonly faults: readonly RuleFault[];
  /** Rules of which nothing can be read, so that nobody can say of any comment whether they hold. */
  readonly unread: readonly string[];
};

export type CommentForRules = RuleFacts & {
  /** As it was sent. */
  readonly text: string;
  readonly normalised: Normalised;
};

/**
 * Makes rule lists ready to be asked. Sets of one list may be used in every other.
 *
 * @throws RuleListError with every fault: ids or sets given twice, phrases and patterns that cannot be read, and examples
 *   that a rule should match or ignore and does not.
 */
export function compileRules(lists: readonly RuleList[]): CompiledRules {
  const compiled = compileUntested(lists);
  const unmet = unmetExamples(compiled);
  if (unmet.length > 0) throw new RuleListError(unmet);
  return compiled;
}

/**
 * The examples that rules should match or ignore and do not. Of a rule that cannot be read wholly, that is said instead. What later
 * lists say of domains is no fault of an example: a site may allow one that a shipped example names.
 */
export function unmetExamples(compiled: CompiledRules): readonly RuleFault[] {
  const faulty = new Set(compiled.faults.map(({ rule }) => rule));
  return compiled.rules
    .filter(({ rule }) => !faulty.has(rule.id))
    .flatMap((rule) => {
      const faultsOf = (known: Pick<Reading, 'domainsUpTo'>) =>
        exampleFaults(rule, compiled.windows, (comment) => ask(rule, { ...read(compiled, comment), ...known }));
      const faults = faultsOf({});
      if (faults.length === 0) return [];
      const own = new Set(faultsOf({ domainsUpTo: rule.list }).map(({ path }) => path.join('/')));
      return faults.filter(({ path }) => own.has(path.join('/')));
    });
}

/**
 * As `compileRules`, but holds no rule to its examples: to try out why one does not find what it should.
 *
 * @throws RuleListError as `compileRules` does, examples aside.
 */
export function compileUntested(lists: readonly RuleList[]): CompiledRules {
  const compiled = compileAsFarAsRead(lists);
  if (compiled.faults.length > 0) throw new RuleListError(compiled.faults);
  return compiled;
}

/**
 * Makes the rules of a revision that was published ready to be asked, whatever has become of them: another premod may have
 * published them. Rules that can be read are in force. Of one that cannot be read wholly, what cannot is unknown, and a comment
 * that it could concern goes to a person. Examples were held when it was published; see `unmetExamples`.
 *
 * @param content as it was kept.
 */
export function compileStanding(content: unknown): CompiledRules {
  const { lists, faults, unread } = soundLists(content);
  const compiled = compileAsFarAsRead(lists);
  return { ...compiled, faults: [...faults, ...compiled.faults], unread: [...unread, ...compiled.unread] };
}

function compileAsFarAsRead(lists: readonly RuleList[]): CompiledRules {
  const faults: RuleFault[] = [...repeatedSets(lists)];
  const index = new PhraseIndex();
  const phrases = new PhraseReader(setsOf(lists));
  const domains = new DomainTable();
  for (const list of lists) faults.push(...domains.add(list.name, list.domains ?? {}));
  const seen = new Map<string, string>();
  const unread: string[] = [];
  const rules = lists.flatMap((list) =>
    list.rules.map((rule, number) => {
      const path: RulePath = ['rules', number];
      const elsewhere = seen.get(rule.id);
      if (elsewhere !== undefined) {
        const where = elsewhere === list.name ? 'stands twice in this list' : `is taken in ${elsewhere}`;
        const detail = `the id ${rule.id} ${where}`;
        faults.push({ list: list.name, rule: rule.id, path: [...path, 'id'], detail });
      }
      seen.set(rule.id, list.name);
      const fault = (at: RulePath, detail: string) => faults.push({ list: list.name, rule: rule.id, path: at, detail });
      const wasFull = index.isFull;
      const compiledRule = new ConditionCompiler(index, phrases, domains, fault).rule(rule, list.name, path);
      if (index.isFull && !wasFull)
        fault([...path, 'when'], 'its phrases use large sets too often: they hold too much');
      if (index.isFull) unread.push(rule.id);
      return compiledRule;
    }),
  );
  // Sets that no rule uses are read too, so that a fault in them does not wait for the day when one does.
  for (const list of lists) {
    for (const [name, members] of Object.entries(list.sets))
      faults.push(...setFaults(list.name, name, members, phrases));
  }
  return { rules, index, ...askedOf(lists), faults, unread };
}

/** Asks every rule about one comment. */
export function findRuleHits(compiled: CompiledRules, comment: CommentForRules): RuleFindings {
  const reading = read(compiled, comment);
  const hits: RuleHit[] = [];
  const broken = compiled.unread.map((rule) => ({ rule, shadow: false }));
  for (const compiledRule of compiled.rules) {
    const answer = ask(compiledRule, reading);
    if (answer === null) continue;
    const { id, shadow = false, force } = compiledRule.rule;
    const forced = force === undefined ? false : forceHolds(force, reading.facts);
    if (answer !== 'broken') hits.push(toHit(compiledRule, answer, reading, forced === true));
    if (answer === 'broken' || forced === 'unknown') broken.push({ rule: id, shadow });
  }
  return { hits, broken };
}

function read(compiled: CompiledRules, { text, normalised, ...facts }: CommentForRules): Reading {
  const { sentences, readAsOne } = ruleSentences(text, normalised);
  const tokens = tokenise(normalised.text, { sentences, readAsOne });
  markDecoration(tokens, text, normalised);
  const found = compiled.index.find(tokens);
  const oneLine = onOneLine(normalised.text, readAsOne);
  const quotations = findQuotations(text, normalised, oneLine);
  return { original: text, normalised, oneLine, facts, tokens, found, quotations };
}

/** The places that a rule found and that nothing excuses; null where it does not hold, `broken` where nobody can say. */
function ask({ when, excusesComment }: CompiledRule, reading: Reading): readonly Place[] | 'broken' | null {
  const { truth, places } = when(reading);
  if (truth === false) return null;
  const excused = excusesComment(reading).truth;
  if (excused === true) return null;
  return truth === 'unknown' || excused === 'unknown' ? 'broken' : places;
}

function toHit({ rule }: CompiledRule, places: readonly Place[], { normalised }: Reading, forced: boolean): RuleHit {
  const stretches = united(places.map((place) => normalised.toOriginal(place)));
  const undone = new Set<TransformationKind>();
  let at = 0;
  for (const { kind, begin, end } of normalised.transformations) {
    while (at < stretches.length && (stretches[at]?.end ?? 0) <= begin) at += 1;
    if ((stretches[at]?.begin ?? end) < end) undone.add(kind);
  }
  for (const place of places) for (const kind of place.undone) undone.add(kind);
  return {
    rule: rule.id,
    label: rule.label,
    effect: rule.effect,
    forced,
    shadow: rule.shadow === true,
    reason: rule.reason,
    stretches,
    undone: [...undone],
  };
}

/** In order, those that touch or overlap as one. */
function united(stretches: readonly Stretch[]): readonly Stretch[] {
  const sorted = [...stretches].sort((a, b) => a.begin - b.begin || b.end - a.end);
  const whole: Stretch[] = [];
  for (const stretch of sorted) {
    const last = whole.at(-1);
    if (last !== undefined && stretch.begin <= last.end) {
      whole[whole.length - 1] = { begin: last.begin, end: Math.max(last.end, stretch.end) };
    } else whole.push(stretch);
  }
  return whole;
}

/** The named sets of all lists. */
export function setsOf(lists: readonly RuleList[]): ReadonlyMap<string, readonly string[]> {
  return new Map(lists.flatMap(({ sets }) => Object.entries(sets)));
}

function repeatedSets(lists: readonly RuleList[]): readonly RuleFault[] {
  const seen = new Set<string>();
  return lists.flatMap(({ name: list, sets }) =>
    Object.keys(sets).flatMap((name): readonly RuleFault[] => {
      const isNew = !seen.has(name);
      seen.add(name);
      return isNew ? [] : [{ list, path: ['sets', name], detail: `the set {${name}} is given twice` }];
    }),
  );
}

/** What rules ask that only the site's own comments can answer. */
export function askedOf(lists: readonly RuleList[]): Pick<CompiledRules, 'windows' | 'asksRecord'> {
  let asksRecord = false;
  const sameText = new Set<number>();
  const byAuthor = new Set<number>();
  const look = (condition: Condition): void => {
    for (const part of partsOf(condition)) look(part);
    if (!isFactCondition(condition)) return;
    if (condition.repetition !== undefined) sameText.add(condition.repetition.minutes);
    if (condition.rate !== undefined) byAuthor.add(condition.rate.minutes);
    asksRecord ||= condition.author?.approved !== undefined || condition.author?.rejected !== undefined;
  };
  for (const { when, unless } of lists.flatMap(({ rules }) => rules)) {
    look(when);
    if (unless?.comment !== undefined) look(unless.comment);
  }
  const inOrder = (minutes: ReadonlySet<number>) => [...minutes].sort((a, b) => a - b);
  return { windows: { sameText: inOrder(sameText), byAuthor: inOrder(byAuthor) }, asksRecord };
}

function setFaults(
  list: string,
  name: string,
  members: readonly string[],
  phrases: PhraseReader,
): readonly RuleFault[] {
  return members.flatMap((member, index) => {
    try {
      phrases.read(member);
      return [];
    } catch (error) {
      return [{ list, path: ['sets', name, index], detail: error instanceof Error ? error.message : String(error) }];
    }
  });
}
