import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Interval, kappaInterval, kappaOf } from './metrics.js';
import { READ } from './readings.js';
import { LETTERS, type TrainingLabel } from './targets.js';

/** How far two readers agree who read the same texts by labels.md and saw nothing of each other. */
export type ReaderAgreement = {
  /** Texts that two read. */
  readonly texts: number;
  readonly labels: readonly LabelAgreement[];
  /** The rounds that `lately` counts apart, the last ones. */
  readonly rounds: readonly number[];
};

export type LabelAgreement = {
  readonly label: TrainingLabel;
  /** Texts to which both, and to which one or both, gave the label. */
  readonly both: number;
  readonly any: number;
  /** Cohen's; null where both say the same of every text because nobody gave the label. */
  readonly kappa: (Interval & { readonly value: number }) | null;
  /** The same of each of the last rounds. */
  readonly lately: readonly (number | null)[];
};

/** Of so many rounds κ is given apart: the last ones were read for being hard, and are what a new artefact knows least. */
const LATELY = 3;

/** What of a round's plan matters here. */
const Plan = z.object({ sameReader: z.boolean().default(false) });

/** One text's first and last reading, and the round that made it two. */
type Pair = { readonly round: number; readonly readings: readonly [string, string] };

/**
 * Compares all readings of a folder's rounds. A round whose plan says `sameReader` dealt neighbouring sheets to one reader: what it
 * read twice shows how steady that reader was, not how far two agree, and does not count.
 *
 * @param folder with a `round-N.tsv` of readings and a `round-N.yaml` of the plan for each.
 * @returns null where no text was read by two.
 */
export async function readerAgreement(folder: string): Promise<ReaderAgreement | null> {
  const pairs = await readPairs(folder);
  if (pairs.length === 0) return null;
  const rounds = [...new Set(pairs.map(({ round }) => round))].sort((a, b) => a - b).slice(-LATELY);
  const labels = READ.map((letter): LabelAgreement => {
    const { both, any, kappa } = compared(pairs, letter);
    const lately = rounds.map((round) => {
      const own = compared(
        pairs.filter((pair) => pair.round === round),
        letter,
      );
      return own.kappa?.value ?? null;
    });
    return { label: LETTERS[letter], both, any, kappa, lately };
  });
  return { texts: pairs.length, labels, rounds };
}

function compared(pairs: readonly Pair[], letter: string): Pick<LabelAgreement, 'both' | 'any' | 'kappa'> {
  const marks = pairs.map(({ readings }) => readings.map((read) => read.includes(letter)));
  const given = (reader: number) => marks.filter((mark) => mark[reader]).length / marks.length;
  const both = marks.filter(([one, other]) => one && other).length;
  const any = marks.filter(([one, other]) => one || other).length;
  const agree = 1 - (any - both) / marks.length;
  const value = kappaOf(agree, given(0), given(1));
  const kappa = Number.isFinite(value) ? { value, ...kappaInterval(agree, given(0), given(1), marks.length) } : null;
  return { both, any, kappa };
}

async function readPairs(folder: string): Promise<Pair[]> {
  const files = (await readdir(folder)).filter((name) => /^round-\d+\.tsv$/.test(name));
  const numbers = files.map((name) => Number.parseInt(name.slice('round-'.length), 10)).sort((a, b) => a - b);
  const readings = new Map<string, { round: number; read: string }[]>();
  const bySame = new Set<number>();
  for (const round of numbers) {
    const path = join(folder, `round-${round}`);
    const plan = Plan.parse(parse(await readFile(`${path}.yaml`, 'utf8')));
    if (plan.sameReader) bySame.add(round);
    const [, ...lines] = (await readFile(`${path}.tsv`, 'utf8')).trim().split('\n');
    for (const line of lines) {
      const [sha = '', read = ''] = line.split('\t');
      const known = readings.get(sha);
      if (known === undefined) readings.set(sha, [{ round, read }]);
      else known.push({ round, read });
    }
  }
  return [...readings.values()].flatMap((all): Pair[] => {
    const [first, last] = [all[0], all.at(-1)];
    if (first === undefined || last === undefined || all.length < 2) return [];
    if (first.round === last.round && bySame.has(last.round)) return [];
    return [{ round: last.round, readings: [first.read, last.read] }];
  });
}

/** The agreement as a card tells it. */
export function agreementInWords({ texts, labels, rounds }: ReaderAgreement): string {
  const figure = (value: number | null) => (value === null ? '–' : value.toFixed(2));
  const rows = labels.map(({ label, both, any, kappa, lately }) => {
    const all = kappa === null ? '–' : `${figure(kappa.value)} (${figure(kappa.low)}–${figure(kappa.high)})`;
    return `| ${[label, `${both} of ${any}`, all, ...lately.map(figure)].join(' | ')} |`;
  });
  const head = ['label', 'given by both, of those to which one gave it', 'κ', ...rounds.map((n) => `round ${n} alone`)];
  return `What it learnt these labels from is no surer than its readers. Of ${texts} public texts that two of them read blind, by docs/labels.md, Cohen's κ with its 95 % interval; a round drawn where an artefact was unsure is harder than others, and a rare label's figure of one round rests on few texts:

| ${head.join(' | ')} |
|${'---|'.repeat(head.length)}
${rows.join('\n')}`;
}
