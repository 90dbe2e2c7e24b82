import { normalise } from './normalise.js';
import { covers, type Entries, entriesOf, sharedEntry } from './rule-entries.js';
import { listByList, type RuleFault, RuleListError, type RulePath } from './rule-faults.js';
import { HARMLESS } from './rule-harmless.js';
import { type Condition, conditionsIn, isFactCondition, partsOf, type Rule, type RuleList } from './rule-list.js';
import { deadIn } from './rule-pattern-dead.js';
import { patternFaults } from './rule-patterns.js';
import { PhraseReader } from './rule-phrases.js';
import { publishingFaults } from './rule-publishing.js';
import { type RuleSource, readRuleSource } from './rule-source.js';
import { suffixesIn } from './rule-suffixes.js';
import { type CompiledRules, compileRules, findRuleHits, setsOf } from './rules.js';
import { SectionNames, unknownSection } from './section-names.js';
import type { Position } from './yaml-document.js';

/** Of the harmless sentences a rule that finds this share is broad, however it was meant. */
const BROAD = 0.25;

/** What may be meant but most likely is not. It keeps nobody from publishing. */
export type RuleWarning = Position & {
  readonly list: string;
  /** Absent where it is about no rule. */
  readonly rule?: string;
  /** `replaces-shipped` is nothing doubtful: it says what a list was most likely written for, lest it happen by a chance name. */
  readonly kind:
    | 'shadowed'
    | 'never-fires'
    | 'conflict'
    | 'force-expired'
    | 'replaces-shipped'
    | 'unknown-section'
    | 'broad';
  readonly detail: string;
};

export type RuleCheck = {
  /** While there are any, the lists may not be used. */
  readonly faults: readonly RuleFault[];
  readonly warnings: readonly RuleWarning[];
  /** The lists as they would be in force; null where there are faults. */
  readonly lists: readonly RuleList[] | null;
  /** Where a rule says what it looks for; null where it stands in none of the lists under work. */
  locate(rule: string): Position | null;
};

/**
 * Looks over lists before they are used, in the words of whoever wrote them.
 *
 * @param written the lists under work, as YAML by name.
 * @param inForce puts them among the lists that they would join (a site's own over the shipped ones); it may throw
 *   RuleListError.
 * @param today `2027-03-31`, to say which forced rules have expired, and which are to be for too long.
 * @param options `shipped`: the lists whose rules these can replace or switch off; `compile` holds rules to their examples, or
 *   does not; `carried`: the sections that articles carry, where that is known.
 */
export function checkRules(
  written: readonly { readonly name: string; readonly yaml: string }[],
  inForce: (lists: readonly RuleList[]) => readonly RuleList[],
  today: string,
  {
    shipped = [],
    compile = compileRules,
    carried = [],
  }: {
    readonly shipped?: readonly RuleList[];
    readonly compile?: typeof compileRules;
    readonly carried?: readonly string[];
  } = {},
): RuleCheck {
  const sources = new Map<string, RuleSource>();
  const faults: RuleFault[] = [];
  const gather = (attempt: () => void) => {
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof RuleListError)) throw error;
      faults.push(...error.faults);
    }
  };
  for (const { name, yaml } of written) gather(() => sources.set(name, readRuleSource(name, yaml)));
  for (const source of sources.values()) faults.push(...publishingFaults(source, today));
  const locate = (rule: string) => placeOf(rule, ['when'], sources);
  if (faults.length > 0) return { faults: listByList(faults), warnings: [], lists: null, locate };
  let lists: readonly RuleList[] = [];
  let compiled: CompiledRules | null = null;
  gather(() => {
    lists = inForce([...sources.values()].map(({ list }) => list));
    // Before they are compiled: thousands of patterns take a minute.
    const tooMany = patternFaults(lists);
    if (tooMany.length > 0) throw new RuleListError(tooMany);
    compiled = compile(lists);
  });
  if (compiled === null || faults.length > 0) {
    const placed = listByList(faults.map((fault) => located(fault, sources)));
    return { faults: placed, warnings: [], lists: null, locate };
  }
  const warnings = listByList([
    ...warningsOf(lists, sources, today),
    ...broadIn(compiled, sources),
    ...endingsIn(sources),
    ...replacedIn(sources, shipped),
    ...unknownSections(sources, new SectionNames(carried)),
  ]);
  return { faults, warnings, lists, locate };
}

