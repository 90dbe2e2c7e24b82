import type { ModelLabel } from '../core/labels.js';
import type { ByWord, Evaluation, Goal } from './evaluation.js';
import { CAPABILITY_GOAL, figureOf } from './goals.js';
import type { ReadersEvaluation } from './measure-readers.js';
import { percent } from './report-text.js';

/** Why goals are missed, as far as figures can say, in words for a card and a page alike. */
export type Missed = {
  /** Goals that go by the word of a public set; null where none of them is missed. */
  readonly sets: {
    readonly explained: string;
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
    /** What follows from the figures, a sentence or two each. */
    readonly found: readonly string[];
  } | null;
  /** The other goals, a sentence or two each. */
  readonly others: readonly string[];
};

const EXPLAINED =
  "Of the rows that a public set keeps for measuring our readers read some as well, without the set's word before them: by labels.md, or of their rudeness where the goal is about toxicity, insult, identity_attack or profanity. On these rows the table measures the model by either word. Part of them was chosen because an earlier artefact was unsure of them: where a set was not read whole, the figures are not those of the set. The readers were language models, as those were by whose readings the model learnt: that it does well by their word shows what the set's definition costs, not that they are right; and rows of which both say the same are clearer than others.";

const HEAD = [
  'goal',
  'wanted',
  'rows read',
  'with it: by the set, the readers, both',
  'they agree on',
  'κ',
  "model by the set's word",
  "model by the readers' word",
  'model where they agree',
];

/** @returns null where no goal is missed. */
export function missedGoals(evaluation: Evaluation): Missed | null {
  const missed = evaluation.goals.filter(({ met }) => met === false);
  if (missed.length === 0) return null;
  const ofSets = missed.flatMap(({ about }) => (about.kind === 'set' ? [readOf(about, evaluation.readers)] : []));
  const sets = { explained: EXPLAINED, head: HEAD, rows: ofSets.flatMap(rowsOf), found: conclusions(ofSets) };
  const others = new Set(missed.flatMap((goal) => reasonFor(goal, evaluation) ?? []));
  return { sets: ofSets.length === 0 ? null : sets, others: [...others] };
}

/** A missed goal of a set beside what readers and model say of its labels, as far as they were read. */
type Read = { readonly about: ByWord; readonly labels: readonly ReadersEvaluation[] };

function readOf(about: ByWord, readers: Evaluation['readers']): Read {
  const found = about.labels.map((label) => readers.find((one) => one.set === about.set && one.label === label));
  return { about, labels: found.flatMap((one) => one ?? []) };
}

type Figure = number | null;

function figuresOf(about: ByWord, one: ReadersEvaluation): readonly Figure[] {
  const { byRaters, byReaders, agreed } = one.model;
  return [figureOf(about, byRaters), figureOf(about, byReaders), figureOf(about, agreed)];
}

