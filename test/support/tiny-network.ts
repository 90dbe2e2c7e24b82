import { EMBEDDING } from '../../src/model/graph/heads.js';
import type { EncoderShape, HeadsShape } from '../../src/model/manifest.js';
import type { EncoderWeights, Weights } from '../../src/model/weights.js';
import type { Network } from '../../src/training/joint-pass.js';
import { randomFrom } from '../../src/training/random.js';

const VOCABULARY = 50;

export const TINY_SHAPE: EncoderShape = {
  layers: 2,
  hidden: 12,
  heads: 3,
  intermediate: 20,
  positions: 16,
  vocabulary: VOCABULARY,
  epsilon: 1e-12,
};

export const TINY_HEADS: HeadsShape = {
  poolings: [
    { layer: 2, kind: 'mean' },
    { layer: 2, kind: 'max' },
    { layer: 1, kind: 'first' },
    { layer: 0, kind: 'mean' },
  ],
  hidden: [8],
  embedding: { layer: 2, kind: 'mean' },
};

/** A whole network with random weights, small enough for numerical differences. */
export function tinyNetwork(labels: number): {
  readonly network: Network;
  readonly encoder: EncoderWeights;
  /** Every weight that is trained, by name. */
  readonly trained: Weights;
} {
  const random = randomFrom(9);
  const { hidden, intermediate, positions, layers } = TINY_SHAPE;
  const numbers = (count: number, spread: number, centre = 0) =>
    Float32Array.from({ length: count }, () => centre + (random() - 0.5) * spread);
  const fixed = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  const trained = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  const norm = (into: typeof fixed, name: string) => {
    into.set(`${name}.scale`, { shape: [hidden], data: numbers(hidden, 0.4, 1) });
    into.set(`${name}.shift`, { shape: [hidden], data: numbers(hidden, 0.4) });
  };
  const dense = (name: string, from: number, to: number) => {
    trained.set(`${name}.weight`, { shape: [from, to], data: numbers(from * to, 1) });
    trained.set(`${name}.bias`, { shape: [to], data: numbers(to, 0.4) });
  };
  fixed.set('embeddings.positions', { shape: [positions, hidden], data: numbers(positions * hidden, 1) });
  norm(fixed, 'embeddings.norm');
  for (let layer = 0; layer < layers; layer++) {
    dense(`layer.${layer}.attention.qkv`, hidden, 3 * hidden);
    dense(`layer.${layer}.attention.output`, hidden, hidden);
    norm(trained, `layer.${layer}.attention.norm`);
    dense(`layer.${layer}.feedforward.in`, hidden, intermediate);
    dense(`layer.${layer}.feedforward.out`, intermediate, hidden);
    norm(trained, `layer.${layer}.feedforward.norm`);
  }
  dense('heads.0', TINY_HEADS.poolings.length * hidden, 8);
  dense('heads.1', 8, labels);
  dense(EMBEDDING, hidden, hidden);
  const words = {
    shape: [VOCABULARY, hidden] as const,
    data: Int8Array.from({ length: VOCABULARY * hidden }, () => Math.round((random() - 0.5) * 254)),
    scales: numbers(VOCABULARY, 0.005, 0.01),
  };
  return {
    network: { shape: TINY_SHAPE, fixed: { words, others: fixed }, heads: TINY_HEADS, padding: 0 },
    encoder: { words, others: new Map([...fixed, ...trained]) },
    trained,
  };
}

/** Windows of several lengths. */
export function tinyWindows(lengths: readonly number[]): Int32Array[] {
  const random = randomFrom(4);
  return lengths.map((length) => Int32Array.from({ length }, () => 1 + Math.floor(random() * (VOCABULARY - 1))));
}
