import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ModelLabel } from '../core/labels.js';
import { normalise } from '../core/normalise.js';
import { placeOf, randomFrom, shuffled } from './random.js';
import { knownOf, ownReading, type Readings, readingOf, readReadings } from './readings.js';
import type { Recipe } from './recipe.js';
import { ALSO, LETTERS, type Letter, type Targets, type TrainingLabel, weighed } from './targets.js';
import { sha256, type TopicTexts } from './topic-texts.js';

/** One text to learn from or to be measured on. */
export type Row = {
  readonly id: string;
  readonly set: string;
  /** As the model reads it: normalised. */
  readonly text: string;
  readonly targets: Targets;
  /** How often a run that trains the encoder reads it. */
  readonly times: number;
  readonly split: 'train' | 'validation';
  /** Its set has it for training; only because somebody read it is it measured on. */
  readonly moved: boolean;
  /** Of a row that its set's makers kept for measuring: what they say of it, whatever readers said. */
  readonly byItsSet?: Targets;
  /** Of such a row: what readers said of it, by labels.md and of its rudeness. */
  readonly byReaders?: Targets;
};

const SetRow = z.object({
  id: z.string(),
  text: z.string(),
  labels: z.record(z.string(), z.number()),
  split: z.string(),
  raters: z.int().positive().optional(),
});

const OwnRow = z.strictObject({
  text: z.string(),
  labels: z.record(z.string(), z.number()),
  /** Rows of one frame or pair fall on the same side of the split. */
  frame: z.string(),
});

const OwnFrames = z.array(
  z.strictObject({
    /** Rows of one frame fall on the same side of the split. */
    frame: z.string(),
    voice: z.string(),
    comments: z.array(z.tuple([z.string(), z.string()])).min(1),
  }),
);

/** The set of comments that a newspaper let stand under its debates. */
const THREADS = 'threads';

/** The rows that were written for this project; those of writers of whom no run has read anything stand apart. */
const OWN = 'own';
const OWN_HELD_OUT = 'own-held-out';

/** What a row shares with others that came about together: its frame or its debate. A public text stands by itself. */
export function relatedOf(row: Row): string {
  const together = !isOfOthers(row) || isOfDebate(row);
  return `${row.set} ${together ? row.id.replace(/-\d+$/, '') : row.id}`;
}

/** Whether a row is a text of others, which no report may quote. */
export function isOfOthers({ set }: Row): boolean {
  return set !== OWN && set !== OWN_HELD_OUT;
}

/** Whether a row is such a comment. */
export function isOfDebate({ set }: Row): boolean {
  return set === THREADS;
}

/** Whether a row is such a comment, and no reader found any of the labels in it. */
export function isHarmless(row: Row, labels: readonly ModelLabel[]): boolean {
  return isOfDebate(row) && labels.every((label) => (row.targets[label]?.value ?? 0) < 0.5);
}

/** Rare enough that no row of theirs is left out when a set is cut short. */
const RARE: readonly TrainingLabel[] = ['dehumanisation', 'incitement', 'threat', 'identity_attack', 'profanity'];

/** Reads every set of the recipe, the labels that readers gave, comments of real threads, and the project's own rows. */
export async function readRows(
  recipe: Recipe,
  data: string,
  beside: string,
  threads: TopicTexts['threads'],
): Promise<Row[]> {
  const readings = await readReadings(recipe, data, beside);
  const rows: Row[] = [];
  for (const set of recipe.sets) {
    rows.push(...(await readSet(recipe, set, join(data, `${set.set}.jsonl.gz`), readings)));
  }
  rows.push(...rowsOfThreads(recipe, threads, readings));
  rows.push(...(await readOwn(recipe, join(beside, recipe.own.file))));
  if (recipe.own.folder !== undefined) rows.push(...(await readFrames(recipe, join(beside, recipe.own.folder))));
  return rows.filter((row) => row.text !== '' && Object.keys(row.targets).length > 0);
}

