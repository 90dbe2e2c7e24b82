import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from './recipe.js';
import {
  LETTERS,
  type Letter,
  type Target,
  type Targets,
  type TrainingLabel,
  weighed,
  withConsequences,
} from './targets.js';

/** The labels that readers by labels.md decide on; `U` among the letters means that they could not. */
export const READ: readonly Letter[] = ['I', 'D', 'H', 'T', 'S', 'C'];

/** What readers of a text's rudeness decide on beside its toxicity. */
const RUDE: readonly Letter[] = ['N', 'P', 'A'];

/** What readers said of the sets' texts: the data folder's list by id, the project's own by sha256 of the text. */
export type Readings = {
  readonly named: ReadonlyMap<string, Targets>;
  readonly labels: ReadonlyMap<string, { readonly targets: Targets; readonly rounds: readonly string[] }>;
  readonly rudeness: ReadonlyMap<string, { readonly targets: Targets; readonly readers: number }>;
};

/** What was read of one text by labels.md. */
export type Reading = {
  readonly targets: Targets;
  /** What the set itself says of these does not count. */
  readonly outranked: readonly TrainingLabel[];
  readonly times: number;
  readonly validation: number;
  /** Whether the weights that a run goes on from may know the text, if its set has it for training. */
  readonly mayBeKnown: boolean;
};

/** @param data the sets' folder @param beside the recipe's */
export async function readReadings(recipe: Recipe, data: string, beside: string): Promise<Readings> {
  const { named, labels, rudeness } = recipe;
  return {
    named: await readNamed(join(data, named.file)),
    labels: labels === undefined ? new Map() : await readLabels(join(beside, labels.folder)),
    rudeness: rudeness === undefined ? new Map() : await readRudeness(join(beside, rudeness.folder)),
  };
}

/** What readers said of a text; the project's own readings outrank the others. Null where nobody read it. */
export function readingOf(recipe: Recipe, readings: Readings, id: string, sha: string): Reading | null {
  const own = ownReading(recipe, readings, sha);
  if (own !== null) return own;
  const first = readings.named.get(id);
  if (first === undefined) return null;
  const { named } = recipe;
  const { times, validation } = named;
  return { targets: weighed(first, named.weight), outranked: [], times, validation, mayBeKnown: false };
}

/** All that was read for is known from the project's reading or, where the reader could not tell, unknown. */
export function ownReading({ labels }: Recipe, readings: Readings, sha: string): Reading | null {
  const own = readings.labels.get(sha);
  if (own === undefined || labels === undefined) return null;
  return {
    targets: weighed(own.targets, labels.weight),
    outranked: READ.map((letter) => LETTERS[letter]),
    times: labels.times,
    validation: labels.validation,
    mayBeKnown: own.rounds.every((round) => labels.unmeasured.includes(round)),
  };
}

/** What a set says of a text, and how it is used. */
type Known = {
  /** What the set says of the text, but for what its reading outranks. */
  readonly own: Targets;
  /** The labels of which a reading does not outrank the set, but counts as much; left out where there are none. */
  readonly alike?: readonly TrainingLabel[];
  /** How many people the set asked; left out where it does not say. */
  readonly raters?: number | undefined;
  readonly reading: Reading | null;
  /** Whether it is measured on: then what its raters said stays as it is, beside readers of rudeness. */
  readonly measured: boolean;
};

/** All that is known of a text: what its set says, what was read of it, and what follows from that. */
export function knownOf(recipe: Recipe, readings: Readings, sha: string, known: Known): Targets {
  const { own, alike = [], reading, measured } = known;
  const said = withRudeness(recipe, readings, sha, known);
  const read = reading?.targets ?? {};
  const kept = measured ? (Object.keys(own) as TrainingLabel[]) : [];
  const both = alike.flatMap((label) => {
    const [theirs, ours] = [own[label], read[label]];
    if (theirs === undefined || ours === undefined) return [];
    return [[label, togetherWith(theirs, 1, ours, 1)] as const];
  });
  const found = { ...read, ...Object.fromEntries(both) };
  return withConsequences({ ...said, ...found }, found, kept);
}

