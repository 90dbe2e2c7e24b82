import { toBatch } from '../model/batch.js';
import type { BackendName } from '../model/executor.js';
import { type Model, scoresOf } from '../model/model.js';
import { logitsOf } from './run-model.js';

/** How far two ways of computing the same scores lie apart, at most. */
export type Agreement = {
  readonly backends: readonly [BackendName, BackendName];
  readonly texts: number;
  /** Between the two backends. */
  readonly score: number;
  /** Between a text alone and the same text among others, on the first backend. */
  readonly batched: number;
  /** Between two runs of the same batch on the first backend. */
  readonly repeated: number;
};

/**
 * Scores texts on two backends, and on the first one alone, together and twice.
 *
 * @param texts each in the windows that the service would judge it by.
 */
export async function measureAgreement(
  model: Model,
  other: Model,
  texts: readonly (readonly Int32Array[])[],
): Promise<Agreement> {
  const quiet = () => undefined;
  const together = await logitsOf(model, texts, quiet);
  const again = await logitsOf(model, texts, quiet);
  const elsewhere = await logitsOf(other, texts, quiet);
  const windows = texts.flatMap((own) => own.slice(0, 1));
  const first = await logitsOf(
    model,
    windows.map((window) => [window]),
    quiet,
  );
  const alone = new Float32Array(first.length);
  const width = model.manifest.labels.length;
  for (const [i, window] of windows.entries()) {
    const { logits } = await model.executor.run(toBatch([window], model.manifest.tokens.padding));
    if (logits === undefined) throw new Error('the graph gives no logits');
    alone.set(logits, i * width);
  }
  return {
    backends: [model.executor.backend, other.executor.backend],
    texts: texts.length,
    score: furthest(model, together, elsewhere),
    batched: furthest(model, first, alone),
    repeated: furthest(model, together, again),
  };
}

function furthest({ manifest }: Model, a: Float32Array, b: Float32Array): number {
  const width = manifest.labels.length;
  let most = 0;
  for (let row = 0; row < a.length / width; row++) {
    const at = (logits: Float32Array) =>
      scoresOf(manifest, [{ logits: logits.subarray(row * width, (row + 1) * width) }]);
    const [one, two] = [at(a), at(b)];
    for (const label of manifest.labels) most = Math.max(most, Math.abs((one[label] ?? 0) - (two[label] ?? 0)));
  }
  return most;
}