/** Wherever a rule was put when lists were joined, its place is where it was written. */
function located(fault: RuleFault, sources: ReadonlyMap<string, RuleSource>): RuleFault {
  if (fault.line !== undefined) return fault;
  const { rule, list, path } = fault;
  const named = sources.get(list);
  // An id that is given twice stands in two lists, of which the fault names the one that came second.
  const among = named?.list.rules.some(({ id }) => id === rule) ? new Map([[list, named]]) : sources;
  const place = rule === undefined ? null : placeOf(rule, path.slice(2), among);
  return { ...fault, ...(place ?? named?.locate(path)) };
}

function placeOf(
  rule: string,
  part: RulePath,
  sources: ReadonlyMap<string, RuleSource>,
): (Position & { readonly list: string }) | null {
  for (const [list, source] of sources) {
    // Of an id that is given twice, the second one is at fault.
    const number = source.list.rules.findLastIndex(({ id }) => id === rule);
    if (number >= 0) return { list, ...source.locate(['rules', number, ...part]) };
  }
  return null;
}

function warningsOf(
  lists: readonly RuleList[],
  sources: ReadonlyMap<string, RuleSource>,
  today: string,
): readonly RuleWarning[] {
  const warnings: RuleWarning[] = [];
  const warn = (kind: RuleWarning['kind'], rule: string, part: RulePath, detail: string) => {
    const place = placeOf(rule, part, sources);
    if (place !== null) warnings.push({ ...place, rule, kind, detail });
  };
  const phrases = new PhraseReader(setsOf(lists));
  const read = lists
    .flatMap(({ rules }) => rules)
    .map((rule) => ({
      rule,
      entries: entriesOf(rule.when, phrases),
      parts: partsOfAll(rule.when).map((part) => {
        return { written: JSON.stringify(part), entries: entriesOf(part, phrases) };
      }),
      isWritten: placeOf(rule.id, [], sources) !== null,
    }));

  for (const [number, { rule, entries, parts, isWritten }] of read.entries()) {
    if (isWritten) {
      if (rule.force !== undefined && rule.force.until < today) {
        warn(
          'force-expired',
          rule.id,
          ['force', 'until'],
          `it decided alone until ${rule.force.until}, and no longer does`,
        );
      }
      for (const { path, detail } of neverIn(rule.when, ['when'])) warn('never-fires', rule.id, path, detail);
      if (entries !== null && isAlwaysExcused(rule, entries, phrases)) {
        warn('never-fires', rule.id, ['unless'], 'its own unless excuses everything that it finds');
      }
    }
    for (const [at, other] of read.entries()) {
      if (at === number || !(isWritten || other.isWritten)) continue;
      // Both are about the same pair; the one that was written here says it.
      const teller = isWritten ? rule.id : other.rule.id;
      const isCovered = () => other.parts.every((part) => parts.some((each) => holdsWith(part, each, other.rule)));
      if (isDecidedBy(rule, other.rule, at < number) && isCovered()) {
        const detail = `everything that ${rule.id} finds, ${other.rule.id} finds too, with effect ${other.rule.effect}`;
        warn('shadowed', teller, ['when'], detail);
      }
      if (rule.effect === 'approve' && other.rule.effect === 'reject' && entries !== null) {
        const shared = other.entries === null ? null : sharedEntry(entries, other.entries);
        const detail = `${rule.id} approves and ${other.rule.id} rejects ${JSON.stringify(shared)}`;
        if (shared !== null) warn('conflict', teller, ['when'], detail);
      }
    }
  }
  return warnings;
}

