import { toBatch } from '../batch.js';
import type { Model, WindowResult } from '../model.js';
import { LANES, type Lane } from './protocol.js';

/** One window that waits for its pass. */
type Waiting = {
  readonly model: Model;
  readonly window: Int32Array;
  readonly signal: AbortSignal;
  readonly resolve: (result: WindowResult) => void;
  readonly reject: (error: unknown) => void;
};

/** No batch takes longer than about this, so that a live comment never waits longer for a bulk batch to end. */
const LONGEST_BATCH_MS = 90;

/** Tokens per millisecond until something was measured; what two slow cores do. */
const FIRST_GUESS = 3;

/**
 * No window is filled up by more than this share of a batch's length: beyond it, a batch of its own costs less than the
 * filling.
 */
const MOST_FILLING = 0.25;

/** How far into a lane a batch looks for windows of one length. */
const LOOK_AHEAD = 512;

/**
 * Collects windows across requests into batches and runs them one after another: the whole of `live` before `wire`, of
 * `wire` before `bulk`, but never in the middle of a batch. Batches hold windows of about one length and as many tokens as
 * can be done in {@link LONGEST_BATCH_MS}, which is learnt while running.
 */
export class Scheduler {
  readonly #lanes: Record<Lane, Waiting[]> = { live: [], wire: [], bulk: [] };
  #running = false;
  #tokensPerMs = FIRST_GUESS;

  waiting(): Record<Lane, number> {
    return { live: this.#lanes.live.length, wire: this.#lanes.wire.length, bulk: this.#lanes.bulk.length };
  }

  /** Runs a window when its turn comes; rejects with the signal's reason when that comes first. */
  run(model: Model, window: Int32Array, lane: Lane, signal: AbortSignal): Promise<WindowResult> {
    return new Promise((resolve, reject) => {
      this.#lanes[lane].push({ model, window, signal, resolve, reject });
      if (!this.#running) {
        this.#running = true;
        // After the requests that are already here have been read, so that they share the batch.
        setImmediate(() => void this.#work());
      }
    });
  }

  async #work(): Promise<void> {
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      await this.#runBatch(batch);
      // Lets the process read what has come in meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
  }

  async #runBatch(batch: readonly Waiting[]): Promise<void> {
    const { model } = batch[0] as Waiting;
    const { tokens, labels } = model.manifest;
    try {
      const input = toBatch(
        batch.map(({ window }) => window),
        tokens.padding,
      );
      const begin = performance.now();
      const { logits, embedding } = await model.executor.run(input);
      if (logits === undefined || embedding === undefined) throw new Error('the graph lacks an output');
      this.#learn((input.rows * input.length) / Math.max(0.1, performance.now() - begin));
      const width = embedding.length / input.rows;
      batch.forEach(({ resolve }, i) => {
        resolve({
          logits: logits.slice(i * labels.length, (i + 1) * labels.length),
          embedding: embedding.slice(i * width, (i + 1) * width),
        });
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #learn(tokensPerMs: number): void {
    this.#tokensPerMs += 0.1 * (tokensPerMs - this.#tokensPerMs);
  }

  /** The windows that go next, or none. */
  #next(): readonly Waiting[] {
    for (const lane of LANES) {
      const queue = this.#lanes[lane].filter(({ signal, reject }) => {
        if (signal.aborted) reject(signal.reason);
        return !signal.aborted;
      });
      this.#lanes[lane] = queue;
      const oldest = queue[0];
      if (oldest === undefined) continue;
      const budget = Math.max(64, Math.floor(this.#tokensPerMs * LONGEST_BATCH_MS));
      const batch = around(oldest, queue.slice(0, LOOK_AHEAD), budget);
      const taken = new Set(batch);
      this.#lanes[lane] = queue.filter((waiting) => !taken.has(waiting));
      return batch;
    }
    return [];
  }
}

/** The oldest window and those of nearest length, as many as fit the budget of padded tokens and are not filled up too much. */
function around(oldest: Waiting, candidates: readonly Waiting[], budget: number): readonly Waiting[] {
  const sorted = candidates
    .filter(({ model }) => model === oldest.model)
    .sort((a, b) => a.window.length - b.window.length);
  const length = (i: number) => sorted[i]?.window.length ?? Number.POSITIVE_INFINITY;
  let begin = sorted.indexOf(oldest);
  let end = begin + 1;
  while (begin > 0 || end < sorted.length) {
    const shorter = begin > 0 ? length(end - 1) - length(begin - 1) : Number.POSITIVE_INFINITY;
    const longer = length(end) - length(begin);
    const takeLonger = longer <= shorter;
    const rows = end - begin + 1;
    const longest = takeLonger ? length(end) : length(end - 1);
    const shortest = takeLonger ? length(begin) : length(begin - 1);
    if (rows * longest > budget || longest - shortest > longest * MOST_FILLING) break;
    if (takeLonger) end++;
    else begin--;
  }
  return sorted.slice(begin, end);
}
