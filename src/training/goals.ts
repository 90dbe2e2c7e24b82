import type { ModelLabel } from '../core/labels.js';
import { tallyOf } from './disagreements.js';
import type { ByWord, Evaluation, Goal, GoalSubject } from './evaluation.js';
import type { answersOf } from './measure.js';
import { type Asked, type ByOneWord, errorOf } from './measure-readers.js';
import { areaUnderCurve, shareOf } from './metrics.js';
import type { Row } from './rows.js';

const HATE = { 'gab-hate-corpus': 0.88, stormfront: 0.9, 'measuring-hate-speech': 0.92, hatexplain: 0.86 } as const;
const DGHS = 0.84;
const NEWS = 'civil-comments-spans';
const NEWS_LABELS = ['toxicity', 'insult', 'identity_attack', 'threat', 'profanity'] as const;
const NEWS_MEAN = 0.8;
const NEWS_ERROR = 0.03;
/** AUC of the kinds of hate that one set names. */
const NAMED = 0.92;

/** Below this, set and readers agree too little for the one's word to stand for the other's (Cohen's κ). */
const KAPPA = 0.6;

/** The share of a capability's texts that a release should judge rightly. */
export const CAPABILITY_GOAL = 0.85;

/**
 * @param dev the rows that a set's own makers kept for measuring, all of them and by their word: another's choice of rows is no
 *   longer the set's.
 * @param largestShare the largest share of a stream's comments that calibration assumes to carry a label.
 */
export function goalsOf(
  measured: Omit<Evaluation, 'goals'>,
  dev: (set: string, label: ModelLabel) => readonly Asked[],
  largestShare: number,
): Goal[] {
  const { labels, topic, capabilities, identities, agreement, speed, readers, disagreements } = measured;
  const goals: Goal[] = [];
  type Measured = {
    readonly value: number | null;
    readonly as?: (value: number) => string;
    readonly about: GoalSubject;
  };
  const add = (what: string, sign: '≥' | '≤', wanted: number, { value, as = decimal, about }: Measured) => {
    const known = value !== null && Number.isFinite(value);
    const met = known ? (sign === '≥' ? value >= wanted : value <= wanted) : null;
    const replaced = about.kind === 'set' && provedWrong(about, readers, disagreements);
    goals.push({
      what,
      goal: `${sign} ${as(wanted)}`,
      measured: known ? as(value) : 'not measured',
      met,
      about,
      replaced,
    });
  };
  const atLeast = (what: string, least: number, measured: Measured) => add(what, '≥', least, measured);
  const atMost = (what: string, most: number, measured: Measured) => add(what, '≤', most, measured);
  const ofSet = (set: string, labels: readonly ModelLabel[], by: ByWord['by'], wanted: number): GoalSubject => ({
    kind: 'set',
    ...{ set, labels, by, wanted },
  });

  const dghs = dev('dghs', 'hate');
  const review = labels.hate?.review?.threshold ?? 2;
  const right = dghs.filter(({ score, carries }) => score >= review === carries).length;
  atLeast(`dghs dev (${dghs.length} rows): accuracy at the shipped threshold`, DGHS, {
    value: right / dghs.length,
    about: ofSet('dghs', ['hate'], 'accuracy', DGHS),
  });
  for (const [set, least] of Object.entries(HATE)) {
    const rows = dev(set, 'hate');
    atLeast(`${set} dev (${rows.length} rows): hate AUC`, least, {
      value: areaUnderCurve(rows),
      about: ofSet(set, ['hate'], 'AUC', least),
    });
  }
  const news = NEWS_LABELS.map((label) => areaUnderCurve(dev(NEWS, label)));
  const mean = news.reduce((sum, value) => sum + value, 0) / news.length;
  atLeast(`${NEWS} dev: mean AUC of toxicity, insult, identity_attack, threat, profanity`, NEWS_MEAN, {
    value: mean,
    about: ofSet(NEWS, NEWS_LABELS, 'AUC', NEWS_MEAN),
  });
  for (const label of NEWS_LABELS) {
    const rows = dev(NEWS, label);
    atMost(`${NEWS} dev: ECE of ${label}`, NEWS_ERROR, {
      value: rows.length === 0 ? null : errorOf(rows, largestShare),
      about: ofSet(NEWS, [label], 'ECE', NEWS_ERROR),
    });
  }
  for (const label of ['dehumanisation', 'incitement'] as const) {
    const rows = dev('hatemoji-build', label);
    const carrying = rows.filter(({ carries }) => carries).length;
    const which = `${rows.length} rows, ${carrying} with it`;
    atLeast(`hatemoji-build dev (${which}): ${label} AUC`, NAMED, {
      value: areaUnderCurve(rows),
      about: ofSet('hatemoji-build', [label], 'AUC', NAMED),
    });
  }

  for (const { about } of goals.filter(({ replaced }) => replaced)) {
    if (about.kind !== 'set') continue;
    const read = about.labels.map((label) => readers.find((one) => one.set === about.set && one.label === label));
    const rows = [...new Set(read.map((one) => one?.rows ?? 0))].sort((a, b) => a - b).join(' to ');
    const value = meanByReaders(about, readers);
    const what = `${about.set} dev (${rows} rows that readers read): ${nameOf(about)}, by the readers' word`;
    add(what, about.by === 'ECE' ? '≤' : '≥', about.wanted, { value, about: { kind: 'readers', instead: about } });
  }

  const ofOurs = { as: percent, about: { kind: 'capabilities' } } as const;
  const shares = capabilities.map(({ share }) => share);
  const worst = capabilities.reduce<(typeof capabilities)[number] | null>(
    (least, one) => (least === null || one.share < least.share ? one : least),
    null,
  );
  const which = worst === null ? '' : ` (worst: ${worst.capability})`;
  atLeast(`own functional tests, each capability${which}`, CAPABILITY_GOAL, { ...ofOurs, value: worst?.share ?? null });
  const average = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  atLeast('own functional tests, mean', 0.95, { ...ofOurs, value: shares.length === 0 ? null : average });
  for (const label of ['dehumanisation', 'incitement'] as const) {
    const named = capabilities.reduce(
      (sum, { named: found }) => ({ hits: sum.hits + (found[label]?.hits ?? 0), of: sum.of + (found[label]?.of ?? 0) }),
      { hits: 0, of: 0 },
    );
    const { share, of } = shareOf(named.hits, named.of);
    atLeast(`own functional tests, ${label} named (${of} texts)`, 0.95, {
      value: of === 0 ? null : share,
      as: percent,
      about: { kind: 'named', label },
    });
  }
  atMost('own identity templates: harmless sentences flagged', 0.02, {
    value: identities?.harmlessFlagged.share ?? null,
    as: percent,
    about: { kind: 'identities' },
  });
  const ofTopic = { kind: 'topic' } as const;
  atLeast('off-topic, held-out debates: AUC against far strays', 0.99, { value: topic.aucFar, about: ofTopic });
  atLeast('off-topic, held-out debates: AUC against near strays', 0.95, { value: topic.aucNear, about: ofTopic });
  atMost('off-topic, held-out debates: true posts flagged', 0.03, {
    value: topic.onTopic.true.share,
    as: percent,
    about: ofTopic,
  });
  const ofArtefact = { kind: 'artefact' } as const;
  atMost('size on disk', 35, {
    value: measured.bytes / 1e6,
    as: (value) => `${value.toFixed(1)} MB`,
    about: ofArtefact,
  });
  for (const { backend, loadMs, load } of speed) {
    atMost(`loads (${backend}, machine load ${load.toFixed(1)})`, 2, {
      value: loadMs / 1_000,
      as: (value) => `${value.toFixed(1)} s`,
      about: ofArtefact,
    });
  }
  atMost('scores on native and WebAssembly, furthest apart', 1e-3, {
    value: agreement?.score ?? null,
    as: (value) => value.toExponential(1),
    about: ofArtefact,
  });
  return goals;
}

