import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { z } from 'zod';
import { MODEL_LABELS, type ModelLabel } from '../core/labels.js';
import { normalise } from '../core/normalise.js';
import { placeOf, randomFrom, shuffled } from './random.js';
import type { Recipe } from './recipe.js';
import { sha256, type TopicTexts } from './topic-texts.js';

/** `mention` is learnt beside the model's labels, because to know a quotation helps with them; no artefact has it. */
export const TRAINING_LABELS = [...MODEL_LABELS, 'mention'] as const;
export type TrainingLabel = (typeof TRAINING_LABELS)[number];

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
  readonly targets: Readonly<Partial<Record<TrainingLabel, Target>>>;
  /** How often a run that trains the encoder reads it. */
  readonly times: number;
  readonly split: 'train' | 'validation';
  /** Its set has it for training; only because somebody read it is it measured on. */
  readonly moved: boolean;
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

const LETTERS = {
  I: 'incitement',
  D: 'dehumanisation',
  H: 'hate',
  T: 'threat',
  N: 'insult',
  A: 'identity_attack',
  P: 'profanity',
  X: 'toxicity',
  S: 'severe_toxicity',
  M: 'spam',
  C: 'mention',
} as const satisfies Record<string, TrainingLabel>;
type Letter = keyof typeof LETTERS;

/** The labels that readers of the sets' texts decide on; `U` among the letters means that they could not. */
const READ: readonly Letter[] = ['I', 'D', 'H', 'T', 'S', 'C'];

/** What one letter says of other labels: every hate is an attack on an identity, and what is severe is toxic. */
const ALSO: Readonly<Partial<Record<Letter, Letter>>> = { H: 'A', S: 'X' };

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

/** Whether a row is such a comment, and no reader found any of the labels in it. */
export function isHarmless({ set, targets }: Row, labels: readonly ModelLabel[]): boolean {
  return set === THREADS && labels.every((label) => (targets[label]?.value ?? 0) < 0.5);
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
  const readings: Readings = {
    named: await readNamed(join(data, recipe.named.file)),
    labels: recipe.labels === undefined ? new Map() : await readLabels(join(beside, recipe.labels.folder)),
  };
  const rows: Row[] = [];
  for (const set of recipe.sets) {
    rows.push(...(await readSet(recipe, set, join(data, `${set.set}.jsonl.gz`), readings)));
  }
  rows.push(...rowsOfThreads(recipe, threads, readings));
  rows.push(...(await readOwn(recipe, join(beside, recipe.own.file))));
  if (recipe.own.folder !== undefined) rows.push(...(await readFrames(recipe, join(beside, recipe.own.folder))));
  return rows.filter((row) => row.text !== '' && Object.keys(row.targets).length > 0);
}

/** What readers said of the sets' texts: the data folder's list by id, the project's own by sha256 of the text. */
type Readings = {
  readonly named: ReadonlyMap<string, Row['targets']>;
  readonly labels: ReadonlyMap<string, { readonly targets: Row['targets']; readonly round: string }>;
};

type Reading = {
  readonly targets: Row['targets'];
  /** What the set itself says of these does not count. */
  readonly outranked: readonly TrainingLabel[];
  readonly times: number;
  readonly validation: number;
  /** Whether the row may be measured on. */
  readonly measured: boolean;
};

async function readSet(recipe: Recipe, set: Recipe['sets'][number], path: string, readings: Readings): Promise<Row[]> {
  const rows = jsonLines(gunzipSync(await readFile(path)).toString('utf8')).map(
    (line): Row & { pinned: boolean; measured: boolean } => {
      const { id, text, labels, split } = SetRow.parse(line);
      const own: Partial<Record<TrainingLabel, Target>> = {};
      for (const [theirs, ours] of Object.entries(set.labels)) {
        const value = labels[theirs];
        if (value !== undefined) own[ours] = { value, weight: set.weight };
      }
      const given = readingOf(recipe, readings, id, text);
      const side = given === null ? split !== 'train' : placeOf(id) < given.validation;
      for (const label of given?.outranked ?? []) delete own[label];
      const pinned = given !== null || RARE.some((label) => (own[label]?.value ?? 0) >= 0.5);
      return {
        id,
        set: set.set,
        text: normalise(text).text,
        targets: { ...own, ...given?.targets },
        times: given?.times ?? set.times,
        split: side ? 'validation' : 'train',
        moved: side && split === 'train',
        pinned,
        measured: given?.measured !== false || split !== 'train',
      };
    },
  );
  const chosen = shuffled(rows, randomFrom(recipe.seed)).sort((a, b) => Number(b.pinned) - Number(a.pinned));
  const training = chosen.filter((row) => row.split === 'train').slice(0, set.rows ?? chosen.length);
  const validation = chosen.filter((row) => row.split === 'validation' && row.measured);
  return [...training, ...validation].map(({ pinned: _, measured: __, ...row }) => row);
}

