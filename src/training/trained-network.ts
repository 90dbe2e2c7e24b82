import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ModelLabel } from '../core/labels.js';
import type { Backend } from '../model/backend.js';
import type { Executor } from '../model/executor.js';
import { featuresGraph, featuresOutputs, judgingGraph, judgingOutputs } from '../model/graph/build.js';
import { narrow, widen } from '../model/half.js';
import type { HeadsShape, Tokens } from '../model/manifest.js';
import { type StoredTensors, writeSafetensors } from '../model/safetensors.js';
import type { Tokenizer } from '../model/tokenizer.js';
import { toEncoderWeights, type Weights } from '../model/weights.js';
import type { BaseEncoder } from './base-encoder.js';
import { checkpointsIn } from './checkpoints.js';
import { computeFeatures, halfRow, type Progress, runWindows } from './features.js';
import { type FineTuned, fineTune } from './fine-tune.js';
import { headsRecipe, trainHeads } from './heads.js';
import { worstOfWindows } from './judge.js';
import { keptEmbeddings } from './kept-embeddings.js';
import { outputsByLabel } from './measure.js';
import { areaUnderCurve } from './metrics.js';
import { headsLogits, type TensorFlow } from './network.js';
import { seedOf } from './plan.js';
import { type Example, type Prepared, tokenIn } from './prepare.js';
import { HALVED } from './publish.js';
import { placeOf } from './random.js';
import type { EncoderRecipe, Recipe } from './recipe.js';
import { smoothed } from './run-page.js';
import type { TrainingLabel } from './targets.js';
import { textsOf } from './topic-texts.js';

export type NetworkTask = {
  readonly tf: TensorFlow;
  readonly backend: Backend;
  readonly base: BaseEncoder;
  readonly tokens: Tokens;
  readonly tokenizer: Tokenizer;
  readonly recipe: Recipe;
  readonly prepared: Prepared;
  /** The labels that the artefact will have, and those that are learnt. */
  readonly labels: readonly ModelLabel[];
  readonly known: readonly TrainingLabel[];
  readonly work: string;
  /** The checkpoint of an earlier run, with its sha256, that the encoder goes on from. */
  readonly from: { readonly tensors: StoredTensors; readonly sha256: string } | null;
  readonly progress: Progress;
};

/** An encoder with its heads, trained; what judges windows from here on. */
export type TrainedNetwork = {
  readonly shape: HeadsShape;
  readonly encoder: StoredTensors;
  readonly heads: Weights;
  /** @returns [windows, labels] */
  logits(windows: readonly Int32Array[]): Promise<Float32Array>;
  embeddings(windows: readonly Int32Array[]): Promise<readonly Float32Array[]>;
  dispose(): void;
  /** How the training went. */
  readonly report: object;
  /** Of a run that trained the encoder: every step once, however often the run was cut, and where its log lies but for the ending. */
  readonly run: ({ readonly path: string } & Pick<FineTuned, 'losses' | 'rates'>) | null;
};

type JudgingNetwork = Omit<TrainedNetwork, 'report' | 'run'>;

/** Windows that are judged between two reports of progress. */
const CHUNK = 2_000;

/** Validation rows that the last and the averaged weights are compared on. */
const COMPARED = 4_000;

/** Trains heads on what the base encoder says of each window. */
export async function frozenNetwork(task: NetworkTask): Promise<TrainedNetwork> {
  const { tf, recipe, prepared, labels, work, progress } = task;
  const { examples, dataHash } = prepared;
  const base = await baseExecutor(task);
  const compute = (output: string, windows: readonly Int32Array[]) => {
    const width = base.outputs[output]?.shape[1] ?? 0;
    const run = { executor: base.executor, output, width, padding: task.tokens.padding };
    return computeFeatures({ windows, ...run, key: `${base.key} ${output}` }, join(work, 'features'), progress);
  };
  const features = await compute(
    'features',
    examples.map(({ window }) => window),
  );
  const heads = await trainHeads(
    {
      tf,
      features,
      targets: examples.map(({ targets }) => targets),
      labels,
      recipe: headsRecipe(recipe),
      seed: recipe.seed,
    },
    checkpointsIn(join(work, 'heads'), runOf([base.key, dataHash, recipe, digestOf(examples)]), (data, sides) =>
      tf.tensor(data, sides),
    ),
    progress,
  );
  return {
    shape: { poolings: recipe.heads.poolings, hidden: recipe.heads.hidden },
    encoder: task.base.tensors,
    heads,
    logits: async (windows) => {
      const found = await compute('features', windows);
      const all = Array.from({ length: windows.length }, (_, i) => i);
      return headsLogits(tf, found, all, heads, labels.length);
    },
    embeddings: async (windows) => {
      const found = await compute('embedding', windows);
      return windows.map((_, i) => halfRow(found, i));
    },
    dispose: () => base.executor.dispose(),
    report: {},
    run: null,
  };
}

