import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { ModelLabel } from '../core/labels.js';
import { normalise } from '../core/normalise.js';
import { placeOf, randomFrom, shuffled } from './random.js';
import type { Recipe } from './recipe.js';
import type { TopicTexts } from './topic-texts.js';

/** What is known of one label of one text. A label that is not known is absent, never 0. */
export type Target = {
  /** 0, 1, or the fraction of readers who said so. */
  readonly value: number;
  /** How much it counts. */
  readonly weight: number;
};

/** One text to learn from or to be measured on. */
export type Row = {
  readonly id: string;
  readonly set: string;
  /** As the model reads it: normalised. */
  readonly text: string;
  readonly targets: Readonly<Partial<Record<ModelLabel, Target>>>;
  readonly split: 'train' | 'validation';
};

const SetRow = z.object({
  id: z.string(),
  text: z.string(),
  labels: z.record(z.string(), z.number()),
  split: z.string(),
});

const OwnRow = z.strictObject({
  text: z.string(),
  labels: z.record(z.string(), z.number()),
  /** Rows of one frame or pair fall on the same side of the split. */
  frame: z.string(),
});

/** Rare enough that no row of theirs is left out when a set is cut short. */
const RARE: readonly ModelLabel[] = ['dehumanisation', 'incitement', 'threat', 'identity_attack', 'profanity'];

/** Reads every set of the recipe, the labels that readers gave, comments of real threads, and the project's own rows. */
export async function readRows(
  recipe: Recipe,
  data: string,
  beside: string,
  threads: TopicTexts['threads'],
): Promise<Row[]> {
  const named = await readNamed(join(data, recipe.named.file));
  const rows: Row[] = [];
  for (const set of recipe.sets) rows.push(...(await readSet(recipe, set, join(data, `${set.set}.jsonl.gz`), named)));
  rows.push(...rowsOfThreads(recipe, threads));
  rows.push(...(await readOwn(recipe, join(beside, recipe.own.file))));
  return rows.filter((row) => row.text !== '' && Object.keys(row.targets).length > 0);
}

async function readSet(
  recipe: Recipe,
  set: Recipe['sets'][number],
  path: string,
  named: ReadonlyMap<string, Row['targets']>,
): Promise<Row[]> {
  const rows = jsonLines(gunzipSync(await readFile(path)).toString('utf8')).map((line): Row & { pinned: boolean } => {
    const { id, text, labels, split } = SetRow.parse(line);
    const own: Partial<Record<ModelLabel, Target>> = {};
    for (const [theirs, ours] of Object.entries(set.labels)) {
      const value = labels[theirs];
      if (value !== undefined) own[ours] = { value, weight: set.weight };
    }
    const given = named.get(id);
    const side = given === undefined ? split !== 'train' : placeOf(id) < recipe.named.validation;
    const reread = given === undefined ? {} : weighed(given, recipe.named.weight);
    const pinned = given !== undefined || RARE.some((label) => (own[label]?.value ?? 0) >= 0.5);
    return {
      id,
      set: set.set,
      text: normalise(text).text,
      targets: { ...own, ...reread },
      split: side ? 'validation' : 'train',
      pinned,
    };
  });
  const chosen = shuffled(rows, randomFrom(recipe.seed)).sort((a, b) => Number(b.pinned) - Number(a.pinned));
  const training = chosen.filter((row) => row.split === 'train').slice(0, set.rows ?? chosen.length);
  const validation = chosen.filter((row) => row.split === 'validation');
  return [...training, ...validation].map(({ pinned: _, ...row }) => row);
}

/** Letters of named-labels.tsv: see the data folder's README. */
async function readNamed(path: string): Promise<Map<string, Row['targets']>> {
  const named = new Map<string, Row['targets']>();
  const [, ...lines] = (await readFile(path, 'utf8')).trim().split('\n');
  for (const line of lines) {
    const [, id = '', letters = ''] = line.split('\t');
    const has = (letter: string) => letters.includes(letter);
    const unsure = has('U');
    const target = (letter: string) =>
      has(letter) ? { value: 1, weight: 1 } : unsure ? undefined : { value: 0, weight: 1 };
    const [dehumanisation, incitement, hate] = [target('D'), target('I'), target('H')];
    named.set(id, {
      ...(dehumanisation && { dehumanisation }),
      ...(incitement && { incitement }),
      ...(hate && { hate }),
    });
  }
  return named;
}

/** Comments of real threads: they were found to be on topic, which an advert is not, and nothing else is known of them. */
function rowsOfThreads({ threads: { labels, weight } }: Recipe, threads: TopicTexts['threads']): Row[] {
  const targets = Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, { value, weight }]));
  return threads.flatMap(({ comments, held }, thread) =>
    comments.map((text, i) => ({
      id: `thread-${thread + 1}-${i + 1}`,
      set: 'threads',
      text,
      targets,
      split: held ? ('validation' as const) : ('train' as const),
    })),
  );
}

async function readOwn(recipe: Recipe, path: string): Promise<Row[]> {
  return jsonLines(await readFile(path, 'utf8')).map((line, i) => {
    const { text, labels, frame } = OwnRow.parse(line);
    const targets = Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, { value, weight: 1 }]));
    return {
      id: `own-${i + 1}`,
      set: 'own',
      text: normalise(text).text,
      targets: weighed(targets, recipe.own.weight),
      split: placeOf(frame) < recipe.own.validation ? 'validation' : 'train',
    } as const;
  });
}

function weighed(targets: Row['targets'], weight: number): Row['targets'] {
  return Object.fromEntries(Object.entries(targets).map(([label, { value }]) => [label, { value, weight }]));
}

function jsonLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
}
