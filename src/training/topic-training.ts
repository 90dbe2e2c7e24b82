import { sigmoid } from '../core/calibrate.js';
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
import { type Case, fitLogistic } from './logistic.js';
import { areaUnderCurve, type Judged } from './metrics.js';
import { randomFrom, shuffled } from './random.js';
import { opening, type TopicTexts } from './topic-texts.js';

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

/** Parts of the training threads; each is scored by a fit to the others when the threshold is set. */
const FOLDS = 5;

export type Kind = 'true' | 'far' | 'near' | 'reaction' | 'site' | 'opening' | 'stray-opening';
export type Example = {
  readonly kind: Kind;
  readonly off: boolean;
  readonly features: TopicFeatures;
  /** Position of its thread among those given. */
  readonly thread: number;
};

/** Learns off-topic on some threads and measures it on the others. */
export function trainTopic(texts: TopicTexts, embedding: (text: string) => Float32Array, seed: number): TopicResult {
  const random = randomFrom(seed);
  const usable = texts.threads.filter(({ comments }) => comments.length > 1);
  const held = usable.filter((thread) => thread.held);
  const training = usable.filter((thread) => !thread.held);
  if (Math.min(held.length, training.length) < 2) {
    throw new Error('off-topic needs two threads of two comments to learn from and two to be measured on');
  }
  const heads = training.flatMap(({ title, summary }) => (summary === '' ? [title] : [title, summary]));
  const prototypes: TopicPrototypes = {
    site: texts.prototypes.site.map(embedding),
    reaction: texts.prototypes.reaction.map(embedding),
    background: [middleOf(heads.map(embedding))],
  };
  const world = { texts, embedding, prototypes, random };
  const learnt = topicCases(training, world);
  const measured = topicCases(held, world);

  const { coefficients, intercept } = fitLogistic(onStream(learnt));
  const scoresOf = (examples: readonly Example[], kind: Kind) =>
    examples.filter((example) => example.kind === kind).map(scorer({ coefficients, intercept }));
  const review = reviewThreshold(learnt);

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

/** The probability that a case is off topic. */
export function scorer({
  coefficients,
  intercept,
}: Pick<TopicCalibration, 'coefficients' | 'intercept'>): (example: Pick<Example, 'features'>) => number {
  return ({ features }) =>
    sigmoid(TOPIC_FEATURES.reduce((sum, name, i) => sum + features[name] * (coefficients[i] as number), intercept));
}

/** Set on threads that the fit did not see: on its own it looks surer than it is. */
function reviewThreshold(learnt: readonly Example[]): number {
  const scores = Array.from({ length: FOLDS }, (_, fold) => {
    const isOut = ({ thread }: Example) => thread % FOLDS === fold;
    const fit = fitLogistic(onStream(learnt.filter((example) => !isOut(example))));
    return learnt.filter((example) => example.kind === 'true' && isOut(example)).map(scorer(fit));
  })
    .flat()
    .sort((a, b) => b - a);
  return Math.ceil((scores[Math.floor(TRUE_FLAGGED * scores.length)] as number) * 1000) / 1000;
}

export type World = {
  readonly texts: TopicTexts;
  readonly embedding: (text: string) => Float32Array;
  readonly prototypes: TopicPrototypes;
  readonly random: () => number;
};

/** Cases of each kind from the comments of threads; the same seed gives the same ones. */
export function topicCases(threads: TopicTexts['threads'], world: World): Example[] {
  const { embedding, prototypes, random, texts } = world;
  const examples: Example[] = [];
  for (const [position, thread] of threads.entries()) {
    const others = threads.filter((other) => other !== thread);
    const nearest = [...others]
      .sort((a, b) => likeness(b, thread, embedding) - likeness(a, thread, embedding))
      .slice(0, 3);
    const add = (kind: Kind, off: boolean, text: string, known = prototypes) => {
      const features = topicFeatures(
        { ...settingOf(thread, text, world), comment: embedding(text), words: wordCount(text) },
        known,
      );
      if (features !== null) examples.push({ kind, off, features, thread: position });
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

function likeness(
  a: TopicTexts['threads'][number],
  b: TopicTexts['threads'][number],
  embedding: (text: string) => Float32Array,
): number {
  return cosine(embedding(a.title), embedding(b.title)) + cosine(embedding(a.summary), embedding(b.summary));
}

/** Every kind of example with the weight that it should have on a stream. */
function onStream(examples: readonly Example[]): Case[] {
  const straying = examples.filter(({ off }) => off).length;
  return examples.map(({ features, off }) => ({
    features: TOPIC_FEATURES.map((name) => features[name]),
    carries: off,
    weight: ((off ? PRIOR : 1 - PRIOR) * examples.length) / (off ? straying : examples.length - straying),
  }));
}

function middleOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (vector[i] as number);
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
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
