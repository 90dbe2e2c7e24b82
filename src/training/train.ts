import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MODEL_LABELS } from '../core/labels.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import type { ArtefactFile } from '../model/artefact.js';
import type { Backend } from '../model/backend.js';
import { ARTEFACT_NAME, FORMAT, type Manifest } from '../model/manifest.js';
import { type StoredTensors, writeSafetensors } from '../model/safetensors.js';
import { readBaseEncoder } from './base-encoder.js';
import type { CalibrationChoice } from './calibration-choice.js';
import { cardOf, learntBy, type Metrics } from './card.js';
import { meanOf, readRun } from './checkpoints.js';
import { evidenceIn } from './evidence.js';
import type { Progress } from './features.js';
import { judgeLabels, worstOfWindows } from './judge.js';
import { answersOf, measureLabel, outputsByLabel } from './measure.js';
import { prepare, tokenizerFor, tokensOf } from './prepare.js';
import { headsFile, publishArtefact, seeThatFree } from './publish.js';
import { readRecipe, recipeIdentity } from './recipe.js';
import { runPage } from './run-page.js';
import { TRAINING_LABELS } from './targets.js';
import { embeddingsOf, textsOf } from './topic-texts.js';
import { trainTopic } from './topic-training.js';
import { frozenNetwork, type TrainedNetwork, tunedNetwork } from './trained-network.js';

export type TrainOptions = {
  /** The recipe's file. */
  readonly recipe: string;
  /** The folder with the sets. */
  readonly data: string;
  /** The folder with the base encoder. */
  readonly encoder: string;
  /** The artefact's folder; its last part is the artefact's name. */
  readonly out: string;
  /** Whether an artefact that lies in that folder may go. */
  readonly replace?: boolean;
  readonly backend: Backend;
  /** tfjs of that backend, for what is trained. */
  readonly tf: typeof import('@tensorflow/tfjs-core');
  /**
   * The checkpoint of an earlier run, or its artefact, whose encoder and heads this one goes on from, or several, whose mean it is; left out,
   * the base encoder. The mean of a run and of what it was trained on to keeps more of both (WiSE-FT, arXiv 2109.01903).
   */
  readonly from?: readonly string[];
  /** Where what was computed is kept, so that a run that was cut goes on. */
  readonly work: string;
  readonly now: Date;
  readonly progress: Progress;
};

export type Trained = {
  readonly id: string;
  readonly directory: string;
  readonly manifest: Omit<Manifest, 'files'>;
  /** The page with losses and figures, beside the run's log; null where heads alone were trained. */
  readonly picture: string | null;
};

