import type { Evaluation } from '../core/evaluation.js';
import { MODEL_LABELS, type ModelScores } from '../core/labels.js';
import { beliefIn, type Detection, isInOtherScript, resolveLanguage } from '../core/language.js';
import { type Normalised, normalise } from '../core/normalise.js';
import type { Span } from '../core/spans.js';
import {
  offTopicProbability,
  type TopicCalibration,
  type TopicOfArticle,
  type TopicPrototypes,
  wordCount,
} from '../core/topic.js';
import type { Lane } from './site.js';

/** What an artefact says of itself. */
export type ArtefactProfile = {
  readonly languages: readonly string[];
  /** Where no label reaches this probability, sentences are not weighed by themselves. */
  readonly sentencesFrom: number;
  readonly topic: { readonly calibration: TopicCalibration; readonly prototypes: TopicPrototypes };
};

export type ModelAsk = {
  readonly lane: Lane;
  readonly artefact: string;
  /** After so long nobody needs the answer any more; left out, as long as the texts may take. */
  readonly mostMs?: number;
};

/** One text as the model saw it: label scores, its sentences' own scores, and its embedding (length one). */
export type ModelAnswer = {
  readonly scores: ModelScores;
  readonly sentences: readonly { readonly begin: number; readonly end: number; readonly scores: ModelScores }[];
  readonly embedding: Float32Array;
};

export type WeighDeps = {
  readonly model: {
    weigh(items: readonly { readonly text: string }[], ask: ModelAsk): Promise<readonly ModelAnswer[]>;
    embed(texts: readonly string[], ask: ModelAsk): Promise<readonly Float32Array[]>;
  };
  profileOf(artefact: string): Promise<ArtefactProfile>;
  detectLanguage(text: string): Detection;
  /** The article's vectors; null where its passages are not embedded yet. */
  vectorsOf(contentHash: string, artefact: string): Promise<TopicOfArticle | null>;
  readonly siteLanguage: string;
};

export type Weighable = {
  readonly text: string;
  /** The sender's word for its language. */
  readonly language: string | null;
  readonly article: {
    readonly contentHash: string;
    readonly title: string;
    readonly summary: string | null;
    readonly language: string | null;
  } | null;
  readonly parentText: string | null;
};

/** One comment weighed, with its normalised text for the rules to read. */
export type Weighed = { readonly evaluation: Evaluation; readonly normalised: Normalised };

/**
 * Weighs comments: what the model finds in each text, how far it strays from its article and parent, in which language it
 * is. Rules and policy have no part in it.
 *
 * @throws whatever the model's side throws; a comment that could not be weighed has no evaluation.
 */
export async function weigh(deps: WeighDeps, items: readonly Weighable[], ask: ModelAsk): Promise<readonly Weighed[]> {
  const profile = await deps.profileOf(ask.artefact);
  const prepared = items.map((item) => prepare(deps, item, profile));
  const scorable = prepared.flatMap((one, index) => {
    const item = items[index];
    return one.unscorable === null && item !== undefined ? [{ index, item, normalised: one.normalised }] : [];
  });
  // Asked for together, so that they meet in one batch.
  const [answers, parents, topics] = await Promise.all([
    scorable.length === 0
      ? []
      : deps.model.weigh(
          scorable.map(({ normalised }) => ({ text: normalised.text })),
          ask,
        ),
    parentVectors(deps, scorable, ask),
    topicsOf(deps, scorable, ask),
  ]);

  const evaluations = new Map<number, Evaluation>();
  scorable.forEach(({ index, item, normalised }, position) => {
    const answer = answers[position];
    if (answer === undefined) throw new Error('The model answered for fewer texts than it was given.');
    const language = prepared[index]?.language ?? { code: deps.siteLanguage, source: 'site' as const };
    const topic = item.article === null ? null : (topics.get(item.article.contentHash) ?? null);
    const probability = offTopicProbability(
      {
        comment: answer.embedding,
        words: wordCount(normalised.text),
        article: topic?.vectors ?? null,
        parent: parents[position] ?? null,
      },
      profile.topic,
    );
    evaluations.set(index, {
      kind: 'scored',
      scores: rounded(answer.scores),
      offTopic:
        probability === null
          ? { kind: 'nothing-to-stray-from' }
          : { kind: 'scored', probability: round(probability), provisional: topic?.provisional ?? false },
      spans: spansOf(answer, normalised, profile.sentencesFrom),
      language,
    });
  });

  return prepared.map(({ normalised, unscorable, language }, index) => {
    const evaluation = evaluations.get(index);
    if (evaluation !== undefined) return { normalised, evaluation };
    return { normalised, evaluation: { kind: 'unscorable', because: unscorable ?? 'empty', language } };
  });
}

