import { expect, it } from 'vitest';
import { readManifest } from '../../src/model/artefact.js';
import type { Manifest } from '../../src/model/manifest.js';
import { cardOf } from '../../src/training/card.js';
import { readRecipe } from '../../src/training/recipe.js';
import { shippedArtefact } from '../support/artefact.js';

/** The shipped artefact's manifest with another word in it. */
async function madeWith(rows: object): Promise<Manifest> {
  const manifest = await readManifest(await shippedArtefact());
  return { ...manifest, metrics: { ...(manifest.metrics as object), rows } as Manifest['metrics'] };
}

it('A card says what became of long rows, also where it was not counted how many were read in windows', async () => {
  const recipe = await readRecipe('training-data/recipes/encoder.yaml');
  const rows = { train: 900, validation: 90, repeated: 8, tooLong: 30 };
  const cardWith = async (counts: object) => cardOf(await madeWith(counts), recipe, null);
  expect(await cardWith(rows)).toContain(
    '30 more are longer than 128 tokens: of the harmless ones among them the windows were trained on, of the others nothing.',
  );
  expect(await cardWith({ ...rows, windowed: 12 })).toContain('the harmless ones among them (12) the windows');
});
