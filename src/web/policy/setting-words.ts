import { count, duration } from '../format.js';
import type { Scope } from './scope.js';
import type { Found, SETTINGS, Setting, Unit } from './settings.js';
import { perCent } from './words.js';

/** What the page says of the settings beside the thresholds. */
export const settings = {
  title: 'Settings',
  about: 'moderation, authors, reports, audit',
  intro:
    'What is changed here is written into the policy as drafted. It holds once that is published. The numbers are those that stand in the policy.',
  setBack: 'Set back',
  setBackName: (name: string) => `Set back: ${name}`,
  notPermitted: (value: string) => `${value} (not permitted)`,
  unwritable:
    'This could not be written into the policy: an alias (*name) or something that is no mapping stands there. Change it in the policy as written.',
  place: {
    sections: 'Sections',
    articles: 'Articles',
    another: 'Another section or article',
    kind: 'Kind',
    section: 'Section',
    article: 'Article',
    name: { section: 'Its name, as articles carry it', article: 'Its id, as the sender gives it' },
    nameless: 'A name has 1 to 255 characters.',
    choose: 'Choose',
    in: (section: string) => `The article is in section ${section}; what that says lies over the defaults.`,
    inNone: 'The article is in no section.',
    unknown: 'premod knows no such article yet, nor its section. What that says lies over the defaults.',
  },
} as const;

export const GROUPS: Readonly<Record<keyof typeof SETTINGS, string>> = {
  shown: 'When readers see a comment',
  rejecting: 'What rejects by itself',
  authors: 'New and trusted authors',
  reports: 'Readers’ reports',
  without: 'Where there are no scores',
  audit: 'Audit',
};

type Words = { readonly name: string; readonly help?: string; readonly values?: Readonly<Record<string, string>> };

const ONLY_ONE = 'Nothing else is permitted.';

/** By the setting's path. `values`: what may be chosen, by how it is written. */
const WORDS: Readonly<Record<string, Words>> = {
  moderation: {
    name: 'Moderation',
    values: {
      before: 'before – once it is approved',
      after: 'after – at once, judged afterwards',
      risk: 'risk – once approved, or low in risk',
      'review-all': 'review-all – a person sees each first',
      closed: 'closed – no new comments',
    },
  },
  publishBelow: {
    name: 'Low in risk below',
    help: 'Under “risk” a comment that only the model doubts is shown while it waits if all its scores lie below.',
  },
  agree: {
    name: 'A rejecting rule needs a score of',
    help: 'Where the model scores the rule’s label lower, a person is asked instead.',
  },
  precision: {
    name: 'A label needs a precision of',
    help: 'With 95 % certainty; otherwise it must not reject by its score.',
  },
  newAuthors: {
    name: 'New authors',
    help: 'Whose account is younger, or who has fewer approved comments; 0 leaves a part out.',
    values: { null: 'judged like others', group: 'a person sees what they write' },
  },
  'newAuthors.days': { name: 'New: account younger than' },
  'newAuthors.approved': { name: 'New: fewer approved than' },
  trustedAuthors: {
    name: 'Trusted authors',
    help: 'Whom the sender calls so, or who has written so well so far.',
    values: { null: 'judged like others', group: 'asked about less' },
  },
  'trustedAuthors.approved': { name: 'Trusted: approved, from' },
  'trustedAuthors.rejectedShare': {
    name: 'Trusted: rejected at most',
    help: 'Of the author’s comments that were approved or rejected.',
  },
  'trustedAuthors.widen': {
    name: 'Trusted: asked about later by',
    help: 'So far the review threshold moves towards the reject threshold, or 1.',
  },
  'reports.toReview': {
    name: 'A comment comes back at',
    help: 'It is held back and waits for a person.',
  },
  'reports.weighed': {
    name: 'A report counts',
    values: { true: 'by how often its reporter was right', false: 'one, whoever reports' },
  },
  'without.model': { name: 'Without a model', help: ONLY_ONE, values: { review: 'a person decides' } },
  'without.deadline': { name: 'Past the deadline', help: ONLY_ONE, values: { review: 'a person decides' } },
  'without.deadlineSeconds': {
    name: 'Deadline',
    help: 'Where a comment comes near it, the service is overloaded.',
  },
  'without.overload': {
    name: 'In overload',
    help: 'Publishing needs the moderation “after”.',
    values: { review: 'a person decides', publish: 'what no rule finds stays published' },
  },
  'audit.share': {
    name: 'Share of the machine’s decisions',
    help: 'So many are drawn at random, and a person judges them without being told.',
  },
};

export function wordsOf({ path }: Pick<Setting, 'path'>): Words {
  return WORDS[path.join('.')] ?? { name: path.join('.') };
}

const UNITS: Readonly<Record<Unit, string>> = {
  probability: 'score',
  share: 'share',
  days: 'days',
  approved: 'comments',
  reports: 'reports',
  seconds: 'seconds',
};

/** `days, 0 to 3,650` */
export function unitAndRange({ unit, least, most }: Extract<Setting, { kind: 'number' }>): string {
  return `${UNITS[unit]}, ${plainly(least)} to ${plainly(most)}`;
}

/** A value as somebody would say it: `15 min`, `1 %`, `once it is approved`. */
export function valueWords(setting: Setting, value: unknown): string {
  if (setting.kind === 'number') return typeof value === 'number' ? numberWords(setting.unit, value) : String(value);
  return wordsOf(setting).values?.[choiceOf(value)] ?? String(value);
}

/** How a choice is told from the others: as it is written, or as a group. */
export function choiceOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'group' : String(value);
}

function numberWords(unit: Unit, value: number): string {
  if (unit === 'share') return perCent(value);
  if (unit === 'seconds') return duration(1_000 * value);
  return unit === 'probability' ? plainly(value) : `${plainly(value)} ${UNITS[unit]}`;
}

/** No setting that is a fraction has more decimals than YAML shows. */
function plainly(value: number): string {
  return Number.isInteger(value) ? count(value) : String(value);
}

/** Where a value comes from, as a sentence; where the scope says it itself, with what would hold otherwise. */
export function sourceWords(setting: Setting, scope: Scope, held: Found & { own: boolean; otherwise: Found }): string {
  const { own, from, otherwise } = held;
  if (!own) return `${capital(fromWords(from))}.`;
  const other = otherwise.value === undefined ? null : valueWords(setting, otherwise.value);
  if (scope.kind === 'everywhere') {
    const same = JSON.stringify(held.value) === JSON.stringify(otherwise.value);
    return same ? 'In the defaults, as shipped.' : `Set in the defaults.${other === null ? '' : ` Shipped: ${other}.`}`;
  }
  return `Set for this ${scope.kind}.${other === null ? '' : ` Otherwise: ${other}, ${fromWords(otherwise.from)}.`}`;
}

/** What holds now, where the draft says otherwise. */
export function inForceWords(setting: Setting, value: unknown): string {
  return `In force: ${valueWords(setting, value)}.`;
}

function fromWords(from: Scope | null): string {
  if (from === null) return 'as shipped';
  return from.kind === 'everywhere' ? 'from the defaults' : `from ${from.kind} ${from.name}`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** What is said of a number that is not taken, and which one holds meanwhile. */
export function refusedWords(setting: Extract<Setting, { kind: 'number' }>, held: unknown): string {
  const what = `${setting.whole ? 'A whole number' : 'A number'} from ${plainly(setting.least)} to ${plainly(setting.most)}.`;
  return typeof held === 'number' ? `${what} Until then it stays at ${plainly(held)}.` : what;
}