/** Which of the rules find harmless sentences, too; a site without a history has no comments to hold them against. */
function broadIn(compiled: CompiledRules, sources: ReadonlyMap<string, RuleSource>): readonly RuleWarning[] {
  const rules = compiled.rules.filter(({ rule }) => placeOf(rule.id, [], sources) !== null);
  const found = HARMLESS.flatMap((text) =>
    findRuleHits({ ...compiled, rules }, { text, normalised: normalise(text) }).hits.map(({ rule }) => ({
      rule,
      text,
    })),
  );
  return rules.flatMap(({ rule: { id: rule } }) => {
    const texts = found.filter((hit) => hit.rule === rule);
    const place = placeOf(rule, ['when'], sources);
    if (place === null || texts.length < BROAD * HARMLESS.length) return [];
    const detail = `${rule} matches ${texts.length} of ${HARMLESS.length} harmless sentences, such as “${texts[0]?.text}”`;
    return [{ ...place, rule, kind: 'broad', detail }];
  });
}

/** Domains that are only the ending of many. */
function endingsIn(sources: ReadonlyMap<string, RuleSource>): readonly RuleWarning[] {
  return [...sources].flatMap(([list, source]) =>
    suffixesIn(source.list).map(({ path, ...found }) => ({ list, kind: 'broad', ...found, ...source.locate(path) })),
  );
}

/** Which shipped rules do not hold any more because of these lists. */
function replacedIn(sources: ReadonlyMap<string, RuleSource>, shipped: readonly RuleList[]): readonly RuleWarning[] {
  const listOf = new Map(shipped.flatMap(({ name, rules }) => rules.map(({ id }) => [id, name] as const)));
  return [...sources].flatMap(([list, source]) => {
    const note = (rule: string, path: RulePath, said: (from: string) => string): readonly RuleWarning[] => {
      const from = listOf.get(rule);
      if (from === undefined) return [];
      return [{ list, rule, kind: 'replaces-shipped', detail: said(from), ...source.locate(path) }];
    };
    const { rules, disable = [] } = source.list;
    return [
      ...rules.flatMap(({ id }, at) =>
        note(id, ['rules', at, 'id'], (from) => `${id} takes the place of the shipped rule ${id} (list ${from})`),
      ),
      ...disable.flatMap((id, at) =>
        note(id, ['disable', at], (from) => `the shipped rule ${id} (list ${from}) is switched off`),
      ),
    ];
  });
}

/** Sections that no article carries, where nearly the same one is carried and not asked for as well. */
function unknownSections(sources: ReadonlyMap<string, RuleSource>, carried: SectionNames): readonly RuleWarning[] {
  return [...sources].flatMap(([list, source]) =>
    conditionsIn(source.list).flatMap(({ rule, condition, path }) => {
      const { section: names = [] } = isFactCondition(condition) ? condition : {};
      return names.flatMap((name, at): RuleWarning[] => {
        const meant = carried.has(name) ? undefined : carried.near(name);
        if (meant === undefined || names.includes(meant)) return [];
        const place = source.locate([...path, 'section', at]);
        return [{ list, rule: rule.id, kind: 'unknown-section', detail: unknownSection(name, meant), ...place }];
      });
    }),
  );
}

/** What a condition asks for, all of it: an `all` within an `all` is no more than its parts. */
function partsOfAll(condition: Condition): readonly Condition[] {
  return 'all' in condition ? condition.all.flatMap(partsOfAll) : [condition];
}

/** A part of a condition: as it was written, and its entries where one of them is enough for it to hold. */
type Part = { readonly written: string; readonly entries: Entries | null };

/** Whether a part of a rule holds wherever some part of another does, as far as can be told from what is written. */
function holdsWith(part: Part, another: Part, { unless }: Rule): boolean {
  if (part.entries === null || another.entries === null) return part.written === another.written;
  return covers(part.entries, another.entries, unless?.quoted !== true);
}

const STRICTNESS = { approve: -1, flag: 0, review: 1, reject: 2 } as const;

