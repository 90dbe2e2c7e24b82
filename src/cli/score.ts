import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Config } from '../config.js';
import { ModerationError } from '../core/errors.js';
import { parseIncoming, ScoreLine } from '../core/incoming.js';
import { LIMITS } from '../core/limits.js';
import { normalise } from '../core/normalise.js';
import { decideUnder } from '../core/policy-apply.js';
import { findRuleHits, type RuleAuthor } from '../core/rules.js';
import type { TopicOfArticle } from '../core/topic.js';
import { embedWhole } from '../flow/embed-article.js';
import { type Weighable, type WeighDeps, weigh } from '../flow/weigh.js';
import { parseJson } from '../http/body.js';
import { readLines } from '../http/lines.js';
import { openInference } from '../model/inference/client.js';
import { openLanguageDetector } from '../model/language.js';
import { contentHash } from '../store/articles.js';
import { scoresOf } from '../store/comment-views.js';
import { readScoringParts, type ScoringParts } from './bundle.js';
import { modelOf, remember } from './judging.js';
import { startProgress } from './progress.js';

export type ScoreOptions = {
  /** `false`: judge by the model alone. */
  readonly rules: boolean;
  /** `false`: judge by the rules alone, as if the model were away. */
  readonly model: boolean;
  /** A file with what a site judges by; left out, what is shipped. */
  readonly bundle?: string;
};

/** So many lines, or so many bytes of them, are weighed together; two such chunks are under way at once. */
const CHUNK = { lines: 128, bytes: 4_194_304 } as const;

/**
 * Reads NDJSON, writes NDJSON in the same order, and never holds more than two chunks: a file larger than memory passes
 * through. Needs no database.
 *
 * @returns how many lines could not be read; each has an error in its place.
 */
export async function score(config: Config, input: Readable, output: Writable, options: ScoreOptions): Promise<number> {
  const parts = await readScoringParts(config, options.bundle ?? null, options);
  const inference = options.model
    ? await openInference({ models: config.model.directory, backend: config.model.backend, cache: config.model.cache })
    : null;
  const detectLanguage = await openLanguageDetector();
  const weighing = inference === null ? null : weighingOf(modelOf(inference), detectLanguage, parts);
  const progress = startProgress('Scoring', null);
  let failed = 0;
  let before: Promise<readonly string[]> = Promise.resolve([]);

  const write = async (lines: readonly string[]) => {
    if (lines.length > 0 && !output.write(lines.join(''))) await once(output, 'drain');
    progress.add(lines.length);
  };
  const send = async (lines: readonly Line[]) => {
    failed += lines.filter((line) => 'error' in line).length;
    const now = judgeLines(lines, weighing, parts);
    // Its failure is met when it is awaited; until then it must not end the process.
    now.catch(() => undefined);
    await write(await before);
    before = now;
  };

  try {
    let chunk: Line[] = [];
    let bytes = 0;
    for await (const line of readLines(input, MOST_LINE_BYTES)) {
      chunk.push(parseLine(line));
      bytes += line.size;
      if (chunk.length < CHUNK.lines && bytes < CHUNK.bytes) continue;
      await send(chunk);
      chunk = [];
      bytes = 0;
    }
    await send(chunk);
    await write(await before);
  } finally {
    progress.stop();
    await inference?.close();
  }
  return failed;
}

/** A line may carry an article's whole body. */
const MOST_LINE_BYTES = LIMITS.articleBodyBytes * 2;

type Line =
  | { readonly number: number; readonly given: ScoreLine }
  | { readonly number: number; readonly error: { readonly code: string; readonly message: string } };

function parseLine({ number, bytes, size }: { number: number; bytes: Buffer; size: number }): Line {
  if (size > MOST_LINE_BYTES) {
    const message = `A line may have at most ${MOST_LINE_BYTES} bytes and has ${size}.`;
    return { number, error: { code: 'too-large', message } };
  }
  try {
    return { number, given: parseIncoming(ScoreLine, parseJson(bytes)) };
  } catch (error) {
    if (!(error instanceof ModerationError)) throw error;
    return { number, error: { code: error.code, message: error.message } };
  }
}

type Article = NonNullable<ScoreLine['article']>;

