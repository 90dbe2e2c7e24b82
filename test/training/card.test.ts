import { describe, expect, it } from 'vitest';
import { readManifest } from '../../src/model/artefact.js';
import type { Manifest } from '../../src/model/manifest.js';
import { cardOf, learntBy, learntOf } from '../../src/training/card.js';
import { readRecipe, recipeIdentity } from '../../src/training/recipe.js';
import { shippedArtefact } from '../support/artefact.js';

const PATH = 'training-data/recipes/encoder.yaml';

/** The shipped artefact's manifest, without a word on what it learnt from, and with others in it. */
async function madeWith(about: Partial<Manifest>): Promise<Manifest> {
  const { learnt: _, ...manifest } = await readManifest(await shippedArtefact());
  return { ...manifest, ...about };
}

describe('A card', () => {
  it('says what became of long rows, also where it was not counted how many were read in windows', async () => {
    const learnt = learntBy(await readRecipe(PATH));
    const rows = { train: 900, validation: 90, repeated: 8, tooLong: 30 };
    const cardWith = async (counts: typeof rows) => cardOf(await madeWith({ metrics: { rows: counts } }), learnt, null);
    expect(await cardWith(rows)).toContain(
      '30 more are longer than 128 tokens: of the harmless ones among them the windows were trained on, of the others nothing.',
    );
    expect(await cardWith({ ...rows, windowed: 12 } as typeof rows)).toContain('the harmless ones among them (12) the');
  });

  it('says that no score rejects under the shipped policy, and that spam was learnt from the adverts of one site', async () => {
    const card = cardOf(await madeWith({}), null, null);
    expect(card).toContain('The shipped policy lets no label reject by its score.');
    expect(card).toContain(
      '- `spam`: it learnt from adverts of one site: it takes a comment that is little but a link',
    );
  });

  it('says from what the artefact learnt, as its recipe said then', async () => {
    const recipe = await readRecipe(PATH);
    const then = { ...learntBy(recipe), from: [{ rows: 'a set of then', weight: 7, why: 'it was so' }] };
    const manifest = await madeWith({ learnt: then });
    expect(cardOf(manifest, learntOf(manifest, PATH, recipe), null)).toContain('| a set of then | 7 | it was so |');
  });

  it('says what the recipe says where that is still the one, and otherwise that it has changed', async () => {
    const recipe = await readRecipe(PATH);
    const same = await madeWith({ recipe: recipeIdentity(PATH, recipe) });
    expect(cardOf(same, learntOf(same, PATH, recipe), null)).toMatch(/\| dghs \| \d/);
    const others = [
      await madeWith({ recipe: { ...recipeIdentity(PATH, recipe), sha256: '' } }),
      await madeWith({ recipe: undefined }),
    ];
    for (const other of others) {
      const card = cardOf(other, learntOf(other, PATH, recipe), null);
      expect(card).not.toContain('| dghs |');
      expect(card).toContain('the recipe has changed since');
    }
  });
});