/** What readers said of a text; the project's own readings outrank the others. Null where nobody read it. */
function readingOf(recipe: Recipe, readings: Readings, id: string, text: string): Reading | null {
  const own = ownReading(recipe, readings, sha256(text));
  if (own !== null) return own;
  const first = readings.named.get(id);
  if (first === undefined) return null;
  const { named } = recipe;
  const { times, validation } = named;
  return { targets: weighed(first, named.weight), outranked: [], times, validation, measured: true };
}

/** All that was read for is known from the project's reading or, where the reader could not tell, unknown. */
function ownReading({ labels }: Recipe, readings: Readings, sha: string): Reading | null {
  const own = readings.labels.get(sha);
  if (own === undefined || labels === undefined) return null;
  return {
    targets: weighed(own.targets, labels.weight),
    outranked: READ.map((letter) => LETTERS[letter]),
    times: labels.times,
    validation: labels.validation,
    measured: !labels.unmeasured.includes(own.round),
  };
}

/** The project's readings: `sha256`, letters, round, reader. Where two readers differ, their mean is what is learnt. */
async function readLabels(folder: string): Promise<Readings['labels']> {
  const readings = new Map<string, { readonly round: string; readonly all: string[] }>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.tsv')).sort()) {
    const path = join(folder, file);
    const [, ...lines] = (await readFile(path, 'utf8')).trim().split('\n');
    for (const line of lines) {
      const [sha = '', letters = '', round = ''] = line.split('\t');
      if (!/^(-|[IDHTSCU]+)$/.test(letters)) throw new Error(`${path}: ${letters} are no letters of a reading`);
      const known = readings.get(sha);
      if (known === undefined) readings.set(sha, { round, all: [letters] });
      else known.all.push(letters);
    }
  }
  return new Map(
    [...readings].map(([sha, { round, all }]) => {
      const sure = all.filter((letters) => !letters.includes('U'));
      const shareOf = (letter: Letter) => sure.filter((letters) => letters.includes(letter)).length / sure.length;
      const known = sure.length === 0 ? [] : READ;
      const targets = Object.fromEntries(
        known.map((letter) => [LETTERS[letter], { value: shareOf(letter), weight: 1 }]),
      );
      return [sha, { targets, round }];
    }),
  );
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

/** Comments of real threads: they were found to be on topic, which an advert is not; what else is known of them was read. */
function rowsOfThreads(recipe: Recipe, threads: TopicTexts['threads'], readings: Readings): Row[] {
  const { labels, weight, times } = recipe.threads;
  const targets = Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, { value, weight }]));
  return threads.flatMap(({ comments, sha256s, held }, thread) =>
    comments.map((text, i) => {
      const read = ownReading(recipe, readings, sha256s[i] as string);
      return {
        id: `thread-${thread + 1}-${i + 1}`,
        set: THREADS,
        text,
        targets: { ...targets, ...read?.targets },
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
      set: 'own',
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
  for (const file of (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort()) {
    const path = join(folder, file);
    // A bare dash is how one writes "none" by hand, and nothing that YAML would read.
    const written = (await readFile(path, 'utf8')).replaceAll(/^(\s*- \[)-,/gm, "$1'-',");
    const read = OwnFrames.safeParse(parse(written));
    if (!read.success) throw new Error(`${path} does not hold frames of comments\n${z.prettifyError(read.error)}`);
    for (const { frame, comments } of read.data) {
      comments.forEach(([letters, text], i) => {
        rows.push({
          id: `${file}-${frame}-${i + 1}`,
          set: 'own',
          text: normalise(text).text,
          targets: weighed(targetsOf(letters, path), own.weight),
          times: own.times,
          split: placeOf(frame) < own.validation ? 'validation' : 'train',
          moved: false,
        });
      });
    }
  }
  return rows;
}

function targetsOf(letters: string, path: string): Row['targets'] {
  const given = letters === '-' ? [] : letters.trim().split(/\s+/);
  const unknown = given.find((letter) => !(letter in LETTERS));
  if (unknown !== undefined) throw new Error(`${path}: ${unknown} is no letter of a label`);
  const carried = new Set(given.flatMap((letter) => [letter, ALSO[letter as Letter]]));
  return Object.fromEntries(
    Object.entries(LETTERS).map(([letter, label]) => [label, { value: carried.has(letter) ? 1 : 0, weight: 1 }]),
  );
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
