import type { Outcome } from '../../core/decision.js';
import type { RulePlace } from '../../core/rule-views.js';
import type { RuleEffect } from '../../core/rules.js';
import { count, percent, score } from '../format.js';

/**
 * Every word that the pages for rules and policies say by themselves. They stand apart from the desk's other words so that
 * the queue does not load them.
 */

export const EFFECTS: Readonly<Record<RuleEffect, string>> = {
  approve: 'approve',
  review: 'review',
  reject: 'reject',
  flag: 'flag',
};

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  approve: 'approved',
  review: 'before a person',
  reject: 'rejected',
};

/** What undoing a disguise is called; the names are the normaliser's. */
const UNDONE: Readonly<Record<string, string>> = {
  invisible: 'Invisible characters out',
  marks: 'Accents and stacked marks out',
  'letter-forms': 'Odd letter forms',
  'look-alikes': 'Look-alike letters',
  'digits-as-letters': 'Digits and signs as letters',
  'run-together': 'Words run together behind # or @',
  spaced: 'Spaced letters closed',
  repeated: 'Repeated letters cut',
  masked: 'Covered letters filled in',
  markup: 'Markup read',
  link: 'Addresses',
  emoji: 'Emoji as words',
};

const WARNINGS: Readonly<Record<string, string>> = {
  shadowed: 'Another rule comes first',
  'never-fires': 'Never fires',
  conflict: 'Rules contradict each other',
  broad: 'Very broad',
  'facts-unknown': 'Facts missing',
  'replaces-shipped': 'On this site',
  'unknown-section': 'No such section',
};

function faults(n: number): string {
  return n === 1 ? '1 fault' : `${count(n)} faults`;
}
function drafts(n: number): string {
  return n === 1 ? '1 draft' : `${count(n)} drafts`;
}
function comments(n: number): string {
  return n === 1 ? '1 comment' : `${count(n)} comments`;
}

export const shared = {
  skip: 'Skip to the document',
  revision: (revision: number, time: string, by: string) => `Revision ${revision}, published ${time} by ${by}`,
  shipped: (revision: number) => `Revision ${revision}, as shipped`,
  drafts,
  faults,
  comments,
  noDrafts: 'nothing is drafted',
  publish: 'Publish',
  history: 'History',
  offlineSafe: 'What you type is kept on this device and sent when the connection is back.',
  unread: (what: string) => `${what} could not be read`,
  nothingChanged: 'Nothing has been changed.',
  /** What is in force now, after something was published. */
  inForce: {
    loading: 'being read anew …',
    failed: 'What is in force now could not be read. The page tries again by itself.',
  },
  tryingAgain: 'The page tries again by itself.',
  saving: {
    saving: 'saving…',
    kept: 'kept on this device, not sent yet',
    refused: (why: string) => `Kept on this device. The service does not take it: ${why}`,
    by: (author: string, age: string) => `changed by ${author} ${age}`,
    upgrade: 'came with a newer premod',
    typedOver: 'kept on this device, not sent',
    unchanged: 'as published',
  },
  /** Somebody else changed a draft that is typed on here. */
  typedOver: {
    /** @param by as a sentence begins */
    said: (by: string, time: string) =>
      `${by} changed this draft (${time}) after you had read it. What you typed is kept on this device and not sent, so that nothing is lost unseen: bring over what is to stay, then send yours, or take theirs.`,
    differ: 'How yours differs',
    mine: 'Send mine in its place',
    theirs: 'Take theirs and drop mine',
  },
  restored: 'What you had typed before was kept on this device and is here again.',
  line: (line: number) => `line ${line}`,
  inList: (list: string) => `in the list ${list}: `,
  /** Nothing where the detail says it all. */
  warning: (kind: string) => (WARNINGS[kind] === undefined ? '' : `${WARNINGS[kind]}: `),
  moreDoubts: (n: number) => `and ${count(n)} more, below the draft.`,
  discard: 'Discard draft',
  discardTitle: 'Discard this draft?',
  discardBody: 'What is published stays as it is. The draft cannot be brought back.',
  checking: 'The drafts are being checked …',
  unchecked: 'The drafts could not be checked.',
  publishing: 'Being published …',
  rollingBack: 'Being rolled back …',
  discarding: 'Being discarded …',
  why: 'Why',
  whyHint: 'A sentence for whoever reads the history. Everybody with access reads it.',
  whyNeeded: 'Write a sentence first.',
  conflict: (by: string | null) =>
    `Your draft is kept. ${by ?? 'Somebody'} published another revision while you were looking at this one, so what you saw is not what would change.`,
  draftChanged: (by: string | null) =>
    `Nothing was published. ${by ?? 'Somebody'} changed the draft while you were looking at it, so what you saw is not what would go out.`,
  draftOutdated: (by: string | null) =>
    `Nothing was published. ${by ?? 'Somebody'} published something since that this draft would take back.`,
  /** @param by as a sentence begins */
  changedSince: (by: string, revision: number, time: string) =>
    `${by} published revision ${revision} (${time}) after this draft was begun.`,
  bringOver: 'Published, the draft takes back what of that it does not say itself. Bring over what is to stay.',
  takesBack: 'What of this the draft does not say itself is taken back:',
  whatChanged: 'What was changed',
  seen: 'I have seen it; publish all the same',
  seenNeeded: 'Look first at what would be taken back.',
  wouldChange: 'All that would change:',
  overtaken: (by: string | null) =>
    `Nothing was rolled back: ${by ?? 'Somebody'} published another revision while you were looking at these.`,
  readAnew: 'Read it anew',
  notPublished: (why: string) => `Nothing was published: ${why}`,
  notRolledBack: (why: string) => `Nothing was rolled back: ${why}`,
  faultyDrafts: 'Nothing can be tried while a draft has a fault. Mend it first:',
  notTaken: 'What you typed has not reached the service yet',
  published: (revision: number) => `Revision ${revision} is published`,
  rolledBack: (revision: number) => `Rolled back: revision ${revision} is in force`,
  silent: 'the server did not answer',
  skippedLines: (n: number) => (n === 1 ? '1 line unchanged' : `${count(n)} lines unchanged`),
  added: 'added',
  removed: 'taken out',
  changed: 'changed',
  same: 'Nothing differs.',
  revisionsTitle: 'Revisions',
  now: 'in force',
  rolledBackTo: (revision: number) => `back to revision ${revision}`,
  compare: 'What it changes',
  rollBack: 'Roll back to this',
  rollBackTitle: (revision: number) => `Roll back to revision ${revision}`,
  rollBackBody:
    'The old revision is published again under a new number. What is not judged yet is judged by it; what waits for a person and what people decided stays.',
  earlier: 'Earlier ones',
  noWhy: 'no reason given',
} as const;

