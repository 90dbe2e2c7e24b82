import type { Rule, RuleList } from './rule-list.js';
import { shownLists } from './rule-overview.js';
import type { FoundRuleView, RulePlace } from './rule-views.js';

/** An entry, pattern or example that holds what is sought, and where it stands. */
type Place = Pick<FoundRuleView, 'place' | 'set' | 'text' | 'begin' | 'end'>;

/** What says most of a rule comes first. */
const RANKS: Readonly<Record<RulePlace, number>> = { words: 0, set: 1, unless: 2, example: 3 };

/** More of a long entry or example than this before and behind what is sought says no more, in characters. */
const AROUND = 40;

/**
 * The rules in which something stands: among what they find, in a set that they use, in what excuses, or in an example. Case,
 * accents and the kind of apostrophe do not matter; what a rule would make of a comment is another question (`findRuleHits`).
 *
 * Lists may have been published by another premod, so that nothing is taken for granted of a rule but that it is made of maps,
 * lists and texts.
 *
 * @param shipped as of `overviewOf`, whose rules these are, in its order; so is `inForce`.
 */
export function findInRules(
  shipped: readonly RuleList[],
  inForce: readonly RuleList[],
  sought: string,
): readonly FoundRuleView[] {
  const wanted = fold(sought.trim()).text;
  if (wanted === '') return [];
  const sets = new Map<string, readonly string[]>();
  for (const list of [...shipped, ...inForce]) {
    for (const [name, entries] of Object.entries(list.sets ?? {})) sets.set(name, entries);
  }
  return shownLists(shipped, inForce).flatMap(({ list, rules }) =>
    rules.flatMap((rule): FoundRuleView[] => {
      const [first, ...others] = [...placesIn(rule, sets, wanted)].sort((a, b) => RANKS[a.place] - RANKS[b.place]);
      return first === undefined ? [] : [{ list: list.name, rule: rule.id, ...first, others: others.length }];
    }),
  );
}

/** Whether something stands anywhere in a document as it is written; it may be faulty. */
export function standsIn(document: string, sought: string): boolean {
  const wanted = fold(sought.trim()).text;
  return wanted !== '' && fold(document).text.includes(wanted);
}

function* placesIn(rule: Rule, sets: ReadonlyMap<string, readonly string[]>, wanted: string): Iterable<Place> {
  const seen = new Set<string>();
  for (const { place, text } of textsOf(rule)) {
    const found = placeOf(text, wanted);
    if (found !== null) yield { place, set: null, ...found };
    if (place === 'example') continue;
    for (const set of setsUsed(text, sets, seen)) {
      for (const entry of sets.get(set) ?? []) {
        const member = placeOf(entry, wanted);
        if (member !== null) yield { place: place === 'unless' ? 'unless' : 'set', set, ...member };
      }
    }
  }
}

function* textsOf({
  when,
  unless,
  match,
  ignore,
}: Rule): Iterable<{ readonly place: RulePlace; readonly text: string }> {
  yield* texts(when, 'words');
  yield* texts(unless, 'unless');
  yield* texts([match, ignore], 'example');
}

function* texts(value: unknown, place: RulePlace): Iterable<{ readonly place: RulePlace; readonly text: string }> {
  if (typeof value === 'string') yield { place, text: value };
  else if (Array.isArray(value)) for (const part of value) yield* texts(part, place);
  else if (typeof value === 'object' && value !== null) {
    // What a rule must not find keeps it from holding, as an excuse does.
    for (const [key, part] of Object.entries(value)) yield* texts(part, key === 'not' ? 'unless' : place);
  }
}

/** The sets that an entry names, and those that they name in turn; each once for every rule. */
function* setsUsed(text: string, sets: ReadonlyMap<string, readonly string[]>, seen: Set<string>): Iterable<string> {
  for (const [, name = ''] of text.matchAll(/\{([a-z][a-z0-9-]*)\}/g)) {
    if (seen.has(name)) continue;
    seen.add(name);
    yield name;
    for (const entry of sets.get(name) ?? []) yield* setsUsed(entry, sets, seen);
  }
}

/** Where something stands in a text, with as much of a long one as says what it is about; null where it does not. */
function placeOf(text: string, wanted: string): Omit<Place, 'place' | 'set'> | null {
  const folded = fold(text);
  const at = folded.text.indexOf(wanted);
  if (at < 0) return null;
  const begin = folded.origin(at);
  const end = folded.origin(at + wanted.length);
  // At the end of a word or of one of several ways: phrases hold long rows of them.
  const lead = text.slice(Math.max(0, begin - AROUND), begin);
  const before = begin <= AROUND ? 0 : begin - (/[\s|](.*)$/su.exec(lead)?.[1]?.length ?? lead.length);
  const rest = text.slice(end, end + AROUND);
  const after =
    text.length - end <= AROUND ? text.length : end + (/^(.*)[\s|]/su.exec(rest)?.[1]?.length ?? rest.length);
  const [head, tail] = [before > 0 ? '… ' : '', after < text.length ? ' …' : ''];
  const moved = head.length - before;
  return { text: `${head}${text.slice(before, after)}${tail}`, begin: begin + moved, end: end + moved };
}

type Folded = {
  readonly text: string;
  /** Where in what was written a place of the text lies. */
  origin(at: number): number;
};

/** A text as it is compared. */
function fold(written: string): Folded {
  // Mostly so, and tens of thousands of entries may stand in a list.
  if (/^\p{ASCII}*$/u.test(written)) return { text: written.toLowerCase(), origin: (at) => at };
  const origins: number[] = [];
  let text = '';
  let at = 0;
  for (const character of written) {
    const plain = character
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[\u2018\u2019]/g, "'")
      .toLowerCase();
    for (let unit = 0; unit < plain.length; unit += 1) origins.push(at);
    text += plain;
    at += character.length;
  }
  return { text, origin: (place) => origins[place] ?? written.length };
}
