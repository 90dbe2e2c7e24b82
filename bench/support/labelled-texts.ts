import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import type { Label } from '../../src/core/labels.js';
import { placeOf } from '../../src/training/random.js';

/** One text of the data folder as it was sent, with what people said of it. */
export type LabelledText = {
  /** `read`: labelled by docs/labels.md; `civil`, `adverts`: by the set's own raters; `threads`: let stand by a newspaper. */
  readonly from: 'read' | 'civil' | 'threads' | 'adverts';
  readonly text: string;
  /** Shares of readers in [0, 1]; what is not known is absent. */
  readonly labels: Readonly<Partial<Record<Label, number>>>;
  /** No model of ours was trained on it; the split of src/training/rows.ts. */
  readonly held: boolean;
};

type Line = {
  readonly id: string;
  readonly text: string;
  readonly labels: Readonly<Record<string, number>>;
  readonly split: string;
};
type Letters = readonly (readonly [string, Label])[];

const NAMED: Letters = [
  ['I', 'incitement'],
  ['D', 'dehumanisation'],
  ['H', 'hate'],
];
const READ_BY_US: Letters = [...NAMED, ['T', 'threat'], ['S', 'severe_toxicity']];
/** The shares that training holds back of the texts that were read. */
const HELD = parse(readFileSync('training-data/recipes/encoder.yaml', 'utf8')) as Record<
  'named' | 'labels',
  { readonly validation: number }
>;

/** Every text of the data folder that was read by docs/labels.md, and the news comments, adverts and threads. */
export function labelledTexts(data: string): readonly LabelledText[] {
  const byId = new Map(tsv(join(data, 'named-labels.tsv')).map(([, id = '', letters = '']) => [id, letters]));
  const bySha = readings('training-data/labels');
  return readdirSync(data)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .flatMap((file) => {
      const set = file.replace('.jsonl.gz', '');
      if (set === 'room-for-debate-threads')
        return lines<{ comments: readonly string[] }>(join(data, file)).flatMap(thread);
      return lines<Line>(join(data, file)).flatMap((line) => labelled(line, set, byId, bySha));
    });
}

function thread({ comments }: { readonly comments: readonly string[] }): readonly LabelledText[] {
  return comments.map((text) => ({ from: 'threads', text, labels: { spam: 0, off_topic: 0 }, held: false }));
}

function labelled(
  { id, text, labels, split }: Line,
  set: string,
  byId: ReadonlyMap<string, string>,
  bySha: ReadonlyMap<string, readonly string[]>,
): readonly LabelledText[] {
  const ours = bySha.get(createHash('sha256').update(text).digest('hex'));
  const named = byId.get(id);
  const { obscene, ...theirs } = set === 'civil-comments-spans' ? labels : {};
  const known = {
    ...theirs,
    ...(obscene !== undefined && { profanity: obscene }),
    ...(named !== undefined && meant([named], NAMED)),
    ...(ours !== undefined && meant(ours, READ_BY_US)),
  };
  if (ours !== undefined || named !== undefined) {
    const held = placeOf(id) < (ours === undefined ? HELD.named : HELD.labels).validation;
    return [{ from: 'read', text, labels: known, held }];
  }
  if (set === 'civil-comments-spans') return [{ from: 'civil', text, labels: known, held: split !== 'train' }];
  if (set === 'youtube-spam') {
    return [{ from: 'adverts', text, labels: { spam: labels.spam ?? 0 }, held: split !== 'train' }];
  }
  return [];
}

/** What our own readers said, by sha256 of the text. */
function readings(folder: string): ReadonlyMap<string, readonly string[]> {
  const bySha = new Map<string, string[]>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.tsv'))) {
    for (const [sha = '', letters = ''] of tsv(join(folder, file))) {
      bySha.set(sha, [...(bySha.get(sha) ?? []), letters]);
    }
  }
  return bySha;
}

/** The share of readers who gave each label; nothing where none of them could tell. */
function meant(all: readonly string[], letters: Letters): LabelledText['labels'] {
  const sure = all.filter((reading) => !reading.includes('U'));
  if (sure.length === 0) return {};
  return Object.fromEntries(
    letters.map(([letter, label]) => [label, sure.filter((reading) => reading.includes(letter)).length / sure.length]),
  );
}

function tsv(path: string): string[][] {
  const [, ...rows] = readFileSync(path, 'utf8').trim().split('\n');
  return rows.map((row) => row.split('\t'));
}

function lines<T>(path: string): T[] {
  return gunzipSync(readFileSync(path))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