/** What trying drafts on stored comments says. */
export const dryRuns = {
  title: 'On last week’s comments',
  begin: (n: number) => (n === 1 ? 'Try the draft' : 'Try the drafts'),
  again: 'Try again',
  none: 'Nothing is drafted, so nothing would be decided otherwise.',
  running: (done: number, total: number) => `${count(done)} of ${comments(total)} asked`,
  waits: 'It waits, because live comments come first, and goes on by itself.',
  done: (total: number, unscored: number) =>
    `${comments(total)} asked, with the scores they had${unscored === 0 ? '' : `; ${count(unscored)} had none`}`,
  failed: 'It did not come to an end. Nothing was changed.',
  old: 'What is drafted has changed since.',
  noChanges: 'No decision would change.',
  change: (from: Outcome, to: Outcome) => `${OUTCOMES[from]} → ${OUTCOMES[to]}`,
  changes: 'Decisions that would change',
  byRule: 'What each rule matches',
  matched: (n: number, share: number) => `${count(n)}, ${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`,
  examples: 'Which ones',
  scored: (label: string, of: number) => `${label} ${score(of)}`,
  more: 'More',
} as const;

export const rules = {
  panel: 'Rules',
  find: 'Find a rule or words',
  found: (n: number) => (n === 1 ? '1 rule' : `${count(n)} rules`),
  nothingFound: 'It stands in no rule’s name, reason or words. “Try it” says which rules find it in a comment.',
  /** Before the words in which it stands. */
  place: (place: RulePlace, set: string | null) => {
    const within = set === null ? '' : ` in the set {${set}}`;
    return {
      words: 'finds',
      set: `finds,${within}:`,
      unless: `not where it says${within}`,
      example: 'only an example:',
    }[place];
  },
  otherPlaces: (others: number) => ` and ${count(others)} more`,
  inDraft: 'stands in the draft',
  wordsNotSought: (why: string) => `Only names and reasons were looked through: ${why}.`,
  site: 'of this site',
  shipped: 'shipped',
  draft: 'draft',
  inAlarm: 'finds far more',
  off: 'off',
  shadow: 'watches only',
  forced: 'decides alone',
  unread: 'cannot be read',
  unreadTitle: 'Rules that cannot be read',
  unreadBody:
    'This premod cannot read them as they were published. The others judge on; what these could concern goes to a person. Mend them and publish, or switch them off.',
  unmet: 'Examples of rules in force are not met any more:',
  ruleOf: (rule: string, list: string) => `${rule} in ${list}`,
  moreUnmet: (n: number) => `and ${count(n)} more.`,
  unmetBody:
    'This premod reads texts otherwise than the one that they were published with. The rules go on; look whether each still finds what it should.',
  newList: 'New list',
  newListTitle: 'A new list',
  newListName: 'Name',
  newListHint: 'Small letters, digits and hyphens, at most 64; a letter or digit first.',
  newListNot: 'A list cannot be called that.',
  newListSign: (sign: string) => `${sign.trim() === '' ? 'A blank' : `“${sign}”`} cannot stand in a list’s name.`,
  newListHyphen: 'A list’s name cannot begin with a hyphen.',
  newListUpgrade: 'That is the draft that comes with a newer premod.',
  newListTaken: 'A list of this name is there already.',
  begin: 'Begin',
  beginning: 'Being begun …',
  right: (agreed: number, judged: number) => `${agreed} of ${judged} right`,
  unjudged: 'not judged yet',
  hits: (n: number) => (n === 1 ? 'found 1 comment' : `found ${count(n)} comments`),
  lastFired: (age: string) => `last ${age}`,
  neverFired: 'has found nothing yet',
  agreement: (agreed: number, judged: number, interval: readonly [number, number] | null) =>
    `moderators agreed with ${agreed} of ${judged}${
      interval === null ? '' : ` (between ${percent(interval[0], 1)} and ${percent(interval[1], 1)})`
    }`,
  forcedBy: (by: string, until: string, reason: string) => `Decides alone until ${until}, says ${by}: ${reason}`,
  readOnly: 'This list is shipped with premod and cannot be written over. Change a rule for this site instead.',
  change: 'Change for this site',
  switchOff: 'Switch off',
  switchOn: 'Switch on',
  cannotEdit: 'The list of this site has a fault. Mend it first.',
  editorHint: 'Enter keeps the indentation. Ctrl ] and Ctrl [ move lines in and out. Tab leaves the field.',
  document: (name: string) => `The list ${name} as YAML`,
  faultsOf: 'What is wrong',
  remove: 'Remove this list',
  removes: 'Nothing stands here any more: published, it takes the list away. Discard the draft to keep the list.',
  upgrade:
    'Newer lists came with premod. Published, they take the place of the shipped ones; your own lists stay on top of them.',
  loadingList: (name: string) => `Loading the list ${name}`,
  noList: 'No list is open',
  noListBody: 'Choose a rule on the left, or begin a list of your own.',
  goneTitle: 'There is no list of this name',
  goneBody: 'It may have been renamed, its draft discarded, or the rules rolled back to before it was there.',
  loading: 'Loading the rules',

  tryIt: 'Try it',
  nothingKept: 'nothing is kept',
  happens: 'What happens',
  outcome: {
    approve: 'It would be published',
    review: 'A person would be asked',
    reject: 'It would be rejected',
  } satisfies Readonly<Record<Outcome, string>>,
  noDecision: 'No decision: the model could not be asked.',
  withDrafts: 'with the drafts',
  asInForce: 'as published',
  decidedAsPublished: (outcome: Outcome, same: boolean) =>
    same
      ? 'As published, too.'
      : `As published: ${{ approve: 'published', review: 'a person is asked', reject: 'rejected' }[outcome]}.`,
  byDraft: 'by the drafts',
  lost: (names: readonly string[]) => `No longer found with the drafts: ${names.join(', ')}.`,
  noHits: 'No rule finds anything.',
  needed: (undone: readonly string[]) => `needed: ${undone.map((kind) => undoneName(kind).toLowerCase()).join(', ')}`,
  broken: (rule: string) => `The rule ${rule} could not be evaluated, so a person is asked.`,
  howRead: 'How it was read',
  asRead: 'As the rules read it',
  undone: undoneName,
  places: (n: number) => (n === 1 ? '1 place' : `${count(n)} places`),
  readAs: (original: string, meant: string) => (meant === '' ? `${original} out` : `${original} read as ${meant}`),
  withLettersOf: (text: string, alphabets: readonly string[]) => `${text} (${alphabets.join(', ')})`,
  nothingUndone: 'Nothing had to be undone.',
  trying: 'being read …',
  leftOut: (draft: string) => `Tried without the draft ${draft}, which does not fit:`,
  tryEmpty: 'Type a comment to see what every rule finds in it, and how it is read.',

  publishTitle: 'Publish rules',
  publishDoes:
    'What is not judged yet, and every comment from now on, is judged by the new revision. What waits for a person stays.',
  notReady: (n: number) => `Mend ${faults(n)} first.`,
  noDraftChosen: 'Choose a draft.',
} as const;

function undoneName(kind: string): string {
  return UNDONE[kind] ?? kind;
}
