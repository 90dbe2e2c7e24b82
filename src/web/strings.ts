import type { QueueCause, VerdictAction } from '../core/comment.js';
import type { Label } from '../core/labels.js';
import type { QueueList } from '../core/views.js';
import { cardinal, count, duration, minutesSeconds, ordinal, score } from './format.js';
import type { DeskLabel } from './labels.js';
import type { Page } from './place.js';

/** Every word that the desk says by itself. What readers wrote and the reasons of the pipeline come from the service. */

export const LISTS: Readonly<Record<QueueList, string>> = {
  all: 'All but escalated',
  incitement: 'Incitement and threats',
  hate: 'Hate and dehumanisation',
  reported: 'Reported by readers',
  disagreement: 'Rejecting rule doubted',
  escalated: 'Escalated',
  stale: 'Waiting over 2 hours',
};

/** What the names of lists leave open. */
export const LIST_TITLES: Readonly<Partial<Record<QueueList, string>>> = {
  all: 'All that waits, but for what somebody has escalated: that is under Escalated and in no other list, and articles do not count it.',
  disagreement:
    'A rule would have rejected the comment, but the model sees nothing of the kind. Rules that only ask for a person are not meant.',
};

export const PAGES: Readonly<Record<Exclude<Page, 'queue'>, string>> = { rules: 'Rules', policy: 'Policy' };

export const LABELS: Readonly<Record<Label, string>> = {
  incitement: 'incitement',
  dehumanisation: 'dehumanisation',
  hate: 'hate',
  threat: 'threat',
  insult: 'insult',
  identity_attack: 'attack on an identity',
  profanity: 'profanity',
  toxicity: 'toxicity',
  severe_toxicity: 'severe toxicity',
  spam: 'spam',
  off_topic: 'off topic',
};

/**
 * What a site may tell an author whose comment is rejected for a label. A proposal for the moderator to know and the site to
 * use: the service sends these words to nobody, its answers carry the label.
 */
export const MAY_TELL: Readonly<Record<DeskLabel, string>> = {
  incitement: 'Your comment was not published because it wishes violence on people. You may edit it and send it again.',
  dehumanisation:
    'Your comment was not published because it speaks of people as less than human. You may edit it and send it again.',
  hate: 'Your comment was not published because it attacks people for what they are. You may edit it and send it again.',
  threat: 'Your comment was not published because it threatens somebody. You may edit it and send it again.',
  insult: 'Your comment was not published because it insults somebody. You may edit it and send it again.',
  profanity: 'Your comment was not published because of its words. You may edit it and send it again.',
  spam: 'Your comment was not published because it advertises something.',
  off_topic: 'Your comment was not published because it is not about this article. You may edit it and send it again.',
};
export const MAY_TELL_OTHER = 'Your comment was not published. You may edit it and send it again.';

const DONE: Readonly<Record<VerdictAction, string>> = {
  approve: 'approved',
  reject: 'rejected',
  escalate: 'escalated',
  'request-edit': 'asked to edit',
};

export const ACTIONS: Readonly<Record<VerdictAction, string>> = {
  approve: 'Approve',
  reject: 'Reject',
  escalate: 'Escalate',
  'request-edit': 'Ask to edit',
};

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `rejected for insult` */
function done(action: VerdictAction, label: Label | null): string {
  return label === null ? DONE[action] : `${DONE[action]} for ${LABELS[label]}`;
}

function decisions(n: number): string {
  return n === 1 ? '1 decision' : `${count(n)} decisions`;
}

