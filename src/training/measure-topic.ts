import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { normalise } from '../core/normalise.js';
import { offTopicProbability, passagesOf, wordCount } from '../core/topic.js';
import type { Model } from '../model/model.js';
import type { Progress } from './features.js';
import { areaUnderCurve, type Judged, type Share, shareOf } from './metrics.js';
import { randomFrom } from './random.js';
import { embeddingsFor } from './run-model.js';
import { NEVER, shippedThresholds } from './shipped-thresholds.js';
import { type TopicTexts, textsOf } from './topic-texts.js';
import { type Example, type Kind, scorer, topicCases } from './topic-training.js';

const Texts = z.array(z.string().min(1)).min(1);

/** Articles of our own writing with comments, in pairs about near subjects; nothing here is trained on. */
const Pairs = z.array(
  z
    .array(
      z.strictObject({
        title: z.string().min(1),
        summary: z.string().min(1).optional(),
        /** Paragraphs. */
        body: z.array(z.string().min(1)).default([]),
        comments: Texts,
        /** Reactions of a few words. */
        short: Texts,
        /** Answers; many are explained only by the comment before them. */
        replies: z.array(z.strictObject({ to: z.string().min(1), text: z.string().min(1) })).min(1),
      }),
    )
    .length(2),
);

export type TopicCases = {
  /** Talk about the site: off topic under every article. */
  readonly site: readonly string[];
  readonly pairs: z.output<typeof Pairs>;
};

/** The file of a folder of {@link TopicCases} that has no articles. */
const SITE = 'site.yaml';

/** Shares that reach the threshold for review: of what is on topic it should be none, of what strays all. */
export type TopicEvaluation = {
  readonly threshold: number;
  readonly threads: number;
  /** True comments of held-out debates against strays from any, and from the three nearest, others. */
  readonly aucFar: number;
  readonly aucNear: number;
  readonly onTopic: {
    readonly true: Share;
    /** A true comment whose parent is known: other comments of the debate stand in for it. */
    readonly answering: Share;
    /** The first six words of true comments. */
    readonly opening: Share;
    /** The recipe's own texts, which it learnt from; each is compared with the others. */
    readonly reaction: Share;
  };
  readonly straying: {
    readonly far: Share;
    readonly near: Share;
    readonly opening: Share;
    /** The recipe's own texts, too. */
    readonly site: Share;
  };
  /** Under articles of our own; null where they were not given. */
  readonly own: OwnTopicEvaluation | null;
};

export type OwnTopicEvaluation = {
  readonly articles: number;
  /** Comments against those of any, and of the near, other article. */
  readonly aucFar: number;
  readonly aucNear: number;
  readonly onTopic: { readonly comment: Share; readonly short: Share; readonly reply: Share };
  readonly straying: { readonly near: Share; readonly far: Share; readonly site: Share };
};

/**
 * @param folder talk about the site in `site.yaml`, pairs of articles in every other file.
 * @throws Error that names file and fault.
 */
