import type { Evaluation } from './evaluation.js';
import { CAPABILITY_GOAL } from './goals.js';
import { bar, escaped, precisionPicture, reliabilityPicture, rocPicture, thresholdPicture } from './pictures.js';
import { missedGoals } from './report-missed.js';
import { page, table } from './report-page.js';
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
} from './report-text.js';
import { perSecond } from './speed.js';

/** Everything that was measured, with pictures, as one page that asks nothing of any other place. */
export function reportPage(evaluation: Evaluation): string {
  const { name, id, rows, sample, doubts, backend, recipe, trainedAt } = evaluation;
  const which = sample === null ? 'all' : `at most ${sample} of each set`;
  const content = `<h1>${escaped(name)}</h1>
<p>Artefact ${id.slice(0, 12)}, trained ${trainedAt.slice(0, 10)}; measured on ${rows} validation rows (${which}) of ${escaped(recipe.file)}, ${escaped(backend)}. Intervals are 95 %.</p>
${doubts.map((doubt) => `<p class="doubt">${escaped(doubt)}</p>`).join('\n')}
${goals(evaluation)}
${missed(evaluation)}
${disagreements(evaluation)}
${labels(evaluation)}
${calibrations(evaluation)}
${readers(evaluation)}
${capabilities(evaluation)}
${identities(evaluation)}
${topic(evaluation)}
${speed(evaluation)}
${mistakes(evaluation)}`;
  return page(`${name}: evaluation`, content);
}

function goals({ goals: all }: Evaluation): string {
  const rows = all.map((one) => [
    escaped(goalInWords(one)),
    escaped(one.goal),
    escaped(one.measured),
    metInWords(one.met),
  ]);
  return `<h2>Goals: ${escaped(goalsMet(all))}</h2>\n${table(['on validation text', 'goal', 'measured', 'met'], rows)}`;
}

function missed(evaluation: Evaluation): string {
  const found = missedGoals(evaluation);
  if (found === null) return '';
  const { sets, others } = found;
  const list = (lines: readonly string[]) =>
    lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('\n')}</ul>`;
  const ofSets =
    sets === null
      ? ''
      : `<p>${escaped(sets.explained)}</p>\n${table(
          sets.head.map(escaped),
          sets.rows.map((row) => row.map(escaped)),
        )}\n${list(sets.found)}`;
  return `<h2>Goals that are missed, and why</h2>\n${ofSets}\n${list(others)}`;
}

function disagreements({ disagreements: all, readers: read }: Evaluation): string {
  if (all.length === 0) return '';
  const rows = (some: readonly (readonly string[])[]) => some.map((row) => row.map(escaped));
  const tallies = table(DISAGREEMENTS_HEAD, rows(all.map((one) => disagreementCells(one, read))));
  return `<h2>Where a set says something else than its readers</h2>\n<p>${DISAGREEMENTS_EXPLAINED}</p>\n${tallies}\n${table(EXAMPLES_HEAD, rows(all.flatMap(exampleRows)))}`;
}

function labels({ labels: all, harmless }: Evaluation): string {
  const parts = Object.entries(all).map(([label, measured]) => {
    const { rows, positives, auc, aucInterval, averagePrecision, calibrationError, review, reject, sources } = measured;
    const facts = [
      `${rows} rows, ${positives} with it`,
      `AUC ${area(auc, aucInterval)}`,
      `AUPRC ${averagePrecision?.toFixed(3) ?? '–'}`,
      `ECE ${calibrationError.toFixed(3)}`,
      ...(review === null
        ? []
        : [
            `review from ${review.threshold}: finds ${between(review.recall)}, false alarms ${between(review.falseAlarms)}, precision where ${percent(review.onStream.prior)} carry it ${percent(review.onStream.precision)} (${range(review.onStream)})`,
          ]),
      reject === null ? 'may never reject' : `a policy may let it reject from ${reject.threshold}`,
    ];
    const pictures = [
      ['Reliability', reliabilityPicture(label, measured)],
      ['ROC', rocPicture(label, measured)],
      ['Precision and recall', precisionPicture(label, measured)],
      ['Thresholds', thresholdPicture(label, measured)],
    ].map(([caption, picture]) => `<figure><figcaption>${caption}</figcaption>${picture}</figure>`);
    const sourceRows = Object.entries(sources).map(([set, one]) => [
      escaped(set),
      `${one.rows} (${one.positives})`,
      area(one.auc, one.aucInterval),
      one.averagePrecision?.toFixed(3) ?? '–',
      one.calibrationError?.toFixed(3) ?? '–',
      between(one.recall),
      between(one.falseAlarms),
    ]);
    const head = ['source', 'rows (with it)', 'AUC', 'AUPRC', 'ECE', 'finds', 'false alarms'];
    return `<h3>${label}</h3>\n<p>${facts.join('; ')}.</p>\n<div class="plots">${pictures.join('\n')}</div>\n${table(head, sourceRows)}`;
  });
  return `<h2>Labels</h2>