/** What weighing needs, without a store: articles come with the comments. */
type Weighing = Omit<WeighDeps, 'vectorsOf'> & { readonly topicOf: (article: Article) => Promise<TopicOfArticle> };

function weighingOf(
  model: ReturnType<typeof modelOf>,
  detectLanguage: WeighDeps['detectLanguage'],
  { artefact, language }: ScoringParts,
): Weighing {
  const topics = remember(MOST_ARTICLES, async (_hash, article: Article) => {
    const { title = '', summary = null, body = null } = article;
    return await embedWhole(model, { title, summary, body }, { lane: 'bulk', artefact });
  });
  return {
    model,
    profileOf: model.profileOf,
    detectLanguage,
    siteLanguage: language,
    topicOf: (article) => topics(hashOf(article), article),
  };
}

/** So many articles' vectors are kept in memory; one takes up to 100 KB. */
const MOST_ARTICLES = 500;

function hashOf({ title = '', summary = null, body = null }: Article): string {
  return contentHash({ title, summary, body });
}

async function judgeLines(
  lines: readonly Line[],
  weighing: Weighing | null,
  parts: ScoringParts,
): Promise<readonly string[]> {
  const given = lines.flatMap((line) => ('given' in line ? [line.given] : []));
  const evaluations = weighing === null ? given.map(() => null) : await evaluate(given, weighing, parts.artefact);
  let next = 0;
  return lines.map((line) => {
    if (!('given' in line)) return `${JSON.stringify({ line: line.number, error: line.error })}\n`;
    const evaluation = evaluations[next] ?? null;
    next += 1;
    const { id, text, section, author } = line.given;
    const findings = findRuleHits(parts.rules, {
      text,
      normalised: normalise(text),
      section: section ?? null,
      decidedAt: new Date().toISOString(),
      ...(author !== undefined && author !== null && { author: definedOnly(author) }),
    });
    const { decision } = decideUnder(
      parts,
      { text, evaluation, findings },
      {
        place: { section: section ?? null },
        author: author === undefined || author === null ? {} : definedOnly(author),
      },
    );
    const answer = {
      ...(id !== undefined && { id }),
      scores: scoresOf(evaluation),
      flags: decision.flags,
      decision: decision.outcome,
      reasons: decision.reasons,
      spans: decision.spans,
      language: evaluation?.language.code ?? null,
      pipeline: parts.fingerprint,
    };
    return `${JSON.stringify(answer)}\n`;
  });
}

async function evaluate(
  given: readonly ScoreLine[],
  weighing: Weighing,
  artefact: string,
): Promise<readonly Awaited<ReturnType<typeof weigh>>[number]['evaluation'][]> {
  // Held for as long as its comments are weighed, whatever is forgotten meanwhile.
  const topics = new Map<string, Promise<TopicOfArticle>>();
  const items = given.map(({ text, article, parent, language }): Weighable => {
    const known = article === undefined || article === null || !hasText(article) ? null : article;
    if (known !== null) topics.set(hashOf(known), weighing.topicOf(known));
    return {
      text,
      language: language ?? null,
      article:
        known === null
          ? null
          : {
              contentHash: hashOf(known),
              title: known.title ?? '',
              summary: known.summary ?? null,
              language: known.language ?? null,
            },
      parentText: parent?.text === undefined || parent.text === '' ? null : parent.text,
    };
  });
  // Asked for together, so that many articles meet in one batch.
  await Promise.all(topics.values());
  const vectorsOf = async (hash: string) => (await topics.get(hash)) ?? null;
  const weighed = await weigh({ ...weighing, vectorsOf }, items, { lane: 'bulk', artefact });
  return weighed.map(({ evaluation }) => evaluation);
}

/** An absent fact is unknown; a field that is there without a value says no more. */
function definedOnly(author: NonNullable<ScoreLine['author']>): RuleAuthor {
  return Object.fromEntries(Object.entries(author).filter(([, value]) => value !== undefined)) as RuleAuthor;
}

function hasText({ title, summary, body }: NonNullable<ScoreLine['article']>): boolean {
  return [title, summary, body].some((part) => part !== undefined && part !== null && part.trim() !== '');
}
