import { closest, type RulePath } from './rule-faults.js';

/** The mappings that a rule list is made of; `range` is `{ atLeast, atMost }`. */
type KeyPlace =
  | 'list'
  | 'domains'
  | 'rule'
  | 'example'
  | 'force'
  | 'unless'
  | 'sentence'
  | 'condition'
  | 'near'
  | 'author'
  | 'length'
  | 'range'
  | 'capitals'
  | 'repetition'
  | 'rate';

/** Which keys each of them takes. */
export type KnownKeys = Readonly<Record<KeyPlace, readonly string[]>>;

/** What was meant by a key that is not known where it stands. */
type KeyHint = {
  /** The key of the mapping itself that was meant, or that holds what was meant. */
  readonly close: string | undefined;
  /** Said behind the fault; empty where nobody can tell. */
  readonly hint: string;
};

/** Under these stands a mapping of their own form, wherever they are. */
const PLACES: Readonly<Record<string, KeyPlace>> = {
  domains: 'domains',
  match: 'example',
  ignore: 'example',
  force: 'force',
  unless: 'unless',
  sentence: 'sentence',
  near: 'near',
  author: 'author',
  length: 'length',
  words: 'range',
  characters: 'range',
  letters: 'range',
  approved: 'range',
  rejected: 'range',
  capitals: 'capitals',
  repetition: 'repetition',
  rate: 'rate',
  rules: 'rule',
};

/** Where a key belongs that people write elsewhere, the likeliest first: what it is a key of, under which key that stands. */
type Elsewhere = { readonly place: KeyPlace; readonly under: string; readonly where: string };

const under = (place: KeyPlace, key: string, where = `under ${key}`): Elsewhere => ({ place, under: key, where });

const ELSEWHERE: Partial<Record<KeyPlace, readonly Elsewhere[]>> = {
  list: [under('rule', 'rules', 'in a rule, under rules')],
  rule: [under('condition', 'when')],
  condition: [under('unless', 'unless'), under('author', 'author'), under('length', 'length')],
  unless: [under('sentence', 'sentence', 'under sentence or comment'), under('condition', 'comment')],
  sentence: [under('condition', 'comment')],
  author: [under('range', 'approved', 'under approved or rejected')],
  length: [under('range', 'words', 'under words, characters or letters')],
};

/** More keys than these are no help to somebody who looks for one. */
const MOST_TOLD = 6;

/** @param path of the mapping; `present`: its other keys */
export function hintFor(known: KnownKeys, path: RulePath, key: string, present: readonly string[]): KeyHint {
  const above = path.filter((part) => typeof part === 'string').at(-1);
  const place = above === undefined ? 'list' : (PLACES[above] ?? 'condition');
  const elsewhere = ELSEWHERE[place] ?? [];
  // What is a key elsewhere is no slip in one of these.
  const misplaced = elsewhere.find((other) => known[other.place].includes(key));
  if (misplaced !== undefined) return inPlace(key, misplaced);
  const free = known[place].filter((one) => !present.includes(one));
  const close = closest(key, free);
  if (close !== undefined) return { close, hint: `; did you mean ${close}?` };
  for (const other of elsewhere) {
    const meant = closest(key, known[other.place]);
    if (meant !== undefined) return inPlace(meant, other);
  }
  const told = known[place].length <= MOST_TOLD ? `; here may stand ${known[place].join(', ')}` : '';
  return { close: undefined, hint: told };
}

function inPlace(meant: string, { under: close, where }: Elsewhere): KeyHint {
  return { close, hint: `; did you mean ${meant}, ${where}?` };
}