/** Trains the encoder and its heads together, and takes the last or the averaged weights, whichever validate better. */
export async function tunedNetwork(task: NetworkTask, encoder: EncoderRecipe): Promise<TrainedNetwork> {
  const { tf, recipe, prepared, tokens, work, progress, known, labels } = task;
  const base = await baseExecutor(task);
  const examples = [...prepared.examples, ...topicExamples(task)];
  const held = examples.map(
    ({ targets, window }) => Object.keys(targets).length === 0 || placeOf(window.join(' ')) < encoder.embedding.share,
  );
  const run = { executor: base.executor, output: 'embedding', width: task.base.shape.hidden, padding: tokens.padding };
  const embedding = await keptEmbeddings(
    examples.filter((_, i) => held[i]).map(({ window }) => window),
    {
      folder: join(work, 'embeddings'),
      key: base.key,
      width: run.width,
      run: (windows) => runWindows(run, windows),
    },
    progress,
  );
  base.executor.dispose();

  const shape: HeadsShape = {
    poolings: recipe.heads.poolings,
    hidden: recipe.heads.hidden,
    embedding: encoder.embedding.pooling,
  };
  // Neither how often a checkpoint is written nor what comes after the training changes the weights.
  const { checkpointMinutes: _, ...decisive } = encoder;
  const mask = encoder.wordDropout === 0 ? tokens.padding : tokenIn(task.base, '[MASK]');
  const seed = seedOf(recipe.seed, task.from?.sha256);
  const folder = join(work, 'encoder');
  const name = runOf([
    ...[base.key, prepared.dataHash, digestOf(examples), tokens.padding, mask],
    ...[recipe.heads, seed, decisive, task.from?.sha256],
  ]);
  const { last, averaged, losses, rates } = await fineTune(
    {
      tf,
      base: task.base,
      padding: tokens.padding,
      mask,
      examples,
      embeddingOf: (i) => (held[i] ? embedding(examples[i]?.window as Int32Array) : null),
      labels: known,
      heads: shape,
      dropout: recipe.heads.dropout,
      recipe: encoder,
      seed,
      folder,
      name,
      from: task.from?.tensors ?? null,
    },
    progress,
  );

  const networks = await Promise.all([last, averaged].map((weights) => judging(task, shape, weights)));
  const rows = prepared.validation.filter(
    ({ row }) => placeOf(`compare ${row.id}`) * prepared.validation.length < COMPARED,
  );
  const compared: number[] = [];
  for (const network of networks) {
    const found = await network.logits(rows.flatMap(({ windows }) => windows));
    const counts = rows.map(({ windows }) => windows.length);
    const byLabel = outputsByLabel(
      rows.map(({ row }) => row),
      labels,
      worstOfWindows(found, counts, labels.length),
    );
    const areas = byLabel
      .map(({ outcomes }) =>
        areaUnderCurve(outcomes.map(({ logit, value }) => ({ score: logit, carries: value >= 0.5 }))),
      )
      .filter((area) => Number.isFinite(area));
    compared.push(areas.reduce((sum, area) => sum + area, 0) / Math.max(1, areas.length));
  }
  const better = (compared[1] as number) >= (compared[0] as number) ? 1 : 0;
  networks[1 - better]?.dispose();
  return {
    ...(networks[better] as JudgingNetwork),
    report: {
      steps: losses.length,
      losses: smoothed(losses),
      meanAuc: { last: compared[0], averaged: compared[1] },
      shipped: better === 1 ? 'averaged' : 'last',
    },
    run: { path: join(folder, name), losses, rates },
  };
}