export async function readTopicCases(folder: string): Promise<TopicCases> {
  const read = async <T>(file: string, schema: z.ZodType<T>) => {
    const parsed = schema.safeParse(parse(await readFile(join(folder, file), 'utf8')));
    if (!parsed.success) throw new Error(`${join(folder, file)}: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  };
  const files = (await readdir(folder)).filter((file) => file !== SITE).sort();
  const pairs = await Promise.all(files.map((file) => read(file, Pairs)));
  return { site: await read(SITE, Texts), pairs: pairs.flat() };
}

/** Judges off-topic with the artefact's own vectors and coefficients, on debates that it did not learn from. */
export async function evaluateTopic(
  model: Model,
  texts: TopicTexts,
  given: { readonly seed: number; readonly own: TopicCases | null },
  progress: Progress,
): Promise<TopicEvaluation> {
  const threads = texts.threads.filter(({ held, comments }) => held && comments.length > 1);
  const embedding = await embeddingsFor(model, textsOf({ ...texts, threads }), progress);
  const { topic } = model.manifest;
  const review = reviewFrom(model);
  const random = randomFrom(given.seed);
  const cases = topicCases(threads, { texts, embedding, prototypes: model.prototypes, random });
  const score = scorer(topic);
  const of = (kind: Kind, also: (example: Example) => boolean = () => true) =>
    cases.filter((example) => example.kind === kind && also(example)).map(score);
  const flagged = (scores: readonly number[]) =>
    shareOf(scores.filter((value) => value >= review).length, scores.length);
  const auc = (kind: Kind) => {
    const judged = (scores: readonly number[], carries: boolean): Judged[] =>
      scores.map((value) => ({ score: value, carries }));
    return areaUnderCurve([...judged(of('true'), false), ...judged(of(kind), true)]);
  };
  return {
    threshold: review,
    threads: threads.length,
    aucFar: auc('far'),
    aucNear: auc('near'),
    onTopic: {
      true: flagged(of('true')),
      answering: flagged(of('true', ({ features }) => features.noParent === 0)),
      opening: flagged(of('opening')),
      reaction: flagged(of('reaction')),
    },
    straying: {
      far: flagged(of('far')),
      near: flagged(of('near')),
      opening: flagged(of('stray-opening')),
      site: flagged(of('site')),
    },
    own: given.own === null ? null : await evaluateOwn(model, given.own, progress),
  };
}

async function evaluateOwn(model: Model, { site, pairs }: TopicCases, progress: Progress): Promise<OwnTopicEvaluation> {
  const articles = pairs.flat();
  const texts = articles.flatMap(({ title, summary, body, comments, short, replies }) => [
    title,
    ...(summary === undefined ? [] : [summary]),
    ...passagesOf(body.join('\n\n')),
    ...comments,
    ...short,
    ...replies.flatMap(({ to, text }) => [to, text]),
  ]);
  const clean = (text: string) => normalise(text).text;
  const known = await embeddingsFor(model, [...new Set([...texts, ...site].map(clean))], progress);
  const embedding = (text: string) => known(clean(text));
  const { topic: calibration } = model.manifest;
  const review = reviewFrom(model);
  const judge = (article: (typeof articles)[number], text: string, parent: string | null) => {
    const { title, summary, body } = article;
    return offTopicProbability(
      {
        comment: embedding(text),
        words: wordCount(clean(text)),
        article: {
          title: embedding(title),
          summary: summary === undefined ? null : embedding(summary),
          passages: passagesOf(body.join('\n\n')).map(embedding),
        },
        parent: parent === null ? null : embedding(parent),
      },
      { calibration, prototypes: model.prototypes },
    ) as number;
  };
  const share = (scores: readonly number[]) => shareOf(scores.filter((score) => score >= review).length, scores.length);
  const each = (of: (article: (typeof articles)[number]) => readonly number[]) => articles.flatMap(of);
  const strays = (from: (article: (typeof articles)[number], pair: (typeof pairs)[number]) => boolean) =>
    pairs.flatMap((pair) =>
      pair.flatMap((article) =>
        articles
          .filter((other) => other !== article && from(other, pair))
          .flatMap((other) => other.comments.map((text) => judge(article, text, null))),
      ),
    );
  const comments = each((article) => article.comments.map((text) => judge(article, text, null)));
  const near = strays((other, pair) => pair.includes(other));
  const far = strays((other, pair) => !pair.includes(other));
  const auc = (astray: readonly number[]) =>
    areaUnderCurve([
      ...comments.map((score) => ({ score, carries: false })),
      ...astray.map((score) => ({ score, carries: true })),
    ]);
  return {
    articles: articles.length,
    aucFar: auc(far),
    aucNear: auc(near),
    onTopic: {
      comment: share(comments),
      short: share(each((article) => article.short.map((text) => judge(article, text, null)))),
      reply: share(each((article) => article.replies.map(({ to, text }) => judge(article, text, to)))),
    },
    straying: {
      near: share(near),
      far: share(far),
      site: share(each((article) => site.map((text) => judge(article, text, null)))),
    },
  };
}

function reviewFrom({ manifest }: Model): number {
  return shippedThresholds(manifest).off_topic?.review ?? NEVER;
}
