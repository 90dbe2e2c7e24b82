import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/model/batch.js';
import { Scheduler } from '../../src/model/inference/scheduler.js';
import type { Model } from '../../src/model/model.js';

/** A model whose passes are written down; what it answers is of no interest here. */
function recording(): { model: Model; batches: { rows: number; length: number }[] } {
  const batches: { rows: number; length: number }[] = [];
  const run = async ({ rows, length }: Batch) => {
    batches.push({ rows, length });
    return { logits: new Float32Array(rows), embedding: new Float32Array(rows * 2) };
  };
  const model = { manifest: { tokens: { padding: 0 }, labels: ['hate'] }, executor: { run } } as unknown as Model;
  return { model, batches };
}

function send(scheduler: Scheduler, model: Model, lengths: readonly number[], lane: 'live' | 'bulk' = 'live') {
  const { signal } = new AbortController();
  return Promise.all(lengths.map((length) => scheduler.run(model, new Int32Array(length), lane, signal)));
}

describe('The scheduler', () => {
  it('does not fill short windows up to a long one: a passage goes by itself, its parts together', async () => {
    const { model, batches } = recording();
    await send(new Scheduler(), model, [122, 34, 34, 36, 30]);
    expect(batches.sort((a, b) => a.length - b.length)).toEqual([
      { rows: 4, length: 36 },
      { rows: 1, length: 122 },
    ]);
  });

  it('puts windows of about one length into one batch, in whatever order they come', async () => {
    const { model, batches } = recording();
    await send(new Scheduler(), model, [20, 18, 19, 17, 20, 16]);
    expect(batches).toEqual([{ rows: 6, length: 20 }]);
  });

  it('fills no window up by more than a quarter of the batch, and forgets none', async () => {
    const { model, batches } = recording();
    const lengths = Array.from({ length: 60 }, (_, i) => 4 + ((i * 37) % 120));
    const answers = await send(new Scheduler(), model, lengths, 'bulk');
    expect(answers).toHaveLength(60);
    expect(batches.reduce((sum, { rows }) => sum + rows, 0)).toBe(60);
    const filled = batches.reduce((sum, { rows, length }) => sum + rows * length, 0);
    expect(filled).toBeLessThan(lengths.reduce((sum, length) => sum + length) / 0.75);
  });
});