/**
 * Whether a goal on a set proved wrong: of each of its labels set and readers agree to a κ below .6, and of the rows of which they
 * say different things, drawn at random, labels.md bears out the readers in more than half. Met or missed does not matter, and the
 * goal that stands for it asks for the same figure.
 */
function provedWrong(
  { set, labels }: Pick<ByWord, 'set' | 'labels'>,
  readers: Evaluation['readers'],
  disagreements: Evaluation['disagreements'],
): boolean {
  return labels.every((label) => {
    const read = readers.find((one) => one.set === set && one.label === label);
    const drawn = disagreements.find((one) => one.set === set && one.label === label);
    if (read === undefined || drawn === undefined) return false;
    const tally = tallyOf(drawn);
    return read.kappa < KAPPA && tally.readers > tally.rows / 2;
  });
}

/** A goal's figure by one word; null where it cannot be told. */
export function figureOf({ by }: Pick<ByWord, 'by'>, word: Partial<ByOneWord>): number | null {
  if (by === 'ECE') return word.error ?? null;
  return by === 'AUC' ? (word.area?.auc ?? null) : (word.right?.share ?? null);
}

/** A goal's figure by the readers' word, the mean over its labels; null where one of them is not known. */
function meanByReaders(about: ByWord, readers: Evaluation['readers']): number | null {
  const known = about.labels.flatMap((label) => {
    const read = readers.find((one) => one.set === about.set && one.label === label);
    return read === undefined ? [] : (figureOf(about, read.model.byReaders) ?? []);
  });
  return known.length < about.labels.length ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function nameOf({ by, labels }: ByWord): string {
  return labels.length > 1
    ? `mean ${by} of ${labels.join(', ')}`
    : by === 'AUC'
      ? `${labels[0]} AUC`
      : `${by} of ${labels[0]}`;
}

/** The rows of a set that its makers kept for measuring, by their own word. */
export function devRows(
  rows: readonly Row[],
  answers: ReturnType<typeof answersOf>,
  set: string,
  label: ModelLabel,
): Asked[] {
  return rows.flatMap((row, i) => {
    const target = row.byItsSet?.[label];
    if (row.set !== set || target === undefined) return [];
    return [{ score: answers[i]?.[label] ?? 0, share: target.value, carries: target.value >= 0.5 }];
  });
}

function decimal(value: number): string {
  return value.toFixed(3);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
