import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { MODEL_LABELS } from '../core/labels.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import type { ArtefactFile } from '../model/artefact.js';
import type { Backend } from '../model/backend.js';
import { featuresGraph, featuresOutputs } from '../model/graph/build.js';
import { FORMAT, type Manifest } from '../model/manifest.js';
import { writeSafetensors } from '../model/safetensors.js';
import { toEncoderWeights } from '../model/weights.js';
import { readBaseEncoder } from './base-encoder.js';
import { cardOf, type Metrics } from './card.js';
import { checkpointsIn } from './checkpoints.js';
import { computeFeatures, halfRow, type Progress } from './features.js';
import { trainHeads } from './heads.js';
import { judgeLabels, worstOfWindows } from './judge.js';
import { answersOf, measureLabel, outputsByLabel } from './measure.js';
import { headsLogits } from './network.js';
import { prepare, readings, tokenizerFor, tokensOf } from './prepare.js';
import { headsFile, publishArtefact } from './publish.js';
import { readRecipe } from './recipe.js';
import { embeddingsOf, textsOf } from './topic-texts.js';
import { trainTopic } from './topic-training.js';

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
  const prepared = await prepare(recipe, options.data, dirname(options.recipe), { tokenizer, tokens });
  const { examples, validation, topic: topicTexts, counts, dataHash } = prepared;
  progress('reading', 1, 1);
  const labels = MODEL_LABELS.filter((label) => examples.some(({ targets }) => targets[label] !== undefined));

  const encoderBytes = writeSafetensors(base.tensors);
  const shape = { encoder: base.shape, poolings: recipe.heads.poolings };
  const outputs = featuresOutputs(shape);
  const key = createHash('sha256').update(encoderBytes).update(JSON.stringify(shape)).digest('hex');
  const executor = await options.backend.load(key, outputs, () =>
    featuresGraph(shape, toEncoderWeights(base.tensors, 'the base encoder')),
  );
  const compute = (output: string, windows: readonly Int32Array[]) => {
    const width = outputs[output]?.shape[1] ?? 0;
    const run = { executor, output, width, padding: tokens.padding };
    return computeFeatures({ windows, ...run, key: `${key} ${output}` }, join(work, 'features'), progress);
  };

  const features = await compute(
    'features',
    examples.map(({ window }) => window),
  );
  const measuredWindows = validation.flatMap(({ windows }) => windows);
  const measuredFeatures = await compute('features', measuredWindows);
  const threads = topicTexts.threads.flatMap(({ comments, held }) => comments.map((text) => ({ text, held })));
  const threadWindows = threads.map(({ text }) => readings(tokenizer, text));
  const threadFeatures = await compute('features', threadWindows.flat());
  const embedding = await embeddingsOf(textsOf(topicTexts), tokenizer, async (windows) => {
    const found = await compute('embedding', windows);
    return windows.map((_, i) => halfRow(found, i));
  });
  executor.dispose();
  const topic = trainTopic(topicTexts, embedding, recipe.seed);

  const run = createHash('sha256')
    .update(JSON.stringify([key, dataHash, recipe]))
    .digest('hex')
    .slice(0, 16);
  const heads = await trainHeads(
    { tf, features, targets: examples.map(({ targets }) => targets), labels, recipe: recipe.heads, seed: recipe.seed },
    checkpointsIn(join(work, 'heads'), run, (data, sides) => tf.tensor(data, sides)),
    progress,
  );

  const all = (count: number) => Array.from({ length: count }, (_, i) => i);
  const logits = worstOfWindows(
    headsLogits(tf, measuredFeatures, all(measuredWindows.length), heads, labels.length),
    validation.map(({ windows }) => windows.length),
    labels.length,
  );
  const threadLogits = worstOfWindows(
    headsLogits(tf, threadFeatures, all(threadWindows.flat().length), heads, labels.length),
    threadWindows.map((windows) => windows.length),
    labels.length,
  );
  const byLabel = outputsByLabel(
    validation.map(({ row }) => row),
    labels,
    logits,
  );
  const judging = judgeLabels(byLabel, labels, { logits, threadLogits, held: threads.map(({ held }) => held) }, recipe);
  const answers = answersOf({ labels: [...labels], calibration: judging.calibration }, logits);
  const measured = byLabel.map((one) => [one.label, measureLabel(one, answers, recipe.calibration.largestShare)]);
  const metrics: Metrics = {
    rows: counts,
    labels: Object.fromEntries(measured) as Metrics['labels'],
    topic: topic.metrics,
    harmless: judging.harmless,
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
  const files = new Map<ArtefactFile, Uint8Array>([
    ['encoder.safetensors', encoderBytes],
    ['heads.safetensors', headsFile(heads, topic.prototypes)],
    ['tokenizer.json', base.tokenizer],
    ['CARD.md', new TextEncoder().encode(cardOf(manifest, metrics, recipe))],
  ]);
  const id = await publishArtefact(options.out, files, manifest);
  return { id, directory: options.out, manifest };
}
