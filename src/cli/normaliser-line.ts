import { NORMALISER_VERSION } from '../core/normalise.js';
import type { Manifest } from '../model/manifest.js';

/** One line where the model learnt from texts as another version of the normaliser read them; none otherwise. */
export function describeNormaliser({ name, normaliser }: Pick<Manifest, 'name' | 'normaliser'>): readonly string[] {
  if (normaliser === NORMALISER_VERSION) return [];
  return [
    `Model: ${name} learnt from texts as normaliser ${normaliser} read them; they are read by ${NORMALISER_VERSION}, so that a score can differ from what was measured.`,
  ];
}
