import { type Condition, isFactCondition, partsOf, type TextCondition } from './rule-list.js';
import type { Element, PhraseReader, Sequence } from './rule-phrases.js';
import { stemOf } from './rule-tokens.js';

/** What a condition on the text looks for, in a form in which two rules can be held against each other. */
export type Entries = {
  /** Single words and stems, each enough by itself. */
  readonly forms: ReadonlySet<string>;
  readonly stems: ReadonlySet<string>;
  /** Phrases of several words; near, patterns and links as they were written. */
  readonly sequences: ReadonlyMap<string, Sequence>;
  readonly others: ReadonlySet<string>;
};

/**
 * The entries of a condition that holds as soon as one of them is found; null where it needs more than that (`all`, `not`,
 * facts), so that nothing follows from its entries alone.
 */
export function entriesOf(condition: Condition, phrases: PhraseReader): Entries | null {
  const forms = new Set<string>();
  const stems = new Set<string>();
  const sequences = new Map<string, Sequence>();
  const others = new Set<string>();
  const take = (sequence: Sequence): void => {
    const [only] = sequence;
    if (sequence.length > 1 || only?.kind !== 'words') {
      sequences.set(nameOf(sequence), sequence);
      return;
    }
    for (const form of only.forms) forms.add(form);
    for (const stem of only.stems) stems.add(stem);
    for (const longer of only.longer) take(longer);
  };
  const look = (part: Condition): boolean => {
    if ('any' in part) return part.any.every(look);
    if (partsOf(part).length > 0 || isFactCondition(part)) return false;
    const {
      words = [],
      phrases: written = [],
      stems: stemmed = [],
      near = [],
      pattern = [],
      links,
    } = part as TextCondition;
    for (const entry of [...words, ...written, ...stemmed.map((stem) => `${stem}~`)]) phrases.read(entry).forEach(take);
    for (const other of [...near, ...pattern]) others.add(JSON.stringify(other));
    for (const link of typeof links === 'string' ? [links] : (links ?? [])) others.add(`link ${link}`);
    return true;
  };
  return look(condition) ? { forms, stems, sequences, others } : null;
}

/**
 * Whether everything that `inner` finds, `outer` finds too, as far as their entries show.
 *
 * @param byWord a phrase is covered by a word that stands in it, too. Not where quoting excuses: of a phrase only the word may
 *   be quoted.
 */
export function covers(outer: Entries, inner: Entries, byWord = true): boolean {
  const hasForm = (form: string) => outer.forms.has(form) || (outer.stems.size > 0 && outer.stems.has(stemOf(form)));
  const every = <T>(values: Iterable<T>, holds: (value: T) => boolean): boolean => {
    for (const value of values) if (!holds(value)) return false;
    return true;
  };
  // A phrase is covered by the same phrase, and by a word that stands in it whichever way it is said.
  const isCovered = (element: Element): boolean =>
    element.kind === 'words' &&
    !element.optional &&
    element.longer.length === 0 &&
    every(element.forms, hasForm) &&
    every(element.stems, (stem) => outer.stems.has(stem));
  return (
    every(inner.forms, hasForm) &&
    every(inner.stems, (stem) => outer.stems.has(stem)) &&
    every(inner.others, (other) => outer.others.has(other)) &&
    every(inner.sequences, ([name, sequence]) => outer.sequences.has(name) || (byWord && sequence.some(isCovered)))
  );
}

/** An entry that both look for; null where there is none. */
export function sharedEntry(one: Entries, other: Entries): string | null {
  for (const form of one.forms) if (other.forms.has(form)) return form;
  for (const stem of one.stems) if (other.stems.has(stem)) return `${stem}~`;
  for (const [name, sequence] of one.sequences) if (other.sequences.has(name)) return inWords(sequence);
  for (const entry of one.others) if (other.others.has(entry)) return entry;
  return null;
}

function nameOf(sequence: Sequence): string {
  return JSON.stringify(sequence, (_key, value: unknown) => (value instanceof Set ? [...value].sort() : value));
}

function inWords(sequence: Sequence): string {
  const word = (element: Element) =>
    element.kind === 'gap' ? '...' : ([...element.forms, ...[...element.stems].map((stem) => `${stem}~`)][0] ?? '(…)');
  return sequence.map(word).join(' ');
}
