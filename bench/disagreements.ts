import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ModelLabel } from '../src/core/labels.js';
import { readDisagreements } from '../src/training/disagreements.js';
import { readSplit } from '../src/training/prepare.js';
import { readRecipe } from '../src/training/recipe.js';

/**
 * Draws, of the rows that a public set keeps for measuring, those of which its raters and our readers say different things, always
 * the same ones, and prints them for somebody to judge by docs/labels.md: the texts alone, neither word. Behind each sha256, whether
 * training-data/disagreements.yaml has it already.
 *
 *     npm run bench -- disagreements ../shared/data gab-hate-corpus hate [20]
 */
const [data = '../shared/data', set = 'gab-hate-corpus', label = 'hate', most = '20'] = process.argv.slice(2);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const recipe = await readRecipe(resolve('training-data/recipes/encoder.yaml'));
const { validation } = await readSplit(recipe, resolve(data), resolve('training-data/recipes'));
const lines = gunzipSync(readFileSync(join(data, `${set}.jsonl.gz`)))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly id: string; readonly text: string });
const texts = new Map(lines.map(({ id, text }) => [id, text]));
const differing = validation.flatMap((row) => {
  const [raters, readers] = [row.byItsSet, row.byReaders].map((by) => by?.[label as ModelLabel]?.value);
  if (row.set !== set || raters === undefined || readers === undefined) return [];
  return raters >= 0.5 === readers >= 0.5 ? [] : [texts.get(row.id) ?? ''];
});
const place = (text: string) => sha256(`disagreement ${sha256(text)}`);
const drawn = [...new Set(differing)].sort((a, b) => (place(a) < place(b) ? -1 : 1)).slice(0, Number(most));

const judged = await readDisagreements('training-data/disagreements.yaml');
const known = new Set(
  judged.filter((one) => one.set === set && one.label === label).flatMap(({ rows }) => rows.map((row) => row.sha256)),
);
console.log(`${set}, ${label}: ${differing.length} rows of which set and readers say different things`);
for (const text of drawn) {
  const sha = sha256(text);
  console.log(`${sha} ${known.has(sha) ? 'judged' : 'not judged'}\n    ${text.replaceAll(/\s+/g, ' ')}`);
}