export const words = {
  product: 'premod',
  desk: 'Desk',
  guide: 'Guide',
  queues: 'Queues',
  articles: 'Articles',
  title: (name: string, waiting: number | null) =>
    `${name}${waiting === null ? '' : `, ${count(waiting)} waiting`} · premod`,
  waiting: 'waiting',
  order: 'Most urgent first',
  context: 'Context',
  skipLink: 'Skip to the comment',
  skipToWork: 'Skip the lists',
  keys: 'Keys',
  close: 'Close',
  capital,
  done: (action: VerdictAction, label: Label | null) => capital(done(action, label)),
  demonstration: 'Demonstration: invented comments',

  strip: {
    published: (time: string) => `Published ${time}`,
    waiting: (age: string) => `Waiting ${age}`,
    untitled: 'Article without a title',
  },
  cause: {
    decision: null,
    report: 'reported by readers',
    escalated: 'escalated',
    rescore: 'judged again',
    undo: 'taken back',
  } satisfies Readonly<Record<QueueCause, string | null>> as Readonly<Record<QueueCause, string | null>>,

  comment: {
    parent: 'The comment it answers',
    parentGone: 'This comment was deleted.',
    section: (author: string) => `Comment by ${author}`,
    nameless: 'Reader without a name',
    version: (revision: number) => `${ordinal(revision)} version`,
    showVersion: (revision: number) => `${capital(ordinal(revision))} version`,
    readingVersion: (shown: number, current: number) =>
      `You are reading the ${ordinal(shown)} version. Decisions are on the ${ordinal(current)}.`,
    reports: (n: number) => (n === 1 ? '1 report' : `${count(n)} reports`),
    unmask: 'Unmask',
    hold: 'hold',
    masked: (label: DeskLabel) =>
      `, masked word, ${label === 'profanity' ? 'profanity' : 'slur for a group'}, hold to read`,
    markedBy: { model: 'says the model', rule: 'says a rule' },
    empty: 'This comment has no text.',
  },

  state: {
    approvedBy: (by: string | null) => (by === null ? 'approved' : `approved by ${by}`),
    rejectedBy: (by: string | null, label: Label | null) => `${done('reject', label)}${by === null ? '' : ` by ${by}`}`,
    escalatedBy: (by: string) => `escalated by ${by}`,
    editAskedBy: (by: string) => `asked to edit by ${by}`,
    waits: 'waits for a person',
    pending: 'not judged yet',
    removed: 'deleted',
  },

  margin: {
    title: 'Why a person is asked',
    underLine: (line: number) => `Under the line of ${score(line)}, so not flagged.`,
    none: 'No reason was recorded.',
    notScored: 'not scored',
    source: {
      model: 'model',
      rule: 'rule',
      both: 'rule and model',
      disagree: (probability: number) => `rule; the model disagrees (${score(probability)})`,
      readers: 'readers',
      pipeline: 'pipeline',
    },
    head: {
      unscorable: 'cannot be scored',
      'model-unavailable': 'no model',
      'rule-broken': 'a rule is broken',
      policy: 'by policy',
      report: 'reported',
      escalated: 'escalated',
      rescore: 'judged again',
      undo: 'taken back',
    },
    reported: (n: number) => (n === 1 ? 'A reader reported it.' : `${count(n)} readers reported it.`),
    escalated: (by: string, time: string) => `${by} wants another pair of eyes on it, ${time}.`,
    escalatedUnknown: 'Somebody wants another pair of eyes on it.',
    rescored: 'A newer model or newer rules judge it otherwise than before.',
    takenBack: 'A decision on it was taken back.',
    rule: (id: string) => `Rule ${id}`,
    author: 'Author',
    since: (time: string) => `since ${time}`,
    sinceUnknown: 'since: unknown',
    approved: 'Approved',
    rejected: 'Rejected',
    lastTen: 'Last ten',
    lastTenWords: (states: readonly string[]) => `newest last: ${states.join(', ')}`,
    role: 'Role',
    trusted: 'Trusted by the site',
    yes: 'yes',
    no: 'no',
    nothingSettled: 'none yet',
    reports: 'Readers’ reports',
    quoted: (text: string) => `“${text}”`,
  },

  actions: {
    bar: 'Decide',
    skip: 'Skip',
    previous: 'Back to what was skipped',
    writeNote: 'Note',
    more: 'More actions',
    rejectFor: 'Reject for',
    another: 'Another reason…',
    mayTell: (author: string) => `The site may tell ${author}:`,
    anotherTitle: 'Reject for another reason',
    label: 'Reason',
    noLabel: 'none of these',
    note: 'Note for the record',
    noteHint: 'Needed where none of the reasons fits. Other moderators read it.',
    noteTitle: 'Note on this comment',
    noteGoes: 'It is kept with your decision on this comment. Other moderators read it, the author does not.',
    keep: 'Keep',
    needed: 'Choose a reason or write a note.',
    reject: 'Reject',
    cancel: 'Cancel',
  },

  status: {
    yours: (left: number) => `Yours for ${minutesSeconds(left)}`,
    notYours: 'No longer held for you',
    nextReady: 'Next one ready',
    noteGoes: 'Your note goes with the decision',
    noteBegun: 'Your note is not kept yet',
    overrides: (by: string | null) => `Your decision will replace ${by === null ? 'the one before' : `that of ${by}`}`,
    nothingSkipped: 'Nothing was passed over.',
    notBroughtBack: (why: string) => `Not brought back: ${why}`,
    waitsNoMore: 'It no longer waits.',
    cannotEscalate: 'Only a comment that waits can be escalated.',
    saving: 'Saving…',
    undo: 'Undo',
    seconds: (left: number) => `${left} s`,
    takenBack: 'Taken back',
    notTakenBack: (why: string) => `Not taken back: ${why}`,
    notSaved: (why: string) => `Not saved: ${why}`,
    tryAgain: 'Try again',
    sent: (n: number) => `${capital(decisions(n))} sent`,
    sentRefused: (n: number) =>
      n === 1 ? '1 was not needed: it was settled before' : `${count(n)} were not needed: they were settled before`,
  },

  notice: {
    taken: (by: string | null, action: VerdictAction | null, label: Label | null, age: string | null) => {
      const who = by ?? 'Somebody';
      const when = age === null ? '' : ` ${age}`;
      if (action === null) return 'This no longer waits for a person.';
      if (action === 'request-edit') return `${who} asked the author to edit this${when}.`;
      return `${who} ${DONE[action]} this${when}${label === null ? '' : `, for ${LABELS[label]}`}.`;
    },
    claimed: (by: string | null) => `${by ?? 'Somebody else'} is reading this one now.`,
    revised: (author: string, age: string | null, shown: number, current: number) =>
      `${author} changed this comment${age === null ? '' : ` ${age}`}. You are reading the ${ordinal(shown)} of ${cardinal(
        current,
      )} versions.`,
    readVersion: (revision: number) => `Read the ${ordinal(revision)}`,
    gone: 'This comment was deleted. Nothing is left to decide.',
    next: 'Next',
    seeIt: 'See it',
    override: 'Override',
    offline: (time: string) => `No connection since ${time}.`,
    overloaded:
      'No comment is lost, but more come than can be weighed in time. Late ones are judged by the rules alone for now and weighed afterwards; batches and dry runs wait.',
    offlineNone: 'You can go on deciding: decisions wait on this device and go out in order.',
    kept: (n: number) => (n === 1 ? '1 decision' : `${count(n)} decisions`),
    keptTail: (n: number) =>
      n === 1 ? ' waits on this device and goes out by itself.' : ' wait on this device and go out in order.',
    show: 'Show them',
    keptTitle: 'Decisions that wait on this device',
    keptLine: (what: string, time: string) => `${what}, ${time}`,
    keptHint: 'They are sent once, in this order, when the connection is back. The device keeps no text of a comment.',
    othersKept: (n: number) =>
      `${capital(decisions(n))} of somebody else ${n === 1 ? 'waits' : 'wait'} on this device.`,
  },

  live: {
    next: (what: string | null, author: string, reasons: number) =>
      `${what === null ? '' : `${what}. `}Next: comment by ${author}, ${reasons === 1 ? '1 reason' : `${reasons} reasons`}.`,
    nothing: (what: string | null) => `${what === null ? '' : `${what}. `}Nothing waits here.`,
    back: (author: string) => `Taken back: comment by ${author}.`,
    previous: (author: string) => `Back: comment by ${author}.`,
    readAnew: 'The queue was read anew',
  },

  history: {
    title: 'What happened to this comment',
    revision: (revision: number) => `${capital(ordinal(revision))} version`,
    machine: {
      approve: 'The machine approved it',
      review: 'The machine asked for a person',
      reject: 'The machine rejected it',
    },
    notInForce: 'not in force',
    verdict: (by: string, action: VerdictAction, label: Label | null) =>
      action === 'request-edit'
        ? `${by} asked the author to edit it`
        : `${by} ${DONE[action]} it${label === null ? '' : ` for ${LABELS[label]}`}`,
    undone: 'taken back',
    report: (reason: string) => (reason === '' ? 'A reader reported it' : `A reader reported it: ${reason}`),
    unread: 'What is newer could not be read.',
  },

  loading: 'Loading the next comment',
  empty: {
    title: 'Nothing waits here',
    lastBy: (by: string, age: string) => `The last one was decided by ${by} ${age}.`,
    lastByYou: (age: string) => `You decided the last one ${age}.`,
    byThemselves: 'New comments appear by themselves.',
    others: (n: number) =>
      n === 1 ? 'One waits, and somebody is reading it.' : `${count(n)} wait, and others are reading them.`,
    skipped: (n: number) => (n === 1 ? 'You skipped one.' : `You skipped ${count(n)}.`),
    readSkipped: (n: number) => (n === 1 ? 'Read the one you skipped' : `Read the ${count(n)} you skipped`),
    go: (list: string, n: number) => `${list}, ${count(n)}`,
  },
  error: {
    title: 'The queue could not be read',
    silent: (seconds: number) => `The server did not answer for ${duration(seconds * 1_000)}.`,
    unreached: 'The server could not be reached.',
    problem: (title: string) => `The server answered: ${title}.`,
    lastKept: (time: string) => `Your last decision, at ${time}, was kept.`,
    nothingLost: 'Nothing that was decided is lost.',
    kept: (n: number) =>
      `${capital(decisions(n))} ${n === 1 ? 'waits' : 'wait'} on this device and ${n === 1 ? 'goes out by itself' : 'go out in order'}.`,
    again: 'The desk tries again in',
    byItself: 'a moment',
    seconds: (n: number) => (n === 1 ? '1 second' : `${n} seconds`),
    now: 'Try now',
    reference: (reference: string) => `For whoever looks after the server: reference ${reference}`,
  },
  fault: {
    title: 'The desk stopped',
    body: 'What you decided is saved, or waits on this device. The page has to be loaded again.',
    reload: 'Load again',
  },
  access: {
    title: 'This desk is locked',
    over: 'Your session is over',
    body: 'It opens with the access key that whoever looks after the server gave you. The key stays in this tab and is forgotten when you close it.',
    kept: (n: number) => `${capital(decisions(n))} ${n === 1 ? 'waits' : 'wait'} on this device and will be sent.`,
    key: 'Access key',
    open: 'Open the desk',
    refused: 'This key does not open the desk.',
  },

  side: {
    article: 'Article',
    open: 'Open',
    moreText: 'Read on',
    lessText: 'Less',
    stub: 'Only the address of this article is known so far.',
    comments: 'Comments',
    waiting: 'Waiting',
    escalated: 'Escalated',
    rejected: 'Rejected so far',
    thread: 'Thread',
    replies: (n: number) => (n === 1 ? '1 comment' : `${count(n)} comments`),
    thisComment: 'This comment',
    moreLines: (n: number) => `${count(n)} more in this thread`,
    moreAround: (n: number) => `${count(n)} more around this comment`,
    shown: (n: number, all: number) => `${count(n)} of ${count(all)} shown`,
    notes: 'Notes of the desk',
    addNote: 'Add',
    noNotes: 'none yet',
    noteBy: (by: string, time: string) => `${by}, ${time}`,
    judgedBy: 'Judged by',
    history: 'History',
    pipeline: 'Pipeline',
    model: 'Model',
    rules: 'Rules',
    policy: 'Policy',
    normaliser: 'Normaliser',
    revision: (revision: number) => `revision ${revision}`,
    asking: '…',
    language: 'Language',
    languageSource: { sender: 'says the sender', article: 'of the article', site: 'of the site', detected: 'detected' },
    languageUnknown: 'unknown',
    notJudged: 'not judged yet',
    degraded: 'A part of the pipeline was missing. It is judged again when the part is back.',
  },

  keymap: {
    decide: 'Decide',
    read: 'Read',
    move: 'Move',
    labels: 'Labels: light, or reject for',
    go: 'Go to',
    approve: 'Approve',
    reject: 'Reject, then a reason',
    escalate: 'Escalate',
    edit: 'Ask the author to edit',
    undo: 'Take back',
    unmask: 'Unmask while held',
    version: 'Earlier version',
    context: 'Context',
    skip: 'Skip to the next',
    previous: 'Back to what was skipped',
    note: 'Write a note',
    keys: 'Keys',
    singleKeys: 'Single-letter keys',
    maskWords: 'Mask slurs and curses',
    settings: 'On this device',
  },
} as const;