/** Over all labels of a goal; null where one is not known. */
function mean({ about, labels }: Read, of: (one: ReadersEvaluation) => Figure): Figure {
  const known = labels.flatMap((one) => of(one) ?? []);
  if (known.length < about.labels.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function rowsOf(read: Read): string[][] {
  const { about, labels } = read;
  const sign = about.by === 'ECE' ? '≤' : '≥';
  const wanted = `${sign} ${about.wanted.toFixed(3)}`;
  if (labels.length === 0) return [[nameOf(about), wanted, 'none', ...HEAD.slice(3).map(() => '–')]];
  const many = about.labels.length > 1;
  const rows = labels.map((one) => [
    many ? `… ${one.label}` : nameOf(about),
    many ? '' : wanted,
    String(one.rows),
    `${one.positives.raters}, ${one.positives.readers}, ${one.positives.both}`,
    percent(one.agree.share),
    Number.isFinite(one.kappa) ? one.kappa.toFixed(2) : '–',
    ...figuresOf(about, one).map(shown),
  ]);
  if (!many) return rows;
  const means = [0, 1, 2].map((i) => shown(mean(read, (one) => figuresOf(about, one)[i] ?? null)));
  return [[nameOf(about), wanted, '', '', '', '', ...means], ...rows];
}

function conclusions(all: readonly Read[]): string[] {
  const figures = all.map((read) => {
    const by = (word: keyof ReadersEvaluation['model']) => mean(read, (one) => figureOf(read.about, one.model[word]));
    return { about: read.about, byRaters: by('byRaters'), byReaders: by('byReaders'), agreed: by('agreed') };
  });
  type Word = Exclude<keyof (typeof figures)[number], 'about'>;
  const known = (word: Word) => figures.filter((one) => one[word] !== null);
  const met = (word: Word) => known(word).filter((one) => reaches(one.about, one[word]));
  const list = (some: typeof figures, word: Word) =>
    some.map((one) => `${nameOf(one.about)} (${shown(one[word])}, wanted ${one.about.wanted.toFixed(3)})`).join('; ');
  const would = (word: Word) =>
    `${met(word).length} of these ${known(word).length} goals would be met${met(word).length === 0 ? '' : `: ${list(met(word), word)}`}`;
  const still = known('byReaders').filter((one) => !reaches(one.about, one.byReaders));
  return [
    ...(known('byReaders').length === 0
      ? []
      : [
          `By the readers' word, on the rows that they read, ${would('byReaders')}. For a model of labels.md this is the better goal: where it does better by it than by the set's word, that lies in rows of which the two say different things.`,
        ]),
    ...(still.length === 0
      ? []
      : [`Missed by either word, so that the model falls short: ${list(still, 'byReaders')}.`]),
    ...(known('agreed').length === 0 ? [] : [`On the rows of which set and readers say the same, ${would('agreed')}.`]),
  ];
}

function reaches({ by, wanted }: ByWord, figure: Figure): boolean {
  return figure !== null && (by === 'ECE' ? figure <= wanted : figure >= wanted);
}

function nameOf({ set, labels, by }: ByWord): string {
  return labels.length > 1 ? `${set}: mean ${by}` : `${set}: ${by} of ${labels[0]}`;
}

function shown(value: Figure): string {
  return value === null ? '–' : value.toFixed(3);
}

function reasonFor({ about, what, measured, goal }: Goal, evaluation: Evaluation): string | null {
  switch (about.kind) {
    case 'set':
      return null;
    case 'readers':
      return `${what}: ${measured} (${goal}). Set beside the set's word above.`;
    case 'capabilities':
      return ofCapabilities(evaluation);
    case 'named':
      return ofNamed(about.label, evaluation);
    case 'identities':
      return ofIdentities(evaluation);
    case 'topic':
      return `${what}: ${measured} (${goal}). ${ofTopic(evaluation)}`;
    case 'artefact':
      return `${what}: ${measured} (${goal}). See size, speed, agreement.`;
  }
}

/** The faults of a capability's texts: a label that is missed, or one that is found where it is not. */
function faultsOf({ capabilities, labels }: Evaluation) {
  return capabilities.flatMap(({ failures }) =>
    failures.flatMap(({ scores, wrong }) =>
      wrong.map((label) => {
        const threshold = labels[label]?.review?.threshold ?? 1;
        const score = scores[label] ?? 0;
        return { label, missed: score < threshold, near: score >= threshold / 2 };
      }),
    ),
  );
}

function ofCapabilities(evaluation: Evaluation): string {
  const { capabilities } = evaluation;
  const texts = capabilities.reduce((sum, { cases }) => sum + cases, 0);
  const wrong = capabilities.reduce((sum, { cases, passed }) => sum + cases - passed, 0);
  const faults = faultsOf(evaluation);
  const missed = faults.filter((fault) => fault.missed);
  const near = missed.filter((fault) => fault.near).length;
  const below = capabilities.filter(({ share }) => share < CAPABILITY_GOAL).length;
  return `Own functional tests: ${below} of ${capabilities.length} capabilities are below ${percent(CAPABILITY_GOAL)}; ${wrong} of ${texts} texts are judged wrongly. A label that a text carries is missed ${missed.length} times (${counted(missed)}), ${near} of these with a score of at least half the threshold; one that it does not carry is found ${faults.length - missed.length} times (${counted(faults.filter((fault) => !fault.missed))}). The thresholds are set by false alarms on validation rows and debates, and not to these texts.`;
}

/** How often each label is among faults, most often first. */
function counted(faults: readonly { readonly label: ModelLabel }[]): string {
  const labels = [...new Set(faults.map(({ label }) => label))];
  const counts = labels.map((label) => ({ label, times: faults.filter((fault) => fault.label === label).length }));
  if (counts.length === 0) return 'no label';
  return counts
    .sort((a, b) => b.times - a.times)
    .map(({ label, times }) => `${label} ${times}`)
    .join(', ');
}

function ofNamed(label: ModelLabel, evaluation: Evaluation): string {
  const missed = faultsOf(evaluation).filter((fault) => fault.label === label && fault.missed);
  const near = missed.filter((fault) => fault.near).length;
  const threshold = evaluation.labels[label]?.review?.threshold;
  return `Own functional tests, ${label}: missed in ${missed.length} texts, ${near} of them with a score of at least half the threshold${threshold === undefined ? '' : ` of ${threshold}`}.`;
}

function ofIdentities({ identities }: Evaluation): string | null {
  if (identities === null) return null;
  const { harmlessFlagged, worstFrames } = identities;
  const most = worstFrames.reduce((sum, { flagged }) => sum + flagged.hits, 0);
  return `Own identity templates: ${harmlessFlagged.hits} of ${harmlessFlagged.of} harmless sentences are flagged, ${most} of them in the ${worstFrames.length} frames that are quoted under “By identity”.`;
}

function ofTopic({ topic: { threads, straying, onTopic, own } }: Evaluation): string {
  const ownArticles =
    own === null
      ? ''
      : ` Under articles of our own the areas are ${own.aucFar.toFixed(3)} and ${own.aucNear.toFixed(3)}.`;
  return `On ${threads} debates, at the shipped threshold, ${percent(straying.far.share)} of far strays, ${percent(straying.near.share)} of near ones and ${percent(onTopic.true.share)} of true comments are flagged.${ownArticles}`;
}
