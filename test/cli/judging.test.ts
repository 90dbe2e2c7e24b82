import { expect, it } from 'vitest';
import { createJudging, type Model, modelOf } from '../../src/cli/judging.js';
import { ArtefactDamaged, InferenceError } from '../../src/model/errors.js';
import type { Inference } from '../../src/model/inference/client.js';
import { keepVectors } from '../../src/store/articles.js';
import { createStore, SITE } from '../support/database.js';

it('The longest comments are given the time they take, and bulk work the time it may have to wait', async () => {
  const deadlines: number[] = [];
  const weigh: Inference['weigh'] = async (items, { deadlineMs }) => {
    deadlines.push(deadlineMs ?? 0);
    return items.map(() => ({ scores: {}, sentences: [], embedding: new Float32Array(1) }));
  };
  const model = modelOf({ weigh } as Inference);
  const long = Array.from({ length: 64 }, () => ({ text: 'x'.repeat(20_480) }));
  await model.weigh([{ text: 'Late.' }], { lane: 'live', artefact: 'a' });
  await model.weigh([{ text: 'Late.' }], { lane: 'bulk', artefact: 'a' });
  await model.weigh(long, { lane: 'bulk', artefact: 'a' });
  const [live = 0, bulk = 0, longest = 0] = deadlines;
  expect(live).toBeGreaterThanOrEqual(60_000);
  expect(bulk).toBeGreaterThan(5 * live);
  // One such comment was measured to take two seconds on the native backend, and ten times that on WebAssembly.
  expect(longest).toBeGreaterThan(64 * 20_000);
});

it('Vectors of an artefact that is not there any more are none; a model that does not answer is asked again', async () => {
  const store = await createStore();
  try {
    const gone = 'b'.repeat(64);
    await keepVectors(store.db, SITE, 'hash', gone, [new Float32Array(4), new Float32Array(4)]);
    const vectorsBy = (failure: Error) => {
      const profileOf: Model['profileOf'] = () => Promise.reject(failure);
      const model = { profileOf } as Model;
      const detect = () => ({ language: null, reliable: false, words: 0, scores: {} });
      const tell = { faults: () => undefined, suspended: () => undefined };
      return createJudging(store, { site: SITE, language: 'en' }, model, detect, null, tell).weighing.vectorsOf(
        'hash',
        gone,
      );
    };
    expect(await vectorsBy(new ArtefactDamaged('models', `holds no artefact with the id ${gone}`))).toBeNull();
    await expect(vectorsBy(new InferenceError('inference-lost', 'It ended.'))).rejects.toThrow('It ended.');
  } finally {
    await store.close();
  }
});
