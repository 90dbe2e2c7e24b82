import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelLabel } from '../../src/core/labels.js';
import { TOPIC_FEATURES } from '../../src/core/topic.js';
import { type ArtefactFile, currentArtefact } from '../../src/model/artefact.js';
import { narrow } from '../../src/model/half.js';
import { type EncoderShape, FORMAT, type Manifest } from '../../src/model/manifest.js';
import { cacheFolder, nativeFolder } from '../../src/model/native.js';
import { type StoredTensor, writeSafetensors } from '../../src/model/safetensors.js';
import { SCALE, type Weights } from '../../src/model/weights.js';
import { headsFile, publishArtefact } from '../../src/training/publish.js';
import { randomFrom } from '../../src/training/random.js';

export const MODELS = 'models';

/** The folder of the artefact that is shipped. */
export function shippedArtefact(): Promise<string> {
  return currentArtefact(MODELS);
}

export const CACHE = cacheFolder(process.env);

/** The native backend is an optional part: where it isn't installed, its tests are left out. */
export const NATIVE_IS_THERE = existsSync(join(nativeFolder(CACHE), 'premod-native.json'));

const LABELS: readonly ModelLabel[] = ['hate', 'identity_attack', 'toxicity'];

const SHAPE: EncoderShape = {
  layers: 1,
  hidden: 24,
  heads: 2,
  intermediate: 48,
  positions: 64,
  vocabulary: 30_522,
  epsilon: 1e-12,
};

export type TinyChange = {
  readonly seed?: number;
  /** Fills the heads' last matrix with this number. */
  readonly broken?: number;
  readonly sentencesFrom?: number;
};

/**
 * A whole artefact that means nothing but behaves like one: a small encoder and heads with random weights. Made in
 * milliseconds, for tests about files and processes.
 *
 * @returns its id.
 */
export async function writeTinyArtefact(directory: string, change: TinyChange = {}): Promise<string> {
  const random = randomFrom(change.seed ?? 1);
  const numbers = (count: number, spread = 0.4) =>
    Float32Array.from({ length: count }, () => (random() - 0.5) * spread);
  const encoder = new Map<string, StoredTensor>();
  const half = (name: string, shape: number[], data: Float32Array) =>
    encoder.set(name, { dtype: 'F16', shape, data: narrow(data) });
  const { hidden, vocabulary, positions, intermediate } = SHAPE;
  encoder.set('embeddings.words', {
    dtype: 'I8',
    shape: [vocabulary, hidden],
    data: Int8Array.from({ length: vocabulary * hidden }, () => Math.round((random() - 0.5) * 254)),
  });
  encoder.set(`embeddings.words${SCALE}`, {
    dtype: 'F32',
    shape: [vocabulary],
    data: new Float32Array(vocabulary).fill(0.01),
  });
  half('embeddings.positions', [positions, hidden], numbers(positions * hidden));
  const norm = (name: string) => {
    half(`${name}.scale`, [hidden], new Float32Array(hidden).fill(1));
    half(`${name}.shift`, [hidden], numbers(hidden));
  };
  const dense = (name: string, from: number, to: number) => {
    half(`${name}.weight`, [from, to], numbers(from * to, 1));
    half(`${name}.bias`, [to], numbers(to));
  };
  norm('embeddings.norm');
  dense('layer.0.attention.qkv', hidden, 3 * hidden);
  dense('layer.0.attention.output', hidden, hidden);
  norm('layer.0.attention.norm');
  dense('layer.0.feedforward.in', hidden, intermediate);
  dense('layer.0.feedforward.out', intermediate, hidden);
  norm('layer.0.feedforward.norm');

  const first = numbers(2 * hidden * 8, 1);
  const heads: Weights = new Map([
    ['heads.0.weight', { shape: [2 * hidden, 8], data: first }],
    ['heads.0.bias', { shape: [8], data: numbers(8) }],
    ['heads.1.weight', { shape: [8, LABELS.length], data: numbers(8 * LABELS.length, 4) }],
    ['heads.1.bias', { shape: [LABELS.length], data: numbers(LABELS.length) }],
  ]);
  if (change.broken !== undefined) heads.get('heads.1.weight')?.data.fill(change.broken);
  const prototypes = { site: [numbers(hidden)], reaction: [numbers(hidden)], background: [numbers(hidden)] };
  const files = new Map<ArtefactFile, Uint8Array>([
    ['encoder.safetensors', writeSafetensors(encoder)],
    ['heads.safetensors', headsFile(heads, prototypes)],
    ['tokenizer.json', await readFile(join(await shippedArtefact(), 'tokenizer.json'))],
    ['CARD.md', new TextEncoder().encode('# Tiny\n')],
  ]);
  return await publishArtefact(directory, files, tinyManifest(change));
}

/** Asks about nothing. */
const NEVER = {
  threshold: 1,
  precision: 1,
  precisionLow: 0,
  precisionHigh: 1,
  recall: 0,
  falsePositiveRate: 0,
  prior: 0.02,
  positives: 0,
  negatives: 0,
};

function tinyManifest(change: TinyChange): Omit<Manifest, 'files'> {
  return {
    format: FORMAT,
    name: 'tiny',
    trainedAt: '2031-05-07T12:00:00.000Z',
    labels: [...LABELS],
    languages: ['en'],
    normaliser: '1',
    encoder: SHAPE,
    tokens: { first: 101, last: 102, padding: 0, window: 24, slack: 8, overlap: 8, passage: 32 },
    heads: {
      poolings: [
        { layer: 1, kind: 'mean' },
        { layer: 1, kind: 'max' },
      ],
      hidden: [8],
    },
    calibration: Object.fromEntries(LABELS.map((label) => [label, { kind: 'platt', slope: 1, intercept: 0 }])),
    topic: { features: [...TOPIC_FEATURES], coefficients: TOPIC_FEATURES.map(() => 0.1), intercept: 0, review: 0.5 },
    thresholds: Object.fromEntries(LABELS.map((label) => [label, { review: NEVER, reject: null }])),
    sentencesFrom: change.sentencesFrom ?? 0,
    dataHash: 'none',
    metrics: {},
    libraries: {},
  };
}
