import type { Manifest } from '../model/manifest.js';
import type { LabelMetrics } from './measure.js';
import type { Recipe } from './recipe.js';
import type { TopicResult } from './topic-training.js';

/** What the manifest keeps under `metrics`. */
export type Metrics = {
  readonly rows: {
    readonly train: number;
    readonly validation: number;
    readonly repeated: number;
    readonly tooLong: number;
  };
  readonly labels: Readonly<Record<string, LabelMetrics>>;
  readonly topic: TopicResult['metrics'];
  /** Comments of real threads, nearly all of them harmless, and the share that reaches each review threshold. */
  readonly harmless: {
    readonly comments: number;
    readonly flagged: Readonly<Record<string, number>>;
    readonly any: number;
  };
};

/** What labels.md asks for and this artefact does not give. */
const NOTES: Readonly<Record<string, string>> = {
  threat: 'public rows number about a hundred; nearly all that carry it were written or read for this project.',
  severe_toxicity: 'no public set has it; all rows that carry it were written or read for this project.',
  spam: 'public rows come from one site and are of one kind; adverts of another kind may pass.',
  insult: 'learnt from raters of news comments, who disagree with each other.',
};

/** What it means for the scores that the encoder was, or was not, trained. */
const FROZEN =
  'Because the encoder is not trained, the heads know what its sentence vectors hold and little more: word order, negation and who is quoted come out weakly.';
const TUNED =
  'A further linear layer gives back what the untouched encoder said of the text as a whole; off-topic is judged by that.';

/** Writes the artefact's card: what it is for, what it was made of, how good it is, and what it must not be used for. */
export function cardOf(manifest: Omit<Manifest, 'files'>, metrics: Metrics, recipe: Recipe): string {
  const { rows, topic, harmless } = metrics;
  return `# ${manifest.name}

Made by \`premod train\` on ${manifest.trainedAt.slice(0, 10)} from the recipe \`${recipe.name}\`. Figures below are on validation rows, none of which it was trained on.

## What it is for
Sorting readers' comments under news articles, in English, into those that can be published, and those that a person should read first. Each score is the probability that the comment carries the label as docs/labels.md defines it, on text like the validation rows; where more than ${percent(recipe.calibration.largestShare)} of those carry it, for a stream in which ${percent(recipe.calibration.largestShare)} do.

## What it must not be used for
- To decide alone. No label of this artefact may reject by itself unless the table below gives it a threshold for that.
- To judge people, to score an author's history, or to search for who holds which opinion.
- In another language than ${manifest.languages.join(', ')}, or on text that is not a comment: there it answers, but the answer means nothing. The service asks a person instead.

## How it is made
The sentence encoder all-MiniLM-L6-v2 (Apache-2.0), ${recipe.encoder === undefined ? 'unchanged' : 'trained further in all layers but words and positions'}, with heads trained on top: ${recipe.heads.poolings.map((p) => `${p.kind} of layer ${p.layer}`).join(', ')}, then ${recipe.heads.hidden.join(', ')} units, then one output a label. ${recipe.encoder === undefined ? FROZEN : TUNED} A comment is read in passages of up to ${manifest.tokens.passage} tokens and, if it is longer than ${manifest.tokens.window + manifest.tokens.slack}, once more in windows of whole sentences, up to ${manifest.tokens.window} tokens (${manifest.tokens.window + manifest.tokens.slack} where a short remainder is left); the worst counts, because in the mean over a passage a threat of ten words is lost.

Trained on ${rows.train} rows, measured on ${rows.validation}; ${rows.repeated} training rows were left out because validation holds almost the same text, ${rows.tooLong} because they are longer than ${recipe.longest} tokens.

| set | weight | why |
|---|---|---|
${recipe.sets.map(({ set, weight, why }) => `| ${set} | ${weight} | ${why} |`).join('\n')}
| named labels | ${recipe.named.weight} | ${recipe.named.why} |
| comments of real threads | ${recipe.threads.weight} | ${recipe.threads.why} |
${recipe.labels === undefined ? '' : `| our own readings | ${recipe.labels.weight} | ${recipe.labels.why} |\n`}| own rows | ${recipe.own.weight} | ${recipe.own.why} |

## How good it is
AUC: how often a comment with the label scores above one without; .5 is chance. ECE: mean distance between a score and what came true. The precision is the one to expect on a stream in which ${percent(recipe.thresholds.prior)} of the comments carry the label, with its 95 % interval: validation sets are enriched, live streams are not.

| label | rows (with it) | AUC | ECE | review from | finds | false alarms | precision at ${percent(recipe.thresholds.prior)} | rejects from |
|---|---|---|---|---|---|---|---|---|
${manifest.labels.map((label) => labelLine(label, manifest, metrics)).join('\n')}

Of ${harmless.comments} comments under real debates, nearly all harmless, ${percent(harmless.any)} reach at least one review threshold.

${manifest.labels.flatMap((label) => (NOTES[label] === undefined ? [] : [`- \`${label}\`: ${NOTES[label]}`])).join('\n')}
${manifest.labels.includes('severe_toxicity') ? '' : '- `severe_toxicity` is not covered: there are no public rows for it.\n'}
### By source (AUC; rows, of which with the label)
| label | source | AUC | rows |
|---|---|---|---|
${manifest.labels.flatMap((label) => sourceLines(label, metrics)).join('\n')}

### Off topic
Learnt on ${topic.threads.training} debates, measured on ${topic.threads.validation} others: AUC against comments of any other debate ${topic.aucFar.toFixed(3)}, of the nearest debates ${topic.aucNear.toFixed(3)}. From ${manifest.topic.review} on a person is asked: that flags ${percent(topic.trueFlagged)} of the true comments, ${percent(topic.farFlagged)} of the strays from anywhere, ${percent(topic.nearFlagged)} of those from the nearest debates, ${percent(topic.reactionsFlagged)} of short reactions and ${percent(topic.siteFlagged)} of talk about the site. The debates have no bodies and no replies; other comments stood in for both.

## What it gets wrong
- A hateful phrase that is quoted, reported or denied is often scored like one that is meant.
- Incitement without violent words (wishes, irony, "somebody should") is often missed.
- Anger at a policy or an institution in strong words is sometimes taken for an insult.
- Where raters saw the thread and the model only the comment, they disagree.
`;
}

function labelLine(label: Manifest['labels'][number], manifest: Omit<Manifest, 'files'>, metrics: Metrics): string {
  const measured = metrics.labels[label];
  const review = manifest.thresholds[label]?.review;
  const reject = manifest.thresholds[label]?.reject;
  if (measured === undefined || review === undefined) return `| ${label} | – | – | – | – | – | – | – | – |`;
  return `| ${[
    label,
    `${measured.rows} (${measured.positives})`,
    measured.auc?.toFixed(3) ?? '–',
    measured.calibrationError.toFixed(3),
    review.threshold,
    percent(review.recall),
    percent(review.falsePositiveRate),
    `${percent(review.precision)} (${percent(review.precisionLow)}–${percent(review.precisionHigh)})`,
    reject === null || reject === undefined ? 'never' : reject.threshold,
  ].join(' | ')} |`;
}

function sourceLines(label: string, metrics: Metrics): string[] {
  return Object.entries(metrics.labels[label]?.sources ?? {}).map(
    ([source, { auc, rows, positives }]) =>
      `| ${label} | ${source} | ${auc?.toFixed(3) ?? '–'} | ${rows} (${positives}) |`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
