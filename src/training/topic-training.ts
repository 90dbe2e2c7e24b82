import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { z } from 'zod';
import { sigmoid } from '../core/calibrate.js';
import { normalise } from '../core/normalise.js';
import {
  cosine,
  TOPIC_FEATURES,
  type TopicCalibration,
  type TopicFeatures,
  type TopicOfArticle,
  type TopicPrototypes,
  topicFeatures,
  wordCount,
} from '../core/topic.js';
import { areaUnderCurve, type Judged } from './metrics.js';
import { randomFrom, shuffled } from './random.js';

const Thread = z.object({
  article: z.object({ title: z.string(), summary: z.string() }),
  comments: z.array(z.string()),
});

const PrototypeTexts = z.strictObject({ site: z.array(z.string()).min(4), reaction: z.array(z.string()).min(4) });

/** Everything that off-topic is learnt from; texts are normalised. */
export type TopicTexts = {
  readonly threads: readonly {
    readonly title: string;
    readonly summary: string;
    readonly comments: readonly string[];
  }[];
  readonly prototypes: z.infer<typeof PrototypeTexts>;
};

export async function readTopicTexts(
  threads: string,
  data: string,
  prototypes: string,
  beside: string,
): Promise<TopicTexts> {
  const lines = gunzipSync(await readFile(join(data, threads)))
    .toString('utf8')
    .trim()
    .split('\n');
  const read = (text: string) => normalise(text).text;
  const texts = PrototypeTexts.parse(parse(await readFile(join(beside, prototypes), 'utf8')));
  return {
    threads: lines.map((line) => {
      const { article, comments } = Thread.parse(JSON.parse(line));
      return {
        title: read(article.title),
        summary: read(article.summary),
        comments: comments.map(read).filter((comment) => comment !== ''),
      };
    }),
    prototypes: { site: texts.site.map(read), reaction: texts.reaction.map(read) },
  };
}

/** Every text whose embedding is needed, once. */
export function textsOf({ threads, prototypes }: TopicTexts): string[] {
  const all = threads.flatMap((thread) => [
    thread.title,
    thread.summary,
    ...thread.comments,
    ...thread.comments.map(opening),
  ]);
  return [...new Set([...all, ...prototypes.site, ...prototypes.reaction])].filter((text) => text !== '');
}

export type TopicResult = {
  readonly calibration: TopicCalibration;
  readonly prototypes: TopicPrototypes;
  readonly metrics: {
    readonly threads: { readonly training: number; readonly validation: number };
    /** How well true comments of held-out threads are told from strays of any, and of the nearest, other debates. */
    readonly aucFar: number;
    readonly aucNear: number;
    /** Shares of held-out comments that reach the review threshold. */
    readonly trueFlagged: number;
    readonly farFlagged: number;
    readonly nearFlagged: number;
    readonly reactionsFlagged: number;
    readonly siteFlagged: number;
  };
};

/** The share of comments on a stream that is taken to be off topic; the probabilities are those for such a stream. */
const PRIOR = 0.1;

/** The share of true training comments that may reach the review threshold; held-out threads then stay below 3 %. */
const TRUE_FLAGGED = 0.02;

type Kind = 'true' | 'far' | 'near' | 'reaction' | 'site' | 'opening' | 'stray-opening';
type Example = { readonly kind: Kind; readonly off: boolean; readonly features: TopicFeatures };

/** Learns off-topic on some threads and measures it on the others. */
export function trainTopic(
  texts: TopicTexts,
  embedding: (text: string) => Float32Array,
  { validation, seed }: { readonly validation: number; readonly seed: number },
): TopicResult {
  const prototypes: TopicPrototypes = {
    site: texts.prototypes.site.map(embedding),
    reaction: texts.prototypes.reaction.map(embedding),
  };
  const random = randomFrom(seed);
  const order = shuffled(
    texts.threads.filter(({ comments }) => comments.length > 1),
    random,
  );
  const held = order.slice(0, Math.round(order.length * validation));
  const training = order.slice(held.length);
  const world = { texts, embedding, prototypes, random };
  const learnt = examplesOf(training, world);
  const measured = examplesOf(held, world);

  const { coefficients, intercept } = fitLogistic(learnt);
  const score = ({ features }: Example) =>
    sigmoid(TOPIC_FEATURES.reduce((sum, name, i) => sum + features[name] * (coefficients[i] as number), intercept));
  const scoresOf = (examples: readonly Example[], kind: Kind) =>
    examples.filter((example) => example.kind === kind).map(score);
  const trueScores = scoresOf(learnt, 'true').sort((a, b) => b - a);
  const review = Math.ceil((trueScores[Math.floor(TRUE_FLAGGED * trueScores.length)] as number) * 1000) / 1000;

  const against = (kind: Kind): Judged[] => [
    ...scoresOf(measured, 'true').map((value) => ({ score: value, carries: false })),
    ...scoresOf(measured, kind).map((value) => ({ score: value, carries: true })),
  ];
  const flagged = (kind: Kind) => {
    const scores = scoresOf(measured, kind);
    return round(scores.filter((value) => value >= review).length / Math.max(1, scores.length));
  };
  return {
    calibration: {
      features: [...TOPIC_FEATURES],
      coefficients: coefficients.map(round),
      intercept: round(intercept),
      review,
    },
    prototypes,
    metrics: {
      threads: { training: training.length, validation: held.length },
      aucFar: round(areaUnderCurve(against('far'))),
      aucNear: round(areaUnderCurve(against('near'))),
      trueFlagged: flagged('true'),
      farFlagged: flagged('far'),
      nearFlagged: flagged('near'),
      reactionsFlagged: flagged('reaction'),
      siteFlagged: flagged('site'),
    },
  };
}