function prepare(deps: WeighDeps, item: Weighable, profile: ArtefactProfile) {
  const normalised = normalise(item.text);
  const language = resolveLanguage({
    sender: item.language,
    article: item.article?.language ?? null,
    site: deps.siteLanguage,
    words: wordCount(normalised.text),
    short: beliefIn(item.text, normalised, profile.languages),
    impossible: isInOtherScript(item.text, normalised, profile.languages) ? profile.languages : [],
    // As it is meant: letters of another width or script beside them look like another language to a detector.
    detection: deps.detectLanguage(normalised.text),
  });
  const unscorable = !/[\p{L}\p{N}]/u.test(normalised.text)
    ? ('empty' as const)
    : profile.languages.includes(language.code)
      ? null
      : ('language-unsupported' as const);
  return { normalised, language, unscorable };
}

type Scorable = { readonly item: Weighable };

/** The embedding of what each comment answers; null where it answers the article. */
async function parentVectors(
  deps: WeighDeps,
  scorable: readonly Scorable[],
  ask: ModelAsk,
): Promise<readonly (Float32Array | null)[]> {
  const texts = [
    ...new Set(scorable.flatMap(({ item }) => (item.parentText === null ? [] : normalise(item.parentText).text))),
  ];
  if (texts.length === 0) return scorable.map(() => null);
  const vectors = await deps.model.embed(texts, ask);
  const byText = new Map(texts.map((text, index) => [text, vectors[index] ?? null]));
  return scorable.map(({ item }) =>
    item.parentText === null ? null : (byText.get(normalise(item.parentText).text) ?? null),
  );
}

type Topic = { readonly vectors: TopicOfArticle; readonly provisional: boolean };

/** What the comments are compared with; title and summary alone where the body is not embedded yet. */
async function topicsOf(
  deps: WeighDeps,
  scorable: readonly Scorable[],
  ask: ModelAsk,
): Promise<ReadonlyMap<string, Topic>> {
  const articles = new Map(
    scorable.flatMap(({ item }) => (item.article === null ? [] : [[item.article.contentHash, item.article]])),
  );
  // Asked for together, so that many articles meet in one batch.
  const topics = await Promise.all(
    [...articles].map(async ([hash, article]): Promise<[string, Topic]> => {
      const whole = await deps.vectorsOf(hash, ask.artefact);
      if (whole !== null) return [hash, { vectors: whole, provisional: false }];
      return [hash, { vectors: await embedHead(deps.model, article, ask), provisional: true }];
    }),
  );
  return new Map(topics);
}

/** Title and summary as vectors. */
export async function embedHead(
  model: Pick<WeighDeps['model'], 'embed'>,
  article: { readonly title: string; readonly summary: string | null },
  ask: ModelAsk,
): Promise<TopicOfArticle> {
  const summary = article.summary?.trim() ? article.summary : null;
  const [title, second] = await model.embed(
    [normalise(article.title).text, ...(summary === null ? [] : [normalise(summary).text])],
    ask,
  );
  if (title === undefined) throw new Error('The model gave no vector for a title.');
  return { title, summary: second ?? null, passages: [] };
}

/** A sentence is worth showing if it comes near the worst sentence of the label. */
const NEAR_WORST = 0.6;

/**
 * The sentences that carry a label, on the characters of the text as it was sent; worst first. From which probability on is the
 * artefact's to say: a policy may ask about labels that are far from certain.
 */
function spansOf(answer: ModelAnswer, normalised: Normalised, from: number): readonly Span[] {
  const spans: Span[] = [];
  for (const label of MODEL_LABELS) {
    const worst = Math.max(0, ...answer.sentences.map(({ scores }) => scores[label] ?? 0));
    for (const sentence of answer.sentences) {
      const score = sentence.scores[label];
      if (score === undefined || score < from || score < worst * NEAR_WORST) continue;
      const stretch = normalised.toOriginal({ begin: sentence.begin, end: sentence.end });
      spans.push({ ...stretch, label, source: 'model', score: round(score) });
    }
  }
  return spans.sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
}

/** Six digits: more than two backends agree on, and short enough to be read. */
function round(probability: number): number {
  return Math.round(probability * 1e6) / 1e6;
}

function rounded(scores: ModelScores): ModelScores {
  return Object.fromEntries(Object.entries(scores).map(([label, score]) => [label, round(score)]));
}
