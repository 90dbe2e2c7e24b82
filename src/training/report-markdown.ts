import type { Evaluation } from './evaluation.js';
import { capabilityTable } from './functional.js';
import type { LabelEvaluation } from './measure-labels.js';
import { missedGoals } from './report-missed.js';
import {
  area,
  between,
  CALIBRATION_EXPLAINED,
  CALIBRATION_HEAD,
  calibrationCells,
  DISAGREEMENTS_EXPLAINED,
  DISAGREEMENTS_HEAD,
  disagreementCells,
  EXAMPLES_HEAD,
  exampleRows,
  goalInWords,
  goalsMet,
  megabytes,
  metInWords,
  percent,
  READERS_EXPLAINED,
  READERS_HEAD,
  range,
  readersRows,
  table,
} from './report-text.js';
import { perSecond } from './speed.js';

/** Everything that was measured, as the measured part of a card. */
export function measuredPart(evaluation: Evaluation): string {
  const parts = [
    aboutRows(evaluation),
    goals(evaluation),
    missed(evaluation),
    disagreements(evaluation),
    labels(evaluation),
    calibrations(evaluation),
    sources(evaluation),
    readers(evaluation),
    capabilities(evaluation),
    identities(evaluation),
    topic(evaluation),
    speed(evaluation),
    mistakes(evaluation),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function aboutRows({ rows, sample, sure, doubts, backend, id, recipe }: Evaluation): string {
  const which = sample === null ? 'all' : `at most ${sample} of each set`;
  return `## How good it is
Measured by \`premod evaluate\` on ${rows} validation rows (${which}) of the recipe \`${recipe.file}\`, ${sure ? 'none of them trained on, ' : ''}through the graph that the service runs (${backend}); artefact \`${id.slice(0, 12)}\`. Intervals are 95 %: Wilson's for shares, Hanley and McNeil's for areas under the curve.${doubts.map((doubt) => ` **${doubt}**`).join('')}`;
}

export function goals({ goals: all }: Pick<Evaluation, 'goals'>): string {
  const rows = all.map((one) => [goalInWords(one), one.goal, one.measured, metInWords(one.met)]);
  return `### Goals: ${goalsMet(all)}\n${table(['on validation text', 'goal', 'measured', 'met'], rows)}`;
}

function missed(evaluation: Evaluation): string {
  const found = missedGoals(evaluation);
  if (found === null) return '';
  const { sets, others } = found;
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');
  const parts = [
    '### Goals that are missed, and why',
    ...(sets === null ? [] : [sets.explained, table(sets.head, sets.rows), list(sets.found)]),
    ...(others.length === 0 ? [] : [`${sets === null ? '' : 'The others:\n\n'}${list(others)}`]),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function disagreements({ disagreements: all, readers: read }: Evaluation): string {
  if (all.length === 0) return '';
  const tallies = all.map((one) => disagreementCells(one, read));
  return `### Where a set says something else than its readers
${DISAGREEMENTS_EXPLAINED}

${table(DISAGREEMENTS_HEAD, tallies)}

Some of these rows; the texts themselves are not ours to quote. Six at most in which the readers are right, the first of the draw that can be told, and all in which the set is.

${table(EXAMPLES_HEAD, all.flatMap(exampleRows))}`;
}

function labels({ labels: all, harmless }: Evaluation): string {
  const rows = Object.entries(all).map(([label, measured]) => labelCells(label, measured));
  const head = ['label', 'rows (with it)', 'AUC', 'AUPRC', 'ECE', 'review from', 'finds', 'false alarms', 'precision'];
  return `### By label
AUC: how often a comment with the label scores above one without; .5 is chance. AUPRC: mean precision over the rows that carry it, on rows that carry it far more often than a stream. ECE: mean distance between a score as it is answered and what came true, weighed as on a stream; calibration and thresholds were themselves set on validation rows. Precision: what to expect of flags on a stream in which 2 % carry the label. Thresholds are those of the shipped policy, which never asks for less than the artefact suggests and lets no label reject by its score; “may reject from” says from where on a site's own policy may.

${table([...head, 'may reject from'], rows)}

Of ${harmless.of} comments under real debates, nearly all harmless, ${between(harmless)} reach at least one review threshold.`;
}

function labelCells(label: string, measured: LabelEvaluation): string[] {
  const { rows, positives, auc, aucInterval, averagePrecision, calibrationError, review, reject } = measured;
  const worth = review?.onStream;
  return [
    label,
    `${rows} (${positives})`,
    area(auc, aucInterval),
    averagePrecision?.toFixed(3) ?? '–',
    calibrationError.toFixed(3),
    review === null ? '–' : String(review.threshold),
    review === null ? '–' : between(review.recall),
    review === null ? '–' : between(review.falseAlarms),
    worth === undefined ? '–' : `${percent(worth.precision)} (${range(worth)})`,
    reject === null ? 'never' : String(reject.threshold),
  ];
}

function calibrations({ labels: all }: Evaluation): string {
  const rows = Object.entries(all).map(([label, { calibration }]) => calibrationCells(label, calibration));
  return `### Calibration
${CALIBRATION_EXPLAINED}

${table(CALIBRATION_HEAD, rows)}`;
}

function sources({ labels: all }: Evaluation): string {
  const rows = Object.entries(all).flatMap(([label, { sources: own }]) =>
    Object.entries(own).map(([set, measured]) => [
      label,
      set,
      `${measured.rows} (${measured.positives})`,
      area(measured.auc, measured.aucInterval),
      measured.averagePrecision?.toFixed(3) ?? '–',
      between(measured.recall),
      between(measured.falseAlarms),
    ]),
  );
  const head = ['label', 'source', 'rows (with it)', 'AUC', 'AUPRC', 'finds', 'false alarms'];
  return `### By source
All validation rows, those that a reading moved there among them, by readers of labels.md where a row was read; the goals above take a set's own validation rows alone, by its own word.

${table(head, rows)}`;
}

function readers({ readers: all }: Evaluation): string {
  if (all.length === 0) return '';
  return `### By raters and by readers\n${READERS_EXPLAINED}\n\n${table(READERS_HEAD, readersRows(all))}`;
}

function capabilities({ capabilities: all }: Evaluation): string {
  if (all.length === 0) return '';
  const texts = all.reduce((sum, { cases }) => sum + cases, 0);
  return `### By capability
${texts} texts of our own under \`test/functional\`, never trained on, each capability with texts that share its words and not its claim.

${capabilityTable(all)}`;
}

function identities({ identities: measured }: Evaluation): string {
  if (measured === null) return '';
  const { sentences, frames, auc, harmlessFlagged, hatefulFound, rudeFound, rudeTakenForHate } = measured;
  const rows = measured.identities.map((one) => [
    one.people,
    percent(one.harmlessFlagged.share, 0),
    percent(one.falsePositives.share, 0),
    percent(one.falseNegatives.share, 0),
    one.auc.toFixed(3),
    one.bpsn.toFixed(3),
    one.bnsp.toFixed(3),
  ]);
  const head = ['identity', 'harmless flagged', 'FPR', 'FNR', 'AUC', 'BPSN', 'BNSP'];
  const worst = measured.worstFrames.map(({ frame, flagged }) => `- “${frame}”: ${between(flagged)}`);
  return `### By identity
${sentences} sentences of our own: ${frames.harmless} harmless, ${frames.hateful} hateful and ${frames.rude} rude frames, each with ${measured.identities.length} identities. Harmless sentences flagged for any label: ${between(harmlessFlagged)}. Hateful ones found: ${between(hatefulFound)}. Rude ones found as insult, toxicity or profanity: ${between(rudeFound)}, taken for hate: ${between(rudeTakenForHate)}. AUC for hate over all: ${auc.toFixed(3)}.

FPR: sentences without hate that reach hate's threshold; FNR: hateful ones that do not. BPSN: an identity's sentences without hate against hateful ones about others (low: the word itself raises the score); BNSP: its hateful ones against those without hate about others (low: the word itself lowers it).

${table(head, rows)}${worst.length === 0 ? '' : `\n\nHarmless frames that are flagged most:\n${worst.join('\n')}`}`;
}

function topic({ topic: measured }: Evaluation): string {
  const { onTopic, straying, own } = measured;
  const rows = [
    ['true comments', 'on topic', between(onTopic.true)],
    ['… whose parent is known', 'on topic', between(onTopic.answering)],
    ['… their first six words alone', 'on topic', between(onTopic.opening)],
    ['short reactions, learnt from', 'on topic', between(onTopic.reaction)],
    ['strays from any other debate', 'straying', between(straying.far)],
    ['strays from the three nearest debates', 'straying', between(straying.near)],
    ['the first six words of strays', 'straying', between(straying.opening)],
    ['talk about the site, learnt from', 'straying', between(straying.site)],
    ...(own === null
      ? []
      : [
          ['own articles: comments', 'on topic', between(own.onTopic.comment)],
          ['own articles: short reactions', 'on topic', between(own.onTopic.short)],
          ['own articles: replies', 'on topic', between(own.onTopic.reply)],
          ['own articles: strays from the near article', 'straying', between(own.straying.near)],
          ['own articles: strays from far articles', 'straying', between(own.straying.far)],
          ['own articles: talk about the site', 'straying', between(own.straying.site)],
        ]),
  ];
  const underOwn =
    own === null
      ? ''
      : ` Under ${own.articles} articles of our own, with comments of a sentence or two that often name nothing of the article: AUC against strays from any other article ${own.aucFar.toFixed(3)}, from a near one ${own.aucNear.toFixed(3)}.`;
  return `### Off topic
On ${measured.threads} debates that it did not learn from: AUC of true comments against strays from any other debate ${measured.aucFar.toFixed(3)}, from the three nearest ${measured.aucNear.toFixed(3)}. From ${measured.threshold} on a person is asked. The debates have no bodies and no replies; other comments stand in for both. Short reactions and talk about the site are, under the debates, the very texts that it learnt from.${underOwn}

${table(['comments', 'are', 'flagged'], rows)}`;
}

function speed({ speed: all, agreement, bytes }: Evaluation): string {
  const rows = all.map(({ backend, library, loadMs, residentBytes, load, passes }) => [
    `${backend} (${library})`,
    `${(loadMs / 1_000).toFixed(1)} s`,
    megabytes(residentBytes),
    passes
      .map((pass) =>
        pass.batch === 1
          ? `one of ${pass.tokens} tokens ${pass.p50.toFixed(0)} ms`
          : `${perSecond(pass).toFixed(0)}/s (${pass.tokens} tokens, ${pass.batch} at once)`,
      )
      .join('; '),
    load.toFixed(1),
  ]);
  const timed =
    rows.length === 0 ? '' : `\n\n${table(['backend', 'loads in', 'memory', 'comments', 'load of the machine'], rows)}`;
  const agree =
    agreement === null
      ? ''
      : ` On ${agreement.texts} texts the scores on ${agreement.backends.join(' and ')} lie at most ${agreement.score.toExponential(1)} apart, alone and in a batch ${agreement.batched.toExponential(1)}, in two runs ${agreement.repeated.toExponential(1)}.`;
  return `### Size, speed, agreement\n${megabytes(bytes)} on disk.${agree}${timed}`;
}

function mistakes({ mistakes: { kinds, own } }: Evaluation): string {
  const kindRows = kinds.map(({ label, fault, form, wrong, score }) => [
    `${label} ${fault}`,
    form,
    `${wrong.hits} of ${wrong.of}`,
    between(wrong),
    score.toFixed(2),
  ]);
  const ownRows = own.map(({ capability, text, label, fault, score, threshold }) => [
    capability,
    text.length > 240 ? `${text.slice(0, 237)}…` : text,
    `${label} ${fault}: ${score.toFixed(2)} at ${threshold}`,
  ]);
  const quoted =
    ownRows.length === 0
      ? ''
      : `\n\nThe worst on texts of our own:\n\n${table(['capability', 'text', 'mistake'], ownRows)}`;
  return `## What it gets wrong
On public texts, by kind; the texts themselves are not ours to quote. A text counts under the first form that fits it.

${table(['mistake', 'texts', 'wrong', 'share', 'mean score'], kindRows)}${quoted}`;
}
