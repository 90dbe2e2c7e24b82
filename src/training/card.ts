import type { Learnt, Manifest } from '../model/manifest.js';
import type { Evaluation } from './evaluation.js';
import type { LabelMetrics } from './measure.js';
import { agreementInWords } from './reader-agreement.js';
import { type Recipe, recipeIdentity } from './recipe.js';
import { ofAHundred } from './report-hundred.js';
import { measuredPart } from './report-markdown.js';
import { percent } from './report-text.js';
import type { TopicResult } from './topic-training.js';

/** What the manifest keeps under `metrics`. */
export type Metrics = {
  readonly rows: {
    readonly train: number;
    readonly validation: number;
    readonly repeated: number;
    readonly tooLong: number;
    /** Absent in artefacts that were made before it was counted. */
    readonly windowed?: number;
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
  spam: 'it learnt from adverts of one site: it takes a comment that is little but a link, a source too, for an advert, and adverts of another kind may pass.',
  insult:
    'learnt from raters of news comments, who disagree with each other, and from readers of our own, who disagree with the raters.',
};

/** What it means for the scores that the encoder was, or was not, trained. */
const FROZEN =
  'Because the encoder is not trained, the heads know what its sentence vectors hold and little more: word order, negation and who is quoted come out weakly.';
const TUNED =
  'A further linear layer gives back what the untouched encoder said of the text as a whole; off-topic is judged by that.';

const CHANGED =
  'From which sets, and what each counted, cannot be said here: the recipe has changed since. It stands in the commit that the artefact was made at.';

const UNMEASURED = 'It has not been measured yet: `premod evaluate --card` writes its figures here.';

/** What a card says of a recipe. */
export function learntBy(recipe: Recipe): Learnt {
  const { sets, named, threads, labels, rudeness, own } = recipe;
  const from = [
    ...sets.map(({ set, weight, why }) => ({ rows: set, weight, why })),
    { rows: 'named labels', weight: named.weight, why: named.why },
    { rows: 'comments of real threads', weight: threads.weight, why: threads.why },
    ...(labels === undefined ? [] : [{ rows: 'our own readings', weight: labels.weight, why: labels.why }]),
    ...(rudeness === undefined
      ? []
      : [{ rows: 'our own readings of rudeness', weight: rudeness.weight, why: rudeness.why }]),
    { rows: 'own rows', weight: own.weight, why: own.why },
  ];
  return { longest: recipe.longest, largestShare: recipe.calibration.largestShare, from };
}

/**
 * What the artefact learnt from: as it says itself or, where it does not, as its recipe says, if that is the one it was made by.
 * Null where neither is so.
 *
 * @param path the recipe's file
 */
export function learntOf(
  { learnt, recipe: made }: Omit<Manifest, 'files'>,
  path: string,
  recipe: Recipe,
): Learnt | null {
  if (learnt !== undefined) return learnt;
  return made?.sha256 === recipeIdentity(path, recipe).sha256 ? learntBy(recipe) : null;
}

/**
 * Writes the artefact's card: what it is for, what it was made of, how good it is, what it gets wrong, and what it must not be
 * used for.
 *
 * @param learnt null where nobody can tell any more.
 * @param evaluation null before the artefact was measured.
 */
export function cardOf(
  manifest: Omit<Manifest, 'files'>,
  learnt: Learnt | null,
  evaluation: Evaluation | null,
): string {
  const { rows } = manifest.metrics as unknown as Pick<Metrics, 'rows'>;
  const { heads, recipe, tokens } = manifest;
  const frozen = heads.embedding === undefined;
  return `# ${manifest.name}

Made by \`premod train\` on ${manifest.trainedAt.slice(0, 10)}${recipe === undefined ? '' : ` from the recipe \`${recipe.name}\` (\`${recipe.file}\`)`}. ${evaluation === null ? UNMEASURED : ''}

## What it is for
Sorting readers' comments under news articles, in English, into those that can be published, and those that a person should read first. Each score is the probability that the comment carries the label as docs/labels.md defines it, on text like the validation rows; ${streamOf(learnt)}.
${evaluation === null ? '' : `\n${ofAHundred(evaluation)}\n`}
## What it must not be used for
- To decide alone. The shipped policy lets no label reject by its score. A site's own policy may, but only a label to which the table below gives a threshold for that.
- To judge people, to score an author's history, or to search for who holds which opinion.
- In another language than ${manifest.languages.join(', ')}, or on text that is not a comment: there it answers, but the answer means nothing. The service asks a person instead where it can tell: not on a word or two, nor always on three (docs/moderation.md).

## How it is made
The sentence encoder all-MiniLM-L6-v2 (Apache-2.0), ${frozen ? 'unchanged' : 'trained further in all layers but words and positions'}, with heads trained on top: ${heads.poolings.map((p) => `${p.kind} of layer ${p.layer}`).join(', ')}, then ${heads.hidden.join(', ')} units, then one output a label. ${frozen ? FROZEN : TUNED} A comment is read in passages of up to ${tokens.passage} tokens and, if it is longer than ${tokens.window + tokens.slack}, once more in windows of whole sentences, up to ${tokens.window} tokens (${tokens.window + tokens.slack} where a short remainder is left); the worst counts, because in the mean over a passage a threat of ten words is lost.

Trained on ${rows.train} rows, measured on ${rows.validation}; ${rows.repeated} training rows were left out because validation holds almost the same text. ${rows.tooLong} more are ${learnt === null ? 'too long to be read whole' : `longer than ${learnt.longest} tokens`}: of the harmless ones among them${rows.windowed === undefined ? '' : ` (${rows.windowed})`} the windows were trained on, of the others nothing.

${learnt === null ? CHANGED : tableOf(learnt)}

## What limits it
- It sees the comment, not the thread: what only the comment before explains, it cannot know. Where raters saw the thread and the model only the comment, they disagree.
- A hateful phrase that is quoted, reported or denied can be scored like one that is meant; incitement without violent words (wishes, irony, "somebody should") can be missed; anger at a policy or an institution in strong words can be taken for an insult. The tables below say how often.
- Those who wrote and labelled for this project were language models working by written instructions; what a person at a desk would say may differ.
${manifest.labels.flatMap((label) => (NOTES[label] === undefined ? [] : [`- \`${label}\`: ${NOTES[label]}`])).join('\n')}
${manifest.labels.includes('severe_toxicity') ? '' : '- `severe_toxicity` is not covered: there are no public rows for it.\n'}${agreement(evaluation)}${evaluation === null ? '' : `\n${measuredPart(evaluation)}`}`;
}

function agreement(evaluation: Evaluation | null): string {
  const found = evaluation?.readersAgree ?? null;
  return found === null ? '' : `\n${agreementInWords(found)}\n`;
}

function streamOf(learnt: Learnt | null): string {
  if (learnt === null) return 'where many of those carry it, for a stream in which fewer do';
  const share = percent(learnt.largestShare);
  return `where more than ${share} of those carry it, for a stream in which ${share} do`;
}

function tableOf({ from }: Learnt): string {
  const lines = from.map(({ rows, weight, why }) => `| ${rows} | ${weight} | ${why} |`);
  return `| set | weight | why |\n|---|---|---|\n${lines.join('\n')}`;
}
