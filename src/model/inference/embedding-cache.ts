import { createHash } from 'node:crypto';

/**
 * Embeddings of the texts seen last, by hash: the parent of a comment was nearly always a comment a moment ago.
 * Holds hashes and vectors, no text.
 */
export class EmbeddingCache {
  readonly #most: number;
  // A map keeps its order; what is used is put at its end, so that its beginning is what was not used for longest.
  readonly #vectors = new Map<string, Float32Array>();

  /** @param most how many vectors are kept; each takes 1.5 kB. */
  constructor(most: number) {
    this.#most = most;
  }

  get(artefact: string, text: string): Float32Array | undefined {
    const key = keyOf(artefact, text);
    const found = this.#vectors.get(key);
    if (found === undefined) return undefined;
    this.#vectors.delete(key);
    this.#vectors.set(key, found);
    return found;
  }

  put(artefact: string, text: string, embedding: Float32Array): void {
    const key = keyOf(artefact, text);
    this.#vectors.delete(key);
    this.#vectors.set(key, embedding);
    if (this.#vectors.size > this.#most) {
      const oldest = this.#vectors.keys().next();
      if (!oldest.done) this.#vectors.delete(oldest.value);
    }
  }
}

function keyOf(artefact: string, text: string): string {
  return createHash('sha256').update(artefact).update('\0').update(text).digest('base64');
}
