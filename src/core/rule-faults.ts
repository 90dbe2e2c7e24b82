import { inOrder } from './yaml-document.js';

/** Where in a list a fault lies: keys and indexes from its top. */
export type RulePath = readonly (string | number)[];

export type RuleFault = {
  readonly list: string;
  readonly path: RulePath;
  /** What is wrong, in words for the person who wrote the rule. */
  readonly detail: string;
  /** The rule's id, where it is known. */
  readonly rule?: string;
  /** 1 for the first; known once the loader has looked it up. */
  readonly line?: number;
  readonly column?: number;
};

/** Finds the line of a path in the file that a list was read from. */
export type Locate = (list: string, path: RulePath) => { readonly line: number; readonly column: number } | undefined;

/** Rule lists that may not be used, with everything that is wrong with them. */
export class RuleListError extends Error {
  readonly faults: readonly RuleFault[];
  constructor(faults: readonly RuleFault[]) {
    super(faultLines(faults).join('\n'));
    this.faults = faults;
  }
  override get name(): string {
    return 'RuleListError';
  }
  /** The same error with the lines of its faults. */
  located(locate: Locate): RuleListError {
    return new RuleListError(
      this.faults.map((fault) => (fault.line === undefined ? { ...fault, ...locate(fault.list, fault.path) } : fault)),
    );
  }
  /** The same error with its faults list by list, and in each as people read. */
  inOrder(): RuleListError {
    return new RuleListError(listByList(this.faults));
  }
}

/** What is said of lists, one list after the other, and in each line by line. */
export function listByList<Placed extends Pick<RuleFault, 'list' | 'line' | 'column'>>(
  placed: readonly Placed[],
): readonly Placed[] {
  const lists = [...new Set(placed.map(({ list }) => list))];
  return lists.flatMap((name) => inOrder(placed.filter(({ list }) => list === name)));
}

/** One line a fault: where, and what is wrong. */
export function faultLines(faults: readonly Omit<RuleFault, 'path'>[]): readonly string[] {
  return faults.map(inWords);
}

/** What it means that rules in force cannot be read, for whoever runs the service. */
export function unreadRules(faults: readonly Pick<RuleFault, 'list' | 'rule'>[]): string {
  const rules = [...new Set(faults.map(({ list, rule }) => rule ?? list))];
  return `Rules in force cannot be read by this premod: ${rules.join(', ')}. The others judge on; what these could concern goes to a person.`;
}

/** What is said before examples of rules in force that are not met, for whoever runs the service. */
export const UNMET_EXAMPLES = 'Examples of rules in force are not met any more; the rules judge on.';

function inWords({ list, rule, line, column, detail }: Omit<RuleFault, 'path'>): string {
  const place = line === undefined ? list : `${list}:${line}:${column ?? 1}`;
  return `${place}${rule === undefined ? '' : ` rule ${rule}`}: ${detail}`;
}

/** What people write before they have learnt a key's name, and what they may mean by it. */
const SYNONYMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['action', ['effect']],
  ['age', ['newerThanDays', 'days']],
  ['and', ['all']],
  ['category', ['label']],
  ['chars', ['characters']],
  ['days', ['newerThanDays']],
  ['example', ['match']],
  ['examples', ['match']],
  ['except', ['ignore', 'unless']],
  ['exception', ['ignore', 'unless']],
  ['exceptions', ['ignore', 'unless']],
  ['keyword', ['words']],
  ['keywords', ['words']],
  ['max', ['atMost']],
  ['maximum', ['atMost']],
  ['min', ['atLeast']],
  ['minimum', ['atLeast']],
  ['negation', ['negated']],
  ['or', ['any']],
  ['quotes', ['quoted']],
  ['regex', ['pattern']],
  ['regexp', ['pattern']],
]);
/** Fewer letters begin too many other words. */
const SHORTEST_STEM = 4;

/** The known key that a slip was most likely meant to be. @param among the keys that are known where it stands */
export function closest(key: string, among: readonly string[]): string | undefined {
  const synonym = SYNONYMS.get(key.toLowerCase())?.find((known) => among.includes(known));
  if (synonym !== undefined) return synonym;
  const near = among
    .map((known) => ({ known, far: distance(key.toLowerCase(), known.toLowerCase()) }))
    .filter(({ known, far }) => far <= Math.max(1, Math.floor(known.length / 3)))
    .sort((a, b) => a.far - b.far);
  const begun = among.filter((known) => begins(key, known) || begins(known, key));
  return near[0]?.known ?? begun.sort((a, b) => b.length - a.length)[0];
}

function begins(longer: string, shorter: string): boolean {
  return shorter.length >= SHORTEST_STEM && longer.toLowerCase().startsWith(shorter.toLowerCase());
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping (`key: value`)',
  record: 'a mapping (`key: value`)',
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

/** Of what kind a value must be. @param kind in zod's words */
export function mustBe(kind: string): string {
  return `must be ${KINDS[kind] ?? kind}`;
}

/** What a value may be, and which of it was most likely meant. */
export function mustBeOneOf(known: readonly string[], value: unknown): string {
  const close = typeof value === 'string' ? closest(value, known) : undefined;
  return `must be ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}${close === undefined ? '' : `; did you mean ${close}?`}`;
}

/** Edit distance; two neighbours in the wrong order are one slip. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= Math.min(a.length, 40); i += 1) {
    const before = rows[i - 1] ?? [];
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const crossed = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (rows[i - 2]?.[j - 2] ?? swap) + 1 : swap;
      row.push(Math.min(swap, crossed, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    rows.push(row);
  }
  return rows.at(-1)?.[b.length] ?? a.length;
}
