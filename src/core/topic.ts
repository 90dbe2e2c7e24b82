import { z } from 'zod';
import { sigmoid } from './calibrate.js';

/** What a comment is compared with. Vectors have length one; those of one article and its comments share an artefact. */
export type TopicOfArticle = {
  readonly title: Float32Array;
  readonly summary: Float32Array | null;
  /** Of the body; empty where there is none, or where it was not embedded yet. */
  readonly passages: readonly Float32Array[];
};

/** Texts whose likeness says something of its own, whatever the article: own-written, kept with the artefact. */
export type TopicPrototypes = {
  /** Talk about the site, its moderation and its comment section: off topic everywhere. */
  readonly site: readonly Float32Array[];
  /** Short reactions ("Shame.", "Rest in peace"): on topic everywhere. */
  readonly reaction: readonly Float32Array[];
  /** The middle of what articles are about: what is near to it is near to every article, which says little. */
  readonly background: readonly Float32Array[];
};

/** The features, in the order of the manifest's coefficients. */
export const TOPIC_FEATURES = [
  'article',
  'centre',
  'parent',
  'noParent',
  'site',
  'reaction',
  'words',
  'articleByWords',
  'fewWords',
  'passages',
  'closest',
  'background',
  'articleBackground',
] as const;

/** A logistic regression over {@link TOPIC_FEATURES}, fitted in training. */
export const TopicCalibration = z.strictObject({
  features: z.array(z.enum(TOPIC_FEATURES)),
  coefficients: z.array(z.number()),
  intercept: z.number(),
  /** Probability from which a comment should be looked at: at most 3 % of true comments reached it in held-out threads. */
  review: z.number().min(0).max(1),
});
export type TopicCalibration = z.infer<typeof TopicCalibration>;

/**
 * The probability that a comment adds nothing to the discussion of its article or of the comment that it answers.
 *
 * @param comment its embedding.
 * @param words how many words it has; a few words say little about their subject.
 * @param article null for a comment whose article is unknown.
 * @param parent the embedding of the comment it answers, or null.
 * @returns null where there is neither article nor parent: nothing to stray from.
 * @throws RangeError where a vector or the calibration is not finite.
 */
export function offTopicProbability(
  given: {
    readonly comment: Float32Array;
    readonly words: number;
    readonly article: TopicOfArticle | null;
    readonly parent: Float32Array | null;
  },
  model: { readonly calibration: TopicCalibration; readonly prototypes: TopicPrototypes },
): number | null {
  const { calibration, prototypes } = model;
  const features = topicFeatures(given, prototypes);
  if (features === null) return null;
  const sum = calibration.features.reduce(
    (total, name, i) => total + features[name] * (calibration.coefficients[i] ?? Number.NaN),
    calibration.intercept,
  );
  if (!Number.isFinite(sum)) throw new RangeError('the off-topic features are not finite');
  return sigmoid(sum);
}

export type TopicFeatures = Readonly<Record<(typeof TOPIC_FEATURES)[number], number>>;

/** What {@link offTopicProbability} weighs; cosines are in [-1, 1]. Null where there is nothing to compare with. */
export function topicFeatures(
  given: Parameters<typeof offTopicProbability>[0],
  prototypes: TopicPrototypes,
): TopicFeatures | null {
  const { comment, article, parent } = given;
  if (article === null && parent === null) return null;
  const own = article === null ? [] : [article.title, ...(article.summary === null ? [] : [article.summary])];
  const vectors = article === null ? [] : [...own, ...article.passages];

  const toParent = parent === null ? 0 : cosine(comment, parent);
  // A comment that is known only through its parent is held to the parent alone.
  const toArticle = vectors.length === 0 ? toParent : greatest(comment, vectors);
  const centre = vectors.length === 0 ? toParent : cosine(comment, centreOf(vectors));
  // Beyond some 60 words more length says no more about the subject.
  const words = Math.log(1 + Math.min(given.words, 60));
  const head = vectors.length === 0 ? parent : centreOf(own);
  return {
    article: toArticle,
    centre,
    parent: toParent,
    noParent: parent === null ? 1 : 0,
    site: greatest(comment, prototypes.site),
    reaction: greatest(comment, prototypes.reaction),
    words,
    articleByWords: toArticle * words,
    fewWords: Math.max(0, 1 - given.words / 6),
    passages: Math.log(1 + (article?.passages.length ?? 0)),
    closest: Math.max(toArticle, toParent),
    background: greatest(comment, prototypes.background),
    articleBackground: head === null ? 0 : greatest(head, prototypes.background),
  };
}

