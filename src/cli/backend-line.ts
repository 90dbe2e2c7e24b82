import type { InferenceStatus } from '../model/inference/protocol.js';

/** One line: which backend runs the model, how fast it measured itself, and how to get the faster one. */
export function describeBackend({ backend, library, commentsPerSecond, whyNotNative }: InferenceStatus): string {
  const speed = `${Math.round(commentsPerSecond)} comments/s of 32 tokens`;
  if (backend === 'native') return `Model: native backend (${library}), ${speed}.`;
  const why = whyNotNative === null ? '' : ` (${whyNotNative})`;
  return `Model: WebAssembly backend, ${speed}. The native one is 5 to 13 times faster${why}: see "The fast backend" in README.md.`;
}