/** Whether nothing is left for a rule to do where the other one holds too. @param isEarlier of two alike the later one is idle */
function isDecidedBy(rule: Rule, other: Rule, isEarlier: boolean): boolean {
  if (rule.effect === 'approve' || other.effect === 'approve' || rule.label !== other.label) return false;
  if (rule.shadow === true || other.shadow === true) return false;
  if (rule.force !== undefined && other.force === undefined) return false;
  const isSpared = other.unless !== undefined && JSON.stringify(other.unless) !== JSON.stringify(rule.unless);
  if (isSpared) return false;
  const stricter = STRICTNESS[other.effect] - STRICTNESS[rule.effect];
  return stricter > 0 || (stricter === 0 && isEarlier);
}

function isAlwaysExcused({ unless }: Rule, entries: Entries, phrases: PhraseReader): boolean {
  return [unless?.sentence, unless?.comment].some((excuse) => {
    const excused = excuse === undefined ? null : entriesOf(excuse, phrases);
    return excused !== null && covers(excused, entries);
  });
}

const ASKS_FOR_CAPITALS = 'asks for capitals, and comments are read in small letters';

type Never = { readonly path: RulePath; readonly detail: string };

/** Parts of a condition that hold for no comment whatever. */
function neverIn(condition: Condition, path: RulePath): readonly Never[] {
  const inner = partsOf(condition).flatMap((part, index) => {
    if ('not' in condition) return [];
    return neverIn(part, [...path, 'all' in condition ? 'all' : 'any', index]);
  });
  if ('all' in condition) return [...inner, ...contradictions(condition.all, [...path, 'all'])];
  if (!('pattern' in condition)) return inner;
  return (condition.pattern ?? []).flatMap((pattern, index) =>
    inVainIn(pattern).map((detail) => ({ path: [...path, 'pattern', index], detail })),
  );
}

/** Why a pattern, or some of its alternatives, find nothing. */
function inVainIn(pattern: string): readonly string[] {
  const dead = deadIn(pattern);
  const whole = JSON.stringify(pattern);
  if (dead.kind === 'whole') return [`${whole} ${ASKS_FOR_CAPITALS}`];
  return dead.alternatives.map(
    (alternative) =>
      `the alternative ${JSON.stringify(alternative)} of ${whole} ${ASKS_FOR_CAPITALS}; its others may fire`,
  );
}

function contradictions(parts: readonly Condition[], path: RulePath): readonly Never[] {
  const found: Never[] = [];
  const written = parts.map((part) => JSON.stringify(part));
  for (const [index, part] of parts.entries()) {
    if ('not' in part && written.includes(JSON.stringify(part.not))) {
      found.push({ path: [...path, index], detail: 'this is asked for and denied' });
    }
  }
  const facts = parts.filter(isFactCondition);
  const isEmpty = (ranges: readonly ({ atLeast?: number | undefined; atMost?: number | undefined } | undefined)[]) =>
    Math.max(...ranges.map((range) => range?.atLeast ?? 0)) >
    Math.min(...ranges.map((range) => range?.atMost ?? Number.POSITIVE_INFINITY));
  const trusted = new Set(facts.flatMap(({ author }) => author?.trusted ?? []));
  const names = [facts.flatMap(({ section }) => [section ?? []]), facts.flatMap(({ author }) => [author?.role ?? []])];
  const ranges = [
    facts.map(({ length }) => length?.words),
    facts.map(({ length }) => length?.characters),
    facts.map(({ length }) => length?.letters),
    facts.map(({ author }) => author?.approved),
    facts.map(({ author }) => author?.rejected),
  ];
  if (ranges.some(isEmpty) || trusted.size > 1 || names.some(haveNoneInCommon))
    found.push({ path, detail: 'no comment can meet all of these' });
  return found;
}

/** Whether several lists of names, the empty ones aside, have none that stands in all of them. */
function haveNoneInCommon(lists: readonly (readonly string[])[]): boolean {
  const said = lists.filter(({ length }) => length > 0);
  return said.length > 0 && !said[0]?.some((name) => said.every((names) => names.includes(name)));
}