/**
 * How far an article has moved: how much of what it said is no longer said in it. Only published comments ask, so only what is
 * gone counts: what an article gains brings comments nearer to it, never farther away.
 *
 * @returns one minus the mean cosine of what was said to the nearest of what is said now, of title and summary or of the
 *   passages, whichever is greater; 0 for the same text.
 */
export function articleDistance(before: TopicOfArticle, after: TopicOfArticle): number {
  const said = [after.title, ...(after.summary === null ? [] : [after.summary]), ...after.passages];
  const lost = (vectors: readonly Float32Array[]) =>
    vectors.reduce((sum, vector) => sum + 1 - greatest(vector, said), 0) / Math.max(1, vectors.length);
  return Math.max(lost([before.title, ...(before.summary === null ? [] : [before.summary])]), lost(before.passages));
}

function greatest(comment: Float32Array, vectors: readonly Float32Array[]): number {
  return vectors.reduce((best, vector) => Math.max(best, cosine(comment, vector)), vectors.length === 0 ? 0 : -1);
}

function centreOf(vectors: readonly Float32Array[]): Float32Array {
  const centre = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors)
    for (let i = 0; i < centre.length; i++) centre[i] = (centre[i] as number) + (vector[i] as number);
  return centre;
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}

/** The most passages of a body that are embedded. */
export const MOST_PASSAGES = 64;

/** About what one pass of the model reads. */
const PASSAGE_WORDS = 80;

/**
 * Cuts an article's body into passages to compare comments with: whole paragraphs, short ones put together, long ones cut at
 * sentence ends.
 *
 * @returns at most {@link MOST_PASSAGES}; of a longer body evenly spread ones, the first and the last among them.
 */
export function passagesOf(body: string): string[] {
  const passages: string[] = [];
  let current: string[] = [];
  let words = 0;
  const close = () => {
    if (current.length > 0) passages.push(current.join(' '));
    current = [];
    words = 0;
  };
  for (const piece of pieces(body)) {
    const count = wordCount(piece);
    if (words > 0 && words + count > PASSAGE_WORDS) close();
    current.push(piece);
    words += count;
  }
  close();
  if (passages.length <= MOST_PASSAGES) return passages;
  const step = (passages.length - 1) / (MOST_PASSAGES - 1);
  return Array.from({ length: MOST_PASSAGES }, (_, i) => passages[Math.round(i * step)] as string);
}

/** Words as a reader counts them: runs of anything between spaces. */
export function wordCount(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

function* pieces(body: string): Generator<string> {
  for (const paragraph of body.split(/\n\s*\n|\r\n\s*\r\n/u)) {
    const plain = paragraph.replace(/\s+/gu, ' ').trim();
    if (plain === '') continue;
    if (wordCount(plain) <= PASSAGE_WORDS) yield plain;
    else yield* sentences(plain.split(' '));
  }
}

/** Sentences by their last word; one longer than a passage is cut between words. */
function* sentences(words: readonly string[]): Generator<string> {
  let current: string[] = [];
  for (const word of words) {
    current.push(word);
    if (current.length === PASSAGE_WORDS || /[.!?…]["'”’)]{0,3}$/u.test(word)) {
      yield current.join(' ');
      current = [];
    }
  }
  if (current.length > 0) yield current.join(' ');
}