type World = {
  readonly texts: TopicTexts;
  readonly embedding: (text: string) => Float32Array;
  readonly prototypes: TopicPrototypes;
  readonly random: () => number;
};

function examplesOf(threads: TopicTexts['threads'], world: World): Example[] {
  const { embedding, prototypes, random, texts } = world;
  const examples: Example[] = [];
  for (const thread of threads) {
    const others = threads.filter((other) => other !== thread);
    const nearest = [...others]
      .sort((a, b) => likeness(b, thread, embedding) - likeness(a, thread, embedding))
      .slice(0, 3);
    const add = (kind: Kind, off: boolean, text: string, known = prototypes) => {
      const features = topicFeatures(
        { ...settingOf(thread, text, world), comment: embedding(text), words: wordCount(text) },
        known,
      );
      if (features !== null) examples.push({ kind, off, features });
    };
    for (const comment of thread.comments) {
      add('true', false, comment);
      add('true', false, comment);
      add('opening', false, opening(comment));
      const far = pick(pick(others, random).comments, random);
      add('far', true, far);
      add('stray-opening', true, opening(far));
      add('near', true, pick(pick(nearest, random).comments, random));
    }
    // A prototype is not measured against itself.
    for (const text of texts.prototypes.reaction) {
      add('reaction', false, text, {
        ...prototypes,
        reaction: without(texts.prototypes.reaction, text).map(embedding),
      });
    }
    for (const text of texts.prototypes.site) {
      add('site', true, text, { ...prototypes, site: without(texts.prototypes.site, text).map(embedding) });
    }
  }
  return examples;
}

/**
 * What stands around a comment: the sets have titles and summaries only, so in half of the cases other comments of the
 * thread take the place of the body's passages, and in half of the cases one of them is answered.
 */
function settingOf(
  thread: TopicTexts['threads'][number],
  comment: string,
  { embedding, random }: World,
): { readonly article: TopicOfArticle; readonly parent: Float32Array | null } {
  const others = shuffled(without(thread.comments, comment), random).map(embedding);
  const passages = random() < 0.5 ? [] : others.slice(1, 2 + Math.floor(random() * 20));
  const parent = random() < 0.5 ? null : (others[0] ?? null);
  const summary = thread.summary === '' ? null : embedding(thread.summary);
  return { article: { title: embedding(thread.title), summary, passages }, parent };
}

/** A text's first words: short comments must not be held to a likeness that only long ones can have. */
function opening(text: string): string {
  return text.split(/\s+/u).slice(0, 6).join(' ');
}

function likeness(
  a: TopicTexts['threads'][number],
  b: TopicTexts['threads'][number],
  embedding: (text: string) => Float32Array,
): number {
  return cosine(embedding(a.title), embedding(b.title)) + cosine(embedding(a.summary), embedding(b.summary));
}

/** Logistic regression by Newton's method, every kind of example with the weight that it should have on a stream. */
function fitLogistic(examples: readonly Example[]): { coefficients: number[]; intercept: number } {
  const counts = new Map<boolean, number>();
  for (const { off } of examples) counts.set(off, (counts.get(off) ?? 0) + 1);
  const size = TOPIC_FEATURES.length + 1;
  const rows = examples.map(({ features, off }) => ({
    x: [...TOPIC_FEATURES.map((name) => features[name]), 1],
    y: off ? 1 : 0,
    weight: ((off ? PRIOR : 1 - PRIOR) * examples.length) / (counts.get(off) as number),
  }));
  let w = new Array<number>(size).fill(0);
  for (let step = 0; step < 50; step++) {
    const gradient = w.map((value) => 0.5 * value);
    const hessian = Array.from({ length: size }, (_, i) => w.map((_, j) => (i === j ? 0.5 : 0)));
    for (const { x, y, weight } of rows) {
      const p = sigmoid(x.reduce((sum, value, i) => sum + value * (w[i] as number), 0));
      const spread = weight * Math.max(p * (1 - p), 1e-6);
      x.forEach((value, i) => {
        gradient[i] = (gradient[i] as number) + weight * (p - y) * value;
        const line = hessian[i] as number[];
        for (let j = 0; j < size; j++) line[j] = (line[j] as number) + spread * value * (x[j] as number);
      });
    }
    const change = solve(hessian, gradient);
    w = w.map((value, i) => value - (change[i] as number));
    if (Math.max(...change.map(Math.abs)) < 1e-8) break;
  }
  return { coefficients: w.slice(0, -1), intercept: w.at(-1) as number };
}

/** Gaussian elimination; the matrices here are symmetric, small and held away from singular. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const rows = matrix.map((line, i) => [...line, right[i] as number]);
  for (let column = 0; column < size; column++) {
    const pivot = rows.reduce(
      (best, line, i) =>
        i >= column && Math.abs(line[column] as number) > Math.abs(rows[best]?.[column] as number) ? i : best,
      column,
    );
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const top = rows[column] as number[];
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const line = rows[i] as number[];
      const factor = (line[column] as number) / (top[column] as number);
      for (let j = column; j <= size; j++) line[j] = (line[j] as number) - factor * (top[j] as number);
    }
  }
  return rows.map((line, i) => (line[size] as number) / (line[i] as number));
}

function without(texts: readonly string[], text: string): string[] {
  return texts.filter((other) => other !== text);
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
