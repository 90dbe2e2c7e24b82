import { splitSentences } from '../../core/sentences.js';
import { embeddingOf, type Model, scoresOf, type WindowResult } from '../model.js';
import type { EmbeddingCache } from './embedding-cache.js';
import type { Lane, Weighing } from './protocol.js';
import type { Scheduler } from './scheduler.js';

/** Cutting texts into tokens must not keep the process from taking new requests for longer than this. */
const BREATHE_AFTER_MS = 15;

type Turn = { readonly lane: Lane; readonly signal: AbortSignal };

/** Turns texts into windows, has them run, and puts their results together again. */
export class Weigher {
  readonly #scheduler: Scheduler;
  readonly #cache: EmbeddingCache;

  constructor(scheduler: Scheduler, cache: EmbeddingCache) {
    this.#scheduler = scheduler;
    this.#cache = cache;
  }

  /**
   * Weighs every text as a whole, then the sentences of those in which a label reaches the manifest's `sentencesFrom`:
   * a harmless comment costs one pass.
   */
  async weigh(model: Model, texts: readonly string[], turn: Turn): Promise<readonly Weighing[]> {
    const { passages, closely } = model.tokenizer;
    // Both readings are asked for at once, so that they share batches.
    const [whole, close] = await Promise.all([
      this.#runAll(model, texts, passages, turn),
      this.#runAll(model, texts, closely, turn),
    ]);
    const results = whole.map((found, i) => {
      const embedding = embeddingOf(found.results, found.lengths);
      this.#cache.put(model.id, texts[i] as string, embedding);
      return { scores: scoresOf(model.manifest, [...found.results, ...(close[i]?.results ?? [])]), embedding };
    });

    const stretches = results.map(({ scores }, i) => {
      const suspicious = Object.values(scores).some((score) => score >= model.manifest.sentencesFrom);
      return suspicious ? splitSentences(texts[i] as string) : [];
    });
    // One sentence is the whole text: its scores are known.
    const again = stretches.flatMap((sentences, i) =>
      sentences.length < 2 ? [] : sentences.map(({ begin, end }) => (texts[i] as string).slice(begin, end)),
    );
    const parts = (await this.#runAll(model, again, passages, turn)).map((found) =>
      scoresOf(model.manifest, found.results),
    );

    let next = 0;
    return results.map(({ scores, embedding }, i) => {
      const own = stretches[i] ?? [];
      const sentences = own.map(({ begin, end }) => ({
        begin,
        end,
        scores: own.length < 2 ? scores : (parts[next++] as Weighing['scores']),
      }));
      return { scores, sentences, embedding };
    });
  }

  /** Embeds every text; what was embedded lately, as a comment or as a parent, is not run again. */
  async embed(model: Model, texts: readonly string[], turn: Turn): Promise<readonly Float32Array[]> {
    const known = texts.map((text) => this.#cache.get(model.id, text));
    const missing = [...new Set(texts.filter((_, i) => known[i] === undefined))];
    const found = await this.#runAll(model, missing, model.tokenizer.passages, turn);
    const fresh = new Map(
      missing.map((text, i) => {
        const { results, lengths } = found[i] as (typeof found)[number];
        const embedding = embeddingOf(results, lengths);
        this.#cache.put(model.id, text, embedding);
        return [text, embedding];
      }),
    );
    return texts.map((text, i) => known[i] ?? (fresh.get(text) as Float32Array));
  }

  async #runAll(
    model: Model,
    texts: readonly string[],
    cut: (text: string) => readonly Int32Array[],
    { lane, signal }: Turn,
  ): Promise<readonly { readonly results: readonly WindowResult[]; readonly lengths: readonly number[] }[]> {
    const pending: Promise<{ results: readonly WindowResult[]; lengths: readonly number[] }>[] = [];
    let begin = performance.now();
    for (const text of texts) {
      signal.throwIfAborted();
      const windows = cut(text);
      const results = Promise.all(windows.map((window) => this.#scheduler.run(model, window, lane, signal)));
      const joined = results.then((all) => ({ results: all, lengths: windows.map((window) => window.length) }));
      // Its failure is that of the request and surfaces below; until then it must not count as unhandled.
      joined.catch(() => undefined);
      pending.push(joined);
      if (performance.now() - begin > BREATHE_AFTER_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        begin = performance.now();
      }
    }
    return await Promise.all(pending);
  }
}