async function readSet(recipe: Recipe, set: Recipe['sets'][number], path: string, readings: Readings): Promise<Row[]> {
  const rows = jsonLines(gunzipSync(await readFile(path)).toString('utf8')).map(
    (line): Row & { pinned: boolean; mayBeKnown: boolean } => {
      const { id, text, labels, split, raters } = SetRow.parse(line);
      const own: { -readonly [Label in TrainingLabel]?: Targets[Label] } = {};
      for (const [theirs, ours] of Object.entries(set.labels)) {
        const value = labels[theirs];
        if (value !== undefined) own[ours] = { value, weight: set.weight };
      }
      const kindsOf = set.kindsOf;
      if (kindsOf !== undefined && (own[kindsOf]?.value ?? 0) > 0) {
        for (const label of Object.keys(own) as TrainingLabel[]) if (own[label]?.value === 0) delete own[label];
      }
      const byItsSet = { ...own };
      const sha = sha256(text);
      const given = readingOf(recipe, readings, id, sha);
      const held = split !== 'train';
      const moved = !held && given !== null && placeOf(id) < given.validation;
      const measured = held || moved;
      const alike: readonly TrainingLabel[] = measured ? [] : (set.alike ?? []);
      for (const label of given?.outranked ?? []) if (!alike.includes(label)) delete own[label];
      const rude = readings.rudeness.get(sha);
      const byReaders = { ...given?.targets, ...rude?.targets };
      const pinned = given !== null || rude !== undefined || RARE.some((label) => (own[label]?.value ?? 0) >= 0.5);
      return {
        id,
        set: set.set,
        text: normalise(text).text,
        targets: knownOf(recipe, readings, sha, { own, alike, raters, reading: given, measured }),
        times: Math.max(given?.times ?? 0, set.times, rude === undefined ? 0 : (recipe.rudeness?.times ?? 0)),
        split: measured ? 'validation' : 'train',
        moved,
        ...(held && { byItsSet }),
        ...(held && Object.keys(byReaders).length > 0 && { byReaders }),
        pinned,
        mayBeKnown: moved && given.mayBeKnown,
      };
    },
  );
  const chosen = shuffled(rows, randomFrom(recipe.seed)).sort((a, b) => Number(b.pinned) - Number(a.pinned));
  const training = chosen.filter((row) => row.split === 'train');
  const always = training.filter((row) => row.pinned).length;
  const taken = training.slice(0, Math.max(always, set.rows ?? training.length));
  const validation = chosen.filter((row) => row.split === 'validation' && !row.mayBeKnown);
  return [...taken, ...validation].map(({ pinned: _, mayBeKnown: __, ...row }) => row);
}

/** Comments of real threads: they were found to be on topic, which an advert is not; what else is known of them was read. */
function rowsOfThreads(recipe: Recipe, threads: TopicTexts['threads'], readings: Readings): Row[] {
  const { labels, weight, times } = recipe.threads;
  const targets = Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, { value, weight }]));
  return threads.flatMap(({ comments, sha256s, held }, thread) =>
    comments.map((text, i) => {
      const sha = sha256s[i] as string;
      const read = ownReading(recipe, readings, sha);
      return {
        id: `thread-${thread + 1}-${i + 1}`,
        set: THREADS,
        text,
        targets: knownOf(recipe, readings, sha, { own: targets, reading: read, measured: held }),
        times: read?.times ?? times,
        split: held ? ('validation' as const) : ('train' as const),
        moved: false,
      };
    }),
  );
}

async function readOwn(recipe: Recipe, path: string): Promise<Row[]> {
  return jsonLines(await readFile(path, 'utf8')).map((line, i) => {
    const { text, labels, frame } = OwnRow.parse(line);
    const targets = Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, { value, weight: 1 }]));
    return {
      id: `own-${i + 1}`,
      set: OWN,
      text: normalise(text).text,
      targets: weighed(targets, recipe.own.weight),
      times: recipe.own.times,
      split: placeOf(frame) < recipe.own.validation ? 'validation' : 'train',
      moved: false,
    } as const;
  });
}

/** Comments written by hand, in frames. What is not among a comment's letters is known not to hold. */
async function readFrames({ own }: Recipe, folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  const files = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const lost = own.heldOut.find((file) => !files.includes(file));
  if (lost !== undefined) throw new Error(`${folder} has no ${lost}, which the recipe holds out`);
  for (const file of files) {
    const isHeldOut = own.heldOut.includes(file);
    const path = join(folder, file);
    // A bare dash is how one writes "none" by hand, and nothing that YAML would read.
    const written = (await readFile(path, 'utf8')).replaceAll(/^(\s*- \[)-,/gm, "$1'-',");
    const read = OwnFrames.safeParse(parse(written));
    if (!read.success) throw new Error(`${path} does not hold frames of comments\n${z.prettifyError(read.error)}`);
    for (const { frame, comments } of read.data) {
      comments.forEach(([letters, text], i) => {
        rows.push({
          id: `${file}-${frame}-${i + 1}`,
          set: isHeldOut ? OWN_HELD_OUT : OWN,
          text: normalise(text).text,
          targets: weighed(targetsOf(letters, path), own.weight),
          times: own.times,
          split: isHeldOut || placeOf(frame) < own.validation ? 'validation' : 'train',
          moved: false,
        });
      });
    }
  }
  return rows;
}

function targetsOf(letters: string, path: string): Targets {
  const given = letters === '-' ? [] : letters.trim().split(/\s+/);
  const unknown = given.find((letter) => !(letter in LETTERS));
  if (unknown !== undefined) throw new Error(`${path}: ${unknown} is no letter of a label`);
  const carried = new Set(given.flatMap((letter) => [letter, ALSO[letter as Letter]]));
  return Object.fromEntries(
    Object.entries(LETTERS).map(([letter, label]) => [label, { value: carried.has(letter) ? 1 : 0, weight: 1 }]),
  );
}

function jsonLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
}