/** Titles, summaries and openings that off-topic will embed: no label is known of them, but their embedding is. */
function topicExamples({ prepared, tokenizer }: NetworkTask): Example[] {
  const { threads, prototypes } = prepared.topic;
  const texts = textsOf({ threads: threads.filter((thread) => !thread.held), prototypes });
  return texts.flatMap((text) => tokenizer.passages(text).map((window) => ({ window, targets: {}, times: 1 })));
}

/** The trained network as the service will run it: rounded as it is stored, in the judging graph. */
async function judging(
  { backend, base, tokens, labels, known, progress }: NetworkTask,
  shape: HeadsShape,
  trained: Weights,
): Promise<JudgingNetwork> {
  const encoder: StoredTensors = new Map(
    [...base.tensors].map(([name, tensor]) => {
      const found = trained.get(name);
      return [name, found === undefined ? tensor : { dtype: 'F16', shape: found.shape, data: narrow(found.data) }];
    }),
  );
  const ofHeads = [...trained].filter(([name]) => !base.tensors.has(name));
  const heads: Weights = new Map(
    ofHeads.map(([name, weight]) => {
      const last = name.startsWith(`heads.${shape.hidden.length}.`);
      return [name, last ? firstColumns(weight, known.length, labels.length) : weight];
    }),
  );
  const sizes = { encoder: base.shape, heads: shape, labels: labels.length };
  const key = createHash('sha256').update(writeSafetensors(encoder)).update(JSON.stringify(sizes));
  for (const { data } of heads.values()) key.update(data);
  const executor = await backend.load(key.digest('hex'), judgingOutputs(sizes), () =>
    judgingGraph(sizes, { encoder: toEncoderWeights(encoder, 'the trained encoder'), heads: asStored(heads) }),
  );
  const run = async (output: string, width: number, windows: readonly Int32Array[]) => {
    const numbers = new Float32Array(windows.length * width);
    for (let begin = 0; begin < windows.length; begin += CHUNK) {
      const chunk = windows.slice(begin, begin + CHUNK);
      numbers.set(await runWindows({ executor, output, width, padding: tokens.padding }, chunk), begin * width);
      progress(output, Math.min(begin + CHUNK, windows.length), windows.length);
    }
    return numbers;
  };
  return {
    shape,
    encoder,
    heads,
    logits: (windows) => run('logits', labels.length, windows),
    embeddings: async (windows) => {
      const { hidden } = base.shape;
      const numbers = await run('embedding', hidden, windows);
      return windows.map((_, i) => numbers.slice(i * hidden, (i + 1) * hidden));
    },
    dispose: () => executor.dispose(),
  };
}

/** As the heads' file will keep them: large matrices in half precision. */
function asStored(heads: Weights): Weights {
  return new Map(
    [...heads].map(([name, { shape, data }]) => [
      name,
      { shape, data: HALVED.includes(name) ? widen(narrow(data)) : data },
    ]),
  );
}

/** The labels of an artefact come first among those that are learnt; what is only learnt is left out. */
function firstColumns(
  { shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array },
  from: number,
  to: number,
) {
  const rows = data.length / from;
  const kept = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) kept.set(data.subarray(row * from, row * from + to), row * to);
  return { shape: [...shape.slice(0, -1), to], data: kept };
}

async function baseExecutor({ backend, base, recipe }: NetworkTask): Promise<{
  readonly executor: Executor;
  readonly outputs: ReturnType<typeof featuresOutputs>;
  /** Names the encoder and what is read from it. */
  readonly key: string;
}> {
  const shape = { encoder: base.shape, poolings: recipe.heads.poolings };
  const outputs = featuresOutputs(shape);
  const key = createHash('sha256').update(writeSafetensors(base.tensors)).update(JSON.stringify(shape)).digest('hex');
  const executor = await backend.load(key, outputs, () =>
    featuresGraph(shape, toEncoderWeights(base.tensors, 'the base encoder')),
  );
  return { executor, outputs, key };
}

/** Names a run by all that its weights depend on. */
function runOf(given: unknown): string {
  return createHash('sha256').update(JSON.stringify(given)).digest('hex').slice(0, 16);
}

/** sha256 over what is learnt, as it was cut into tokens: it depends on the tokenizer and on windows, which no row says. */
function digestOf(examples: readonly Example[]): string {
  const hash = createHash('sha256');
  for (const { window, targets, times } of examples) hash.update(JSON.stringify([[...window], targets, times]));
  return hash.digest('hex');
}
