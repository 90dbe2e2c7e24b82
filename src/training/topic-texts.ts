import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { z } from 'zod';
import { normalise } from '../core/normalise.js';
import { embeddingOf } from '../model/model.js';
import type { Tokenizer } from '../model/tokenizer.js';
import { placeOf } from './random.js';
import type { Recipe } from './recipe.js';

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
    /** Of the comments as they were written, by which readings name them. */
    readonly sha256s: readonly string[];
    /** Kept for validation. */
    readonly held: boolean;
  }[];
  readonly prototypes: z.infer<typeof PrototypeTexts>;
};

/** @param beside the folder that the recipe lies in. */
export async function readTopicTexts(
  { threads, topic }: Pick<Recipe, 'threads' | 'topic'>,
  data: string,
  beside: string,
): Promise<TopicTexts> {
  const lines = gunzipSync(await readFile(join(data, threads.file)))
    .toString('utf8')
    .trim()
    .split('\n');
  const read = (text: string) => normalise(text).text;
  const texts = PrototypeTexts.parse(parse(await readFile(join(beside, topic.prototypes), 'utf8')));
  return {
    threads: lines.map((line) => {
      const { article, comments } = Thread.parse(JSON.parse(line));
      const written = comments.filter((comment) => read(comment) !== '');
      return {
        title: read(article.title),
        summary: read(article.summary),
        comments: written.map(read),
        sha256s: written.map(sha256),
        held: placeOf(article.title) < threads.validation,
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

/**
 * Embeds texts as the service does: by passages, weighed by their length.
 *
 * @param run embeds windows.
 */
export async function embeddingsOf(
  texts: readonly string[],
  tokenizer: Tokenizer,
  run: (windows: readonly Int32Array[]) => Promise<readonly Float32Array[]>,
): Promise<(text: string) => Float32Array> {
  const cut = texts.map((text) => tokenizer.passages(text));
  const found = await run(cut.flat());
  const byText = new Map<string, Float32Array>();
  let next = 0;
  texts.forEach((text, i) => {
    const windows = cut[i] ?? [];
    const results = windows.map(() => ({ embedding: found[next++] as Float32Array }));
    byText.set(
      text,
      embeddingOf(
        results,
        windows.map((window) => window.length),
      ),
    );
  });
  return (text) => {
    const embedding = byText.get(text);
    if (embedding === undefined) throw new Error('a text was not embedded');
    return embedding;
  };
}

/** A text's first words: short comments must not be held to a likeness that only long ones can have. */
export function opening(text: string): string {
  return text.split(/\s+/u).slice(0, 6).join(' ');
}

/** What a text is called by in the project's readings, which keep no text: of its UTF-8, in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
