import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { narrow } from '../../src/model/half.js';
import { type StoredTensor, writeSafetensors } from '../../src/model/safetensors.js';
import { randomFrom } from '../../src/training/random.js';
import { shippedArtefact } from './artefact.js';

const HIDDEN = 24;
const INTERMEDIATE = 48;
const VOCABULARY = 30_522;
const POSITIONS = 64;

/** A base encoder in its makers' layout, with random weights: it mixes words, which is enough to learn a word by. */
export async function writeTinyEncoder(directory: string): Promise<void> {
  const random = randomFrom(3);
  const tensors = new Map<string, StoredTensor>();
  const add = (name: string, shape: number[], spread: number, centre = 0) => {
    const count = shape.reduce((product, side) => product * side, 1);
    const data = Float32Array.from({ length: count }, () => centre + (random() - 0.5) * spread);
    tensors.set(name, { dtype: 'F16', shape, data: narrow(data) });
  };
  const norm = (name: string) => {
    add(`${name}.LayerNorm.weight`, [HIDDEN], 0.1, 1);
    add(`${name}.LayerNorm.bias`, [HIDDEN], 0.1);
  };
  const dense = (name: string, from: number, to: number) => {
    add(`${name}.weight`, [to, from], 0.6);
    add(`${name}.bias`, [to], 0.1);
  };
  add('embeddings.word_embeddings.weight', [VOCABULARY, HIDDEN], 2);
  add('embeddings.position_embeddings.weight', [POSITIONS, HIDDEN], 0.1);
  add('embeddings.token_type_embeddings.weight', [2, HIDDEN], 0.1);
  norm('embeddings');
  for (const part of ['query', 'key', 'value']) dense(`encoder.layer.0.attention.self.${part}`, HIDDEN, HIDDEN);
  dense('encoder.layer.0.attention.output.dense', HIDDEN, HIDDEN);
  norm('encoder.layer.0.attention.output');
  dense('encoder.layer.0.intermediate.dense', HIDDEN, INTERMEDIATE);
  dense('encoder.layer.0.output.dense', INTERMEDIATE, HIDDEN);
  norm('encoder.layer.0.output');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'model.safetensors'), writeSafetensors(tensors));
  await writeFile(join(directory, 'tokenizer.json'), await readFile(join(await shippedArtefact(), 'tokenizer.json')));
  const config = {
    num_hidden_layers: 1,
    hidden_size: HIDDEN,
    num_attention_heads: 2,
    intermediate_size: INTERMEDIATE,
    max_position_embeddings: POSITIONS,
    vocab_size: VOCABULARY,
    layer_norm_eps: 1e-12,
    hidden_act: 'gelu',
    position_embedding_type: 'absolute',
  };
  await writeFile(join(directory, 'config.json'), JSON.stringify(config));
}

const SUBJECTS = [
  'the mayor',
  'the baker',
  'the band',
  'our school',
  'the ferry',
  'that bridge',
  'the market',
  'the choir',
];
const DOINGS = ['opened', 'waited', 'sang', 'came late', 'was painted', 'stood still', 'went home', 'was seen'];
const TIMES = ['on monday', 'in june', 'at noon', 'last year', 'in the rain', 'by the river', 'with us', 'again'];

function sentence(random: () => number): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] as string;
  return `${pick(SUBJECTS)} ${pick(DOINGS)} ${pick(TIMES)} ${pick(TIMES)} ${Math.floor(random() * 1000)}`;
}

/** A part of a recipe under which the encoder is trained too. */
export const TINY_TUNING = {
  batch: 16,
  rate: 0.003,
  headsRate: 0.01,
  schedule: 'linear',
  warmUp: 0.1,
  weightDecay: 0.01,
  clip: 1,
  average: 0.9,
  embedding: { pooling: { layer: 1, kind: 'mean' }, weight: 1, share: 0.5 },
  checkpointMinutes: 0,
};

/**
 * Made-up sets in which one word makes a text hateful and another one makes it spam.
 *
 * @param more of the recipe.
 * @returns the recipe's path.
 */
export async function writeTinyData(data: string, beside: string, epochs: number, more: object = {}): Promise<string> {
  const random = randomFrom(11);
  const rows = (set: string, label: string, word: string, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const carries = i % 2;
      const plain = sentence(random);
      return {
        id: `${set}-${i}`,
        text: carries ? `${plain} ${word} ${word}` : plain,
        labels: { [label]: carries },
        split: i % 4 < 2 ? 'train' : 'dev',
      };
    });
  const lines = (items: readonly object[]) => items.map((item) => JSON.stringify(item)).join('\n');
  await mkdir(data, { recursive: true });
  await mkdir(beside, { recursive: true });
  await writeFile(join(data, 'first.jsonl.gz'), gzipSync(lines(rows('first', 'hate', 'grumble', 400))));
  await writeFile(join(data, 'second.jsonl.gz'), gzipSync(lines(rows('second', 'spam', 'discount', 400))));
  await writeFile(join(data, 'named.tsv'), 'set\tid\tlabels\n');
  const threads = SUBJECTS.flatMap((subject) => DOINGS.slice(0, 3).map((doing) => [subject, doing])).map(
    ([subject, doing]) => ({
      article: { title: `How ${subject} ${doing}`, summary: `${subject} ${doing} and more` },
      comments: Array.from({ length: 6 }, () => `${subject} ${sentence(random)}`),
    }),
  );
  await writeFile(join(data, 'threads.jsonl.gz'), gzipSync(lines(threads)));
  const own = { text: 'the tower stands', labels: { hate: 0, spam: 0, mention: 0 }, frame: 'tower' };
  await writeFile(join(beside, 'own.jsonl'), lines([own]));
  const words = ['one here', 'two there', 'three now', 'four then'];
  await writeFile(
    join(beside, 'prototypes.yaml'),
    stringify({ site: words, reaction: words.map((word) => `well ${word}`) }),
  );
  const recipe = join(beside, 'recipe.yaml');
  await writeFile(
    recipe,
    stringify({
      name: 'tiny',
      seed: 5,
      languages: ['en'],
      longest: 40,
      window: 24,
      slack: 8,
      overlap: 4,
      passage: 40,
      sets: [
        { set: 'first', labels: { hate: 'hate' }, weight: 1, why: 'a test' },
        { set: 'second', labels: { spam: 'spam' }, weight: 1, why: 'a test' },
      ],
      named: { file: 'named.tsv', weight: 2, validation: 0.2, why: 'a test' },
      threads: { file: 'threads.jsonl.gz', labels: { spam: 0 }, weight: 1, validation: 0.4, why: 'a test' },
      own: { file: 'own.jsonl', weight: 1, validation: 0.2, why: 'a test' },
      heads: {
        poolings: [
          { layer: 1, kind: 'mean' },
          { layer: 1, kind: 'max' },
          { layer: 0, kind: 'mean' },
        ],
        hidden: [16],
        dropout: 0.1,
        epochs,
        batch: 32,
        rate: 0.01,
        weightDecay: 0.01,
      },
      topic: { prototypes: 'prototypes.yaml' },
      calibration: { largestShare: 0.1, why: 'a test' },
      thresholds: { prior: 0.02, falsePositiveRate: 0.05, harmlessFlagged: 0.05, rejectPrecision: 0.9 },
      ...more,
    }),
  );
  return recipe;
}
