import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { calibrate } from '../core/calibrate.js';
import { MODEL_LABELS, type ModelLabel } from '../core/labels.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import type { ArtefactFile } from '../model/artefact.js';
import type { Backend } from '../model/backend.js';
import { featuresGraph, featuresOutputs } from '../model/graph/build.js';
import { FORMAT, type Manifest } from '../model/manifest.js';
import { writeSafetensors } from '../model/safetensors.js';
import { toWeights, type Weights } from '../model/weights.js';
import { readBaseEncoder } from './base-encoder.js';
import { fitPlatt } from './calibration.js';
import { cardOf, type Metrics } from './card.js';
import { checkpointsIn } from './checkpoints.js';
import { computeFeatures, halfRow, type Progress } from './features.js';
import { headsLogits, trainHeads } from './heads.js';
import { judged, type LabelOutputs, measureLabel, outputsByLabel } from './measure.js';
import { prepare, tokenizerFor, tokensOf } from './prepare.js';
import { headsFile, publishArtefact } from './publish.js';
import { type Recipe, readRecipe } from './recipe.js';
import { rejectThreshold, reviewThreshold } from './thresholds.js';
import { textsOf, trainTopic } from './topic-training.js';

export type TrainOptions = {
  /** The recipe's file. */
  readonly recipe: string;
  /** The folder with the sets. */
  readonly data: string;
  /** The folder with the base encoder. */
  readonly encoder: string;
  /** The artefact's folder; its last part is the artefact's name. */
  readonly out: string;
  readonly backend: Backend;
  /** tfjs of that backend, for the heads. */
  readonly tf: typeof import('@tensorflow/tfjs-core');
  /** Where what was computed is kept, so that a run that was cut goes on. */
  readonly work: string;
  readonly now: Date;
  readonly progress: Progress;
};

export type Trained = { readonly id: string; readonly directory: string; readonly manifest: Omit<Manifest, 'files'> };