/**
 * Makes an artefact as a recipe says: heads, with or without the encoder, then calibration, thresholds, off-topic, card.
 *
 * @throws Error at once where the artefact could not be called what its folder is, or something lies there that may not go.
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { tf, progress, work } = options;
  const called = basename(options.out);
  if (!ARTEFACT_NAME.test(called)) {
    throw new Error(`An artefact cannot be called ${called}: small letters, digits, points and hyphens only.`);
  }
  await seeThatFree(options.out, options.replace === true);
  const recipe = await readRecipe(options.recipe);
  const base = await readBaseEncoder(options.encoder);
  const tokens = tokensOf(recipe, base);
  const tokenizer = tokenizerFor(base, tokens);
  progress('reading', 0, 1);
  const prepared = await prepare(recipe, options.data, dirname(options.recipe), { tokenizer, tokens });
  const { examples, validation, topic: topicTexts, counts } = prepared;
  progress('reading', 1, 1);
  const known = TRAINING_LABELS.filter((label) => examples.some(({ targets }) => targets[label] !== undefined));
  const labels = MODEL_LABELS.filter((label) => known.includes(label));

  const task = {
    tf,
    backend: options.backend,
    base,
    tokens,
    tokenizer,
    recipe,
    prepared,
    labels,
    known,
    work,
    from: options.from === undefined ? null : await readCheckpoints(options.from),
    progress,
  };
  const network = await (recipe.encoder === undefined ? frozenNetwork(task) : tunedNetwork(task, recipe.encoder));
  const logits = worstOfWindows(
    await network.logits(validation.flatMap(({ windows }) => windows)),
    validation.map(({ windows }) => windows.length),
    labels.length,
  );
  const embedding = await embeddingsOf(textsOf(topicTexts), tokenizer, network.embeddings);
  network.dispose();
  const topic = trainTopic(topicTexts, embedding, recipe.seed);

  const rows = validation.map(({ row }) => row);
  const byLabel = outputsByLabel(rows, labels, logits);
  const judging = judgeLabels(byLabel, labels, { rows, logits }, recipe);
  const answers = answersOf({ labels: [...labels], calibration: judging.calibration }, logits);
  const measured = byLabel.map((one) => [
    one.label,
    measureLabel(one, answers, judging.calibrations[one.label] as CalibrationChoice),
  ]);
  const metrics: Metrics = {
    rows: counts,
    labels: Object.fromEntries(measured) as Metrics['labels'],
    topic: topic.metrics,
    harmless: judging.harmless,
  };
  const learnt = learntBy(recipe);
  const manifest: Omit<Manifest, 'files'> = {
    format: FORMAT,
    name: called,
    trainedAt: options.now.toISOString(),
    labels: [...labels],
    languages: recipe.languages,
    normaliser: NORMALISER_VERSION,
    encoder: base.shape,
    tokens,
    heads: network.shape,
    calibration: judging.calibration,
    topic: topic.calibration,
    thresholds: judging.thresholds,
    evidence: evidenceIn(byLabel, answers),
    sentencesFrom: judging.sentencesFrom,
    dataHash: prepared.dataHash,
    recipe: recipeIdentity(options.recipe, recipe),
    learnt,
    splits: prepared.splits,
    ...(task.from !== null && { from: task.from.runs }),
    metrics: JSON.parse(JSON.stringify(metrics)) as Manifest['metrics'],
    libraries: { node: process.versions.node, 'tfjs-core': tf.version_core, backend: options.backend.library },
  };
  await writeReport(work, { name: manifest.name, training: network.report, metrics });
  const files = new Map<ArtefactFile, Uint8Array>([
    ['encoder.safetensors', writeSafetensors(network.encoder)],
    ['heads.safetensors', headsFile(network.heads, topic.prototypes)],
    ['tokenizer.json', base.tokenizer],
    ['CARD.md', new TextEncoder().encode(cardOf(manifest, learnt, null))],
  ]);
  const id = await publishArtefact(options.out, files, manifest, options.replace);
  return { id, directory: options.out, manifest, picture: await draw(network, manifest, metrics) };
}

/** Losses, rates and figures of a run that trained the encoder, beside its log. */
async function draw(
  { run }: TrainedNetwork,
  { name, thresholds }: Pick<Manifest, 'name' | 'thresholds'>,
  { labels: measured }: Metrics,
): Promise<string | null> {
  if (run === null) return null;
  const picture = `${run.path}.html`;
  await writeFile(picture, runPage({ name, losses: run.losses, rates: run.rates, measured, thresholds }));
  return picture;
}

async function readCheckpoints(paths: readonly string[]) {
  const sha256 = createHash('sha256');
  const runs: string[] = [];
  const all: StoredTensors[] = [];
  for (const path of paths) {
    const { tensors, bytes } = await readRun(path);
    sha256.update(bytes);
    runs.push(createHash('sha256').update(bytes).digest('hex'));
    all.push(tensors);
  }
  return { tensors: meanOf(all), sha256: sha256.digest('hex'), runs };
}

/** How the run went: losses, and what validation found; for whoever compares runs. */
async function writeReport(
  work: string,
  report: Readonly<Record<string, unknown>> & { readonly name: string },
): Promise<void> {
  await mkdir(join(work, 'reports'), { recursive: true });
  const id = createHash('sha256').update(JSON.stringify(report)).digest('hex').slice(0, 8);
  await writeFile(join(work, 'reports', `${report.name}-${id}.json`), `${JSON.stringify(report, null, 1)}\n`);
}
