import { loadavg } from 'node:os';
import type { Backend } from '../model/backend.js';
import { toBatch } from '../model/batch.js';
import type { BackendName } from '../model/executor.js';
import { loadModel, type Model } from '../model/model.js';

/** One batch size at one length: the middle and the 95th percentile of a pass, in milliseconds. */
export type Pass = { readonly tokens: number; readonly batch: number; readonly p50: number; readonly p95: number };

/** How fast and how large a model is in a process of its own, and how busy the machine was meanwhile. */
export type Speed = {
  readonly backend: BackendName;
  readonly library: string;
  readonly loadMs: number;
  /** Of the process once it has run, Node included. */
  readonly residentBytes: number;
  /** Processes that wanted a processor, over the last minute. */
  readonly load: number;
  readonly passes: readonly Pass[];
};

const PASSES = [
  { tokens: 32, batch: 1 },
  { tokens: 32, batch: 32 },
  { tokens: 64, batch: 32 },
] as const;

/** Loads a model and times it. In a process that did other work before, memory is that of all of it. */
export async function measureSpeed(artefact: string, backend: Backend, milliseconds = 3_000): Promise<Speed> {
  const begin = performance.now();
  const model = await loadModel(artefact, backend);
  const loadMs = performance.now() - begin;
  const passes: Pass[] = [];
  for (const { tokens, batch } of PASSES) {
    const length = Math.min(tokens, model.manifest.tokens.passage);
    passes.push(await timePasses(model, length, batch, milliseconds));
  }
  model.executor.dispose();
  const { name, library } = backend;
  const residentBytes = process.memoryUsage.rss();
  return { backend: name, library, loadMs, residentBytes, load: loadavg()[0] ?? 0, passes };
}

/** Runs batches of made-up comments, all of one length, for so long. */
export async function timePasses(model: Model, tokens: number, batch: number, milliseconds: number): Promise<Pass> {
  const { first, last, padding } = model.manifest.tokens;
  const window = (row: number) =>
    Int32Array.from({ length: tokens }, (_, i) => {
      if (i === 0) return first;
      return i === tokens - 1 ? last : 1000 + ((row * 389 + i * 97) % 20_000);
    });
  const windows = Array.from({ length: batch }, (_, row) => window(row));
  const input = toBatch(windows, padding);
  // The first passes are slow, because libraries prepare themselves.
  for (let i = 0; i < 3; i++) await model.executor.run(input);
  const times: number[] = [];
  for (const until = performance.now() + milliseconds; performance.now() < until; ) {
    const begin = performance.now();
    await model.executor.run(input);
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
  return { tokens, batch, p50: at(0.5), p95: at(0.95) };
}

/** Comments that a batch size at one length makes a second. */
export function perSecond({ batch, p50 }: Pass): number {
  return (batch / p50) * 1_000;
}