/** Makes an artefact as a recipe says: features of the frozen encoder, heads, calibration, thresholds, off-topic, card. */
export async function train(options: TrainOptions): Promise<Trained> {
  const { tf, progress, work } = options;
  const recipe = await readRecipe(options.recipe);
  const base = await readBaseEncoder(options.encoder);
  const tokens = tokensOf(recipe, base);
  const tokenizer = tokenizerFor(base, tokens);
  progress('reading', 0, 1);
  const {
    rows,
    windows,
    topic: topicTexts,
    leftOut,
    dataHash,
  } = await prepare(recipe, options.data, dirname(options.recipe), tokenizer);
  const labels = MODEL_LABELS.filter((label) =>
    rows.some((row) => row.split === 'train' && row.targets[label] !== undefined),
  );

  const encoderBytes = writeSafetensors(base.tensors);
  const shape = { encoder: base.shape, poolings: recipe.heads.poolings };
  const key = createHash('sha256').update(encoderBytes).update(JSON.stringify(shape)).digest('hex');
  const executor = await options.backend.load(key, featuresOutputs(shape), () =>
    featuresGraph(shape, toWeights(base.tensors, 'the base encoder')),
  );
  const outputs = featuresOutputs(shape);
  const compute = (output: string, of: readonly Int32Array[]) =>
    computeFeatures(
      {
        windows: of,
        executor,
        output,
        width: outputs[output]?.shape[1] ?? 0,
        padding: tokens.padding,
        key: `${key} ${output}`,
      },
      join(work, 'features'),
      progress,
    );

  const features = await compute('features', windows);
  const topic = await learnTopic();
  const harmlessTexts = [...new Set(topicTexts.threads.flatMap((thread) => thread.comments))];
  const harmlessFeatures = await compute(
    'features',
    harmlessTexts.map((text) => tokenizer.windows(text)[0] as Int32Array),
  );
  executor.dispose();

  const runName = createHash('sha256')
    .update(JSON.stringify([key, dataHash, recipe]))
    .digest('hex')
    .slice(0, 16);
  const checkpoints = checkpointsIn(join(work, 'heads'), runName, (data, sides) => tf.tensor(data, sides));
  const heads = await trainHeads(
    { tf, features, rows, labels, recipe: recipe.heads, seed: recipe.seed },
    checkpoints,
    progress,
  );

  const validation = rows.flatMap((row, i) => (row.split === 'validation' ? [i] : []));
  const logits = headsLogits(tf, features, validation, heads, labels.length);
  const byLabel = outputsByLabel(
    validation.map((i) => rows[i] as (typeof rows)[number]),
    labels,
    logits,
  );
  const harmlessRows = harmlessTexts.map((_, i) => i);
  const harmless = headsLogits(tf, harmlessFeatures, harmlessRows, heads, labels.length);
  const judging = judgeLabels(byLabel, labels, harmless, recipe);

  const metrics: Metrics = {
    rows: { train: rows.length - validation.length, validation: validation.length, ...leftOut },
    labels: Object.fromEntries(byLabel.map((outputsOfLabel) => [outputsOfLabel.label, measureLabel(outputsOfLabel)])),
    topic: topic.metrics,
    harmless: { comments: harmlessTexts.length, ...judging.harmless },
  };
  const manifest: Omit<Manifest, 'files'> = {
    format: FORMAT,
    name: basename(options.out),
    trainedAt: options.now.toISOString(),
    labels: [...labels],
    languages: recipe.languages,
    normaliser: NORMALISER_VERSION,
    encoder: base.shape,
    tokens,
    heads: { poolings: recipe.heads.poolings, hidden: recipe.heads.hidden },
    calibration: judging.calibration,
    topic: topic.calibration,
    thresholds: judging.thresholds,
    sentencesFrom: judging.sentencesFrom,
    dataHash,
    metrics: JSON.parse(JSON.stringify(metrics)) as Manifest['metrics'],
    libraries: { node: process.versions.node, 'tfjs-core': tf.version_core, backend: options.backend.library },
  };
  const id = await publishArtefact(options.out, filesOf(manifest, heads), manifest);
  return { id, directory: options.out, manifest };

  async function learnTopic() {
    const texts = textsOf(topicTexts);
    const embeddings = await compute(
      'embedding',
      texts.map((text) => tokenizer.windows(text)[0] as Int32Array),
    );
    const byText = new Map(texts.map((text, i) => [text, halfRow(embeddings, i)]));
    const embedding = (text: string) => byText.get(text) ?? new Float32Array(base.shape.hidden);
    return trainTopic(topicTexts, embedding, { validation: recipe.topic.validation, seed: recipe.seed });
  }

  function filesOf(about: Omit<Manifest, 'files'>, trained: Weights): Map<ArtefactFile, Uint8Array> {
    return new Map<ArtefactFile, Uint8Array>([
      ['encoder.safetensors', encoderBytes],
      ['heads.safetensors', headsFile(trained, topic.prototypes)],
      ['tokenizer.json', base.tokenizer],
      ['CARD.md', new TextEncoder().encode(cardOf(about, metrics, recipe))],
    ]);
  }
}

/** Calibrations and thresholds, from what the heads said of validation rows and of comments of real threads. */
function judgeLabels(
  byLabel: readonly LabelOutputs[],
  labels: readonly ModelLabel[],
  harmless: Float32Array,
  recipe: Recipe,
) {
  const calibration: Manifest['calibration'] = {};
  const thresholds: Manifest['thresholds'] = {};
  const flagged: Record<string, number> = {};
  const comments = harmless.length / labels.length;
  const any = new Set<number>();
  for (const outputs of byLabel) {
    const l = labels.indexOf(outputs.label);
    const fitted = fitPlatt(outputs.outcomes);
    const scores = Array.from({ length: comments }, (_, i) =>
      calibrate(harmless[i * labels.length + l] as number, fitted),
    );
    const rows = judged(outputs, fitted);
    const review = reviewThreshold(rows, scores, recipe.thresholds);
    calibration[outputs.label] = fitted;
    thresholds[outputs.label] = { review, reject: rejectThreshold(rows, review.threshold, recipe.thresholds) };
    scores.forEach((score, i) => {
      if (score >= review.threshold) any.add(i);
    });
    flagged[outputs.label] = scores.filter((score) => score >= review.threshold).length / comments;
  }
  // Sentences are worth a second pass a little before a person is asked, so that the page can show what comes near.
  const lowest = Math.min(...Object.values(thresholds).map(({ review }) => review.threshold));
  return { calibration, thresholds, sentencesFrom: lowest * 0.8, harmless: { flagged, any: any.size / comments } };
}
