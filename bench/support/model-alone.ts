import { resolve } from 'node:path';
import { normalise } from '../../src/core/normalise.js';
import { openInference } from '../../src/model/inference/client.js';
import { commentOf } from './service.js';

/** @returns how many comments of 32 tokens a second the model weighs when nothing else is asked of it. */
export async function modelAlone(count: number): Promise<number> {
  const inference = await openInference({ models: resolve('models') });
  const texts = Array.from({ length: count }, (_, n) => ({ text: normalise(commentOf(32, n)).text }));
  await inference.weigh(texts.slice(0, 64), { lane: 'bulk' });
  const began = performance.now();
  for (let begin = 0; begin < count; begin += 256) {
    await inference.weigh(texts.slice(begin, begin + 256), { lane: 'bulk' });
  }
  const seconds = (performance.now() - began) / 1000;
  await inference.close();
  return count / seconds;
}