<p>Of ${harmless.of} comments under real debates, nearly all harmless, ${between(harmless)} reach at least one review threshold. Reliability and ECE are of the scores as they are answered, weighed as on a stream: validation sets are enriched.</p>
${parts.join('\n')}`;
}

function calibrations({ labels: all }: Evaluation): string {
  const rows = Object.entries(all).map(([label, { calibration }]) => calibrationCells(label, calibration));
  return `<h2>Calibration</h2>\n<p>${CALIBRATION_EXPLAINED}</p>\n${table(CALIBRATION_HEAD, rows)}`;
}

function readers({ readers: all }: Evaluation): string {
  if (all.length === 0) return '';
  return `<h2>By raters and by readers</h2>\n<p>${READERS_EXPLAINED}</p>\n${table(READERS_HEAD, readersRows(all))}`;
}

function capabilities({ capabilities: all }: Evaluation): string {
  if (all.length === 0) return '';
  const rows = [...all]
    .sort((a, b) => a.share - b.share)
    .map(({ capability, about, passed, cases, share, interval }) => [
      escaped(capability),
      `${passed} of ${cases}`,
      bar(share, interval, CAPABILITY_GOAL),
      escaped(about),
    ]);
  return `<h2>Capabilities</h2>\n<p>Texts of our own, never trained on.</p>\n${table(['capability', 'right', '', 'about'], rows)}`;
}

function identities({ identities: measured }: Evaluation): string {
  if (measured === null) return '';
  const rows = measured.identities.map((one) => [
    escaped(one.people),
    escaped(one.kind),
    percent(one.harmlessFlagged.share, 0),
    percent(one.falsePositives.share, 0),
    percent(one.falseNegatives.share, 0),
    one.auc.toFixed(3),
    one.bpsn.toFixed(3),
    one.bnsp.toFixed(3),
  ]);
  return `<h2>Identities</h2>
<p>${measured.sentences} sentences of our own. Harmless ones flagged for any label: ${between(measured.harmlessFlagged)}; hateful ones found: ${between(measured.hatefulFound)}; rude ones found: ${between(measured.rudeFound)}, taken for hate: ${between(measured.rudeTakenForHate)}.</p>
${table(['identity', 'kind', 'harmless flagged', 'FPR', 'FNR', 'AUC', 'BPSN', 'BNSP'], rows)}`;
}

function topic({ topic: { aucFar, aucNear, threads, threshold, onTopic, straying, own } }: Evaluation): string {
  const lines = (part: Readonly<Record<string, Parameters<typeof between>[0]>>, are: string, where: string) =>
    Object.entries(part).map(([kind, share]) => [where, kind, are, between(share)]);
  const rows = [
    ...lines(onTopic, 'on topic', 'debates'),
    ...lines(straying, 'straying', 'debates'),
    ...(own === null
      ? []
      : [...lines(own.onTopic, 'on topic', 'own articles'), ...lines(own.straying, 'straying', 'own articles')]),
  ];
  return `<h2>Off topic</h2>
<p>${threads} debates that it did not learn from: AUC against far strays ${aucFar.toFixed(3)}, near ones ${aucNear.toFixed(3)}. A person is asked from ${threshold} on. Reactions and talk about the site are, under the debates, the very texts that it learnt from.${own === null ? '' : ` ${own.articles} articles of our own: AUC ${own.aucFar.toFixed(3)} and ${own.aucNear.toFixed(3)}.`}</p>
${table(['where', 'comments', 'are', 'flagged'], rows)}`;
}

function speed({ speed: all, agreement, bytes }: Evaluation): string {
  const rows = all.map(({ backend, library, loadMs, residentBytes, load, passes }) => [
    `${backend}, ${escaped(library)}`,
    `${(loadMs / 1_000).toFixed(1)} s`,
    megabytes(residentBytes),
    passes
      .map(
        (pass) => `${pass.batch} × ${pass.tokens} tokens: ${pass.p50.toFixed(0)} ms, ${perSecond(pass).toFixed(0)}/s`,
      )
      .join('<br>'),
    load.toFixed(1),
  ]);
  const agree =
    agreement === null
      ? ''
      : ` On ${agreement.texts} texts, ${agreement.backends.join(' and ')} lie at most ${agreement.score.toExponential(1)} apart; alone and in a batch ${agreement.batched.toExponential(1)}; two runs ${agreement.repeated.toExponential(1)}.`;
  return `<h2>Size, speed, agreement</h2>\n<p>${megabytes(bytes)} on disk.${agree}</p>\n${rows.length === 0 ? '' : table(['backend', 'loads in', 'memory', 'passes', 'load of the machine'], rows)}`;
}

function mistakes({ mistakes: { kinds, own } }: Evaluation): string {
  const kindRows = kinds.map(({ label, fault, form, wrong, score }) => [
    `${label} ${fault}`,
    form,
    between(wrong),
    `${wrong.hits} of ${wrong.of}`,
    score.toFixed(2),
  ]);
  const ownRows = own.map(({ capability, text, label, fault, score, threshold }) => [
    escaped(capability),
    escaped(text),
    `${label} ${fault}: ${score.toFixed(2)} at ${threshold}`,
  ]);
  return `<h2>What it gets wrong</h2>
<p>On public texts by kind: the texts themselves are not ours to quote.</p>
${table(['mistake', 'texts', 'share wrong', 'of', 'mean score'], kindRows)}
${ownRows.length === 0 ? '' : `<h3>The worst on texts of our own</h3>\n${table(['capability', 'text', 'mistake'], ownRows)}`}`;
}
