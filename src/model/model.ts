import { calibrate } from '../core/calibrate.js';
import type { ModelLabel, ModelScores } from '../core/labels.js';
import type { TopicPrototypes } from '../core/topic.js';
import { encoderWeights, headsWeights, prototypesOf, readArtefact, tokenizerOf } from './artefact.js';
import type { Backend } from './backend.js';
import type { Executor } from './executor.js';
import { judgingGraph, judgingOutputs } from './graph/build.js';
import type { Manifest } from './manifest.js';
import { createTokenizer, type Tokenizer } from './tokenizer.js';

/** An artefact that is verified, loaded into a backend and ready to judge. */
export type Model = {
  readonly id: string;
  readonly directory: string;
  readonly manifest: Manifest;
  readonly prototypes: TopicPrototypes;
  readonly tokenizer: Tokenizer;
  readonly executor: Executor;
};

/**
 * Loads an artefact.
 *
 * @throws ArtefactDamaged, NotANumber: then there is no score, and a person decides.
 */
export async function loadModel(directory: string, backend: Backend): Promise<Model> {
  const artefact = await readArtefact(directory);
  const { id, manifest } = artefact;
  const heads = headsWeights(artefact);
  const shape = { encoder: manifest.encoder, heads: manifest.heads, labels: manifest.labels.length };
  const executor = await backend.load(id, judgingOutputs(shape), () =>
    judgingGraph(shape, { encoder: encoderWeights(artefact), heads }),
  );
  const tokenizer = createTokenizer(tokenizerOf(artefact), manifest.tokens);
  return { id, directory, manifest, prototypes: prototypesOf(heads), tokenizer, executor };
}

/** What one pass over one window found. */
export type WindowResult = { readonly logits: Float32Array; readonly embedding: Float32Array };

/**
 * A text's scores from those of its windows: each label's worst, because one threat in a long comment is a threat.
 *
 * @throws RangeError where a logit is not finite, or a score would not be.
 */
export function scoresOf(
  manifest: Pick<Manifest, 'labels' | 'calibration'>,
  windows: readonly Pick<WindowResult, 'logits'>[],
): ModelScores {
  const scores: Partial<Record<ModelLabel, number>> = {};
  manifest.labels.forEach((label, i) => {
    const calibration = manifest.calibration[label];
    if (calibration === undefined) throw new RangeError(`${label} has no calibration`);
    const score = Math.max(...windows.map(({ logits }) => calibrate(logits[i] ?? Number.NaN, calibration)));
    if (!Number.isFinite(score)) throw new RangeError(`the score of ${label} would be no number`);
    scores[label] = score;
  });
  return inOrder(scores);
}

/** What labels.md says of pairs of labels: hate is an attack on an identity, and what is severe is toxic. */
function inOrder(scores: Partial<Record<ModelLabel, number>>): ModelScores {
  const { hate, identity_attack, toxicity, severe_toxicity } = scores;
  return {
    ...scores,
    ...(hate !== undefined && identity_attack !== undefined && { identity_attack: Math.max(hate, identity_attack) }),
    ...(toxicity !== undefined &&
      severe_toxicity !== undefined && { severe_toxicity: Math.min(toxicity, severe_toxicity) }),
  };
}

/**
 * A text's embedding from those of its windows: their mean, weighed by how much text each holds, of length one.
 *
 * @param lengths tokens of each window.
 */
export function embeddingOf(
  windows: readonly Pick<WindowResult, 'embedding'>[],
  lengths: readonly number[],
): Float32Array {
  const first = windows[0];
  if (first === undefined) throw new RangeError('a text has at least one window');
  if (windows.length === 1) return first.embedding;
  const sum = new Float32Array(first.embedding.length);
  windows.forEach(({ embedding }, w) => {
    for (let i = 0; i < sum.length; i++)
      sum[i] = (sum[i] as number) + (embedding[i] as number) * (lengths[w] as number);
  });
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}