/**
 * What is known of a text that was read for rudeness, too. Where the set's raters were asked the same, what is learnt is the mean
 * over all who were asked, raters and readers alike: the raters are three as a rule, and all together are nearer to what many
 * would say. A set that does not say how many it asked counts as much as the readers. A row that is measured on keeps its raters'
 * word.
 */
function withRudeness(
  { rudeness }: Recipe,
  readings: Readings,
  sha: string,
  { own, raters, measured }: Pick<Known, 'own' | 'raters' | 'measured'>,
): Targets {
  const read = readings.rudeness.get(sha);
  if (read === undefined || rudeness === undefined) return own;
  const asked = weighed(read.targets, rudeness.weight);
  if (measured) return { ...asked, ...own };
  const { readers } = read;
  const people = raters ?? readers;
  const means = Object.entries(asked).map(([label, ours]) => {
    const theirs = own[label as TrainingLabel] ?? ours;
    return [label, togetherWith(theirs, people, ours, readers)] as const;
  });
  return { ...own, ...Object.fromEntries(means) };
}

/** What a set and readers say of one label, as one target: the mean over all who were asked. */
function togetherWith(theirs: Target, people: number, ours: Target, readers: number): Target {
  const value = (theirs.value * people + ours.value * readers) / (people + readers);
  return { value, weight: Math.max(theirs.weight, ours.weight) };
}

/** The project's readings by labels.md. Where two readers differ, their mean is what is learnt. */
async function readLabels(folder: string): Promise<Readings['labels']> {
  const readings = await readRounds(folder, /^(-|[IDHTSCU]+)$/);
  return new Map(
    [...readings].map(([sha, { all, rounds }]) => [
      sha,
      { targets: all.length === 0 ? {} : shares(all, READ), rounds },
    ]),
  );
}

/** Readings of rudeness: a digit from 0, nobody would call the text toxic, to 9, everybody would; letters behind it. */
async function readRudeness(folder: string): Promise<Readings['rudeness']> {
  const readings = await readRounds(folder, /^(\d[NPA]*|U)$/);
  return new Map(
    [...readings].flatMap(([sha, { all }]) => {
      if (all.length === 0) return [];
      const ninths = all.reduce((sum, read) => sum + Number.parseInt(read, 10), 0) / all.length;
      const toxicity = { value: ninths / 9, weight: 1 };
      return [[sha, { targets: { ...shares(all, RUDE), toxicity }, readers: all.length }] as const];
    }),
  );
}

/** For each letter the share of readings that have it. */
function shares(all: readonly string[], letters: readonly Letter[]): Targets {
  return Object.fromEntries(
    letters.map((letter) => {
      const value = all.filter((read) => read.includes(letter)).length / all.length;
      return [LETTERS[letter], { value, weight: 1 }];
    }),
  );
}

/** What each reader wrote who could tell, and the rounds in which a text was read. */
type Read = { readonly all: string[]; readonly rounds: string[] };

/**
 * Every round of a folder: `sha256`, what was read, round, and behind it the reader.
 *
 * @throws Error that names the file where something else than a reading stands in it
 */
async function readRounds(folder: string, written: RegExp): Promise<Map<string, Read>> {
  const readings = new Map<string, Read>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.tsv')).sort()) {
    const path = join(folder, file);
    const [, ...lines] = (await readFile(path, 'utf8')).trim().split('\n');
    for (const line of lines) {
      const [sha = '', read = '', round = ''] = line.split('\t');
      if (!written.test(read)) throw new Error(`${path}: ${read} is no reading`);
      const known = readings.get(sha) ?? { all: [], rounds: [] };
      known.rounds.push(round);
      if (!read.includes('U')) known.all.push(read);
      readings.set(sha, known);
    }
  }
  return readings;
}

/** Letters of named-labels.tsv: see the data folder's README. */
async function readNamed(path: string): Promise<Readings['named']> {
  const named = new Map<string, Targets>();
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
