import type { ModelLabel } from '../core/labels.js';
import { asOnStream } from './calibration.js';
import type { Evaluation, Goal } from './evaluation.js';
import type { answersOf } from './measure.js';
import { areaUnderCurve, calibrationError, type Judged, shareOf } from './metrics.js';
import type { Row } from './rows.js';

const HATE = { 'gab-hate-corpus': 0.88, stormfront: 0.9, 'measuring-hate-speech': 0.92, hatexplain: 0.86 } as const;
const NEWS = 'civil-comments-spans';
const NEWS_LABELS = ['toxicity', 'insult', 'identity_attack', 'threat', 'profanity'] as const;

/**
 * @param dev the rows that a set's own makers kept for measuring, all of them and by their word: another's choice of rows is no
 *   longer the set's.
 * @param largestShare the largest share of a stream's comments that calibration assumes to carry a label.
 */
export function goalsOf(
  measured: Omit<Evaluation, 'goals'>,
  dev: (set: string, label: ModelLabel) => readonly DevRow[],
  largestShare: number,
): Goal[] {
  const { labels, topic, capabilities, identities, agreement, speed } = measured;
  const goals: Goal[] = [];
  const add = (what: string, goal: string, value: number | null, met: (value: number) => boolean, as = decimal) => {
    const known = value !== null && Number.isFinite(value);
    goals.push({ what, goal, measured: known ? as(value) : 'not measured', met: known ? met(value) : null });
  };
  const atLeast = (what: string, least: number, value: number | null, as = decimal) =>
    add(what, `≥ ${as(least)}`, value, (found) => found >= least, as);
  const atMost = (what: string, most: number, value: number | null, as = decimal) =>
    add(what, `≤ ${as(most)}`, value, (found) => found <= most, as);

  const dghs = dev('dghs', 'hate');
  const review = labels.hate?.review?.threshold ?? 2;
  const right = dghs.filter(({ score, carries }) => score >= review === carries).length;
  atLeast(`dghs dev (${dghs.length} rows): accuracy at the shipped threshold`, 0.84, right / dghs.length);
  for (const [set, least] of Object.entries(HATE)) {
    const rows = dev(set, 'hate');
    atLeast(`${set} dev (${rows.length} rows): hate AUC`, least, areaUnderCurve(rows));
  }
  const news = NEWS_LABELS.map((label) => areaUnderCurve(dev(NEWS, label)));
  const mean = news.reduce((sum, value) => sum + value, 0) / news.length;
  atLeast(`${NEWS} dev: mean AUC of toxicity, insult, identity_attack, threat, profanity`, 0.8, mean);
  for (const label of NEWS_LABELS) {
    const rows = dev(NEWS, label);
    atMost(`${NEWS} dev: ECE of ${label}`, 0.03, rows.length === 0 ? null : errorOf(rows, largestShare));
  }
  for (const label of ['dehumanisation', 'incitement'] as const) {
    const rows = dev('hatemoji-build', label);
    const carrying = rows.filter(({ carries }) => carries).length;
    const which = `${rows.length} rows, ${carrying} with it`;
    atLeast(`hatemoji-build dev (${which}): ${label} AUC`, 0.92, areaUnderCurve(rows));
  }

  const shares = capabilities.map(({ share }) => share);
  const worst = capabilities.reduce<(typeof capabilities)[number] | null>(
    (least, one) => (least === null || one.share < least.share ? one : least),
    null,
  );
  const which = worst === null ? '' : ` (worst: ${worst.capability})`;
  atLeast(`own functional tests, each capability${which}`, 0.85, worst?.share ?? null, percent);
  const average = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  atLeast('own functional tests, mean', 0.95, shares.length === 0 ? null : average, percent);
  for (const label of ['dehumanisation', 'incitement'] as const) {
    const named = capabilities.reduce(
      (sum, { named: found }) => ({ hits: sum.hits + (found[label]?.hits ?? 0), of: sum.of + (found[label]?.of ?? 0) }),
      { hits: 0, of: 0 },
    );
    const { share, of } = shareOf(named.hits, named.of);
    atLeast(`own functional tests, ${label} named (${of} texts)`, 0.95, of === 0 ? null : share, percent);
  }
  atMost(
    'own identity templates: harmless sentences flagged',
    0.02,
    identities?.harmlessFlagged.share ?? null,
    percent,
  );
  atLeast('off-topic, held-out debates: AUC against far strays', 0.99, topic.aucFar);
  atLeast('off-topic, held-out debates: AUC against near strays', 0.95, topic.aucNear);
  atMost('off-topic, held-out debates: true posts flagged', 0.03, topic.onTopic.true.share, percent);
  atMost('size on disk', 35, measured.bytes / 1e6, (value) => `${value.toFixed(1)} MB`);
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  for (const { backend, loadMs, load } of speed) {
    atMost(`loads (${backend}, machine load ${load.toFixed(1)})`, 2, loadMs / 1_000, seconds);
  }
  const tiny = (value: number) => value.toExponential(1);
  atMost('scores on native and WebAssembly, furthest apart', 1e-3, agreement?.score ?? null, tiny);
  return goals;
}

/** A row of a set beside the share of the set's raters who gave the label. */
type DevRow = Judged & { readonly share: number };

/** Of the scores as they are answered, weighed as on a stream. */
function errorOf(rows: readonly DevRow[], largestShare: number): number {
  const outcomes = rows.map(({ score, share }) => ({ logit: 0, score, value: share, weight: 1 }));
  const weighed = asOnStream(outcomes, largestShare);
  return calibrationError(weighed.map(({ score, value, weight }) => ({ probability: score, outcome: value, weight })));
}

/** The rows of a set that its makers kept for measuring, by their own word. */
export function devRows(
  rows: readonly Row[],
  answers: ReturnType<typeof answersOf>,
  set: string,
  label: ModelLabel,
): DevRow[] {
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
