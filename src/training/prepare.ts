import { createHash } from 'node:crypto';
import type { Tokens } from '../model/manifest.js';
import { createTokenizer, type Tokenizer } from '../model/tokenizer.js';
import type { BaseEncoder } from './base-encoder.js';
import { withoutLeaks } from './duplicates.js';
import type { Recipe } from './recipe.js';
import { type Row, readRows } from './rows.js';
import { readTopicTexts, type TopicTexts } from './topic-texts.js';

/** One window to learn from, and what is known of it. */
export type Example = {
  readonly window: Int32Array;
  readonly targets: Row['targets'];
  /** How often a run that trains the encoder reads it. */
  readonly times: number;
};

/** A row to be measured on, in the windows that the service would judge it by. */
export type Measured = { readonly row: Row; readonly windows: readonly Int32Array[] };

/** Everything that is read before anything is computed. */
export type Prepared = {
  readonly examples: readonly Example[];
  readonly validation: readonly Measured[];
  readonly topic: TopicTexts;
  readonly counts: {
    readonly train: number;
    readonly validation: number;
    /** Training rows that were left out because validation has almost the same text. */
    readonly repeated: number;
    /** Training rows that are too long to be read whole, which `train` does not count. */
    readonly tooLong: number;
    /** How many of these are read in their windows. */
    readonly windowed: number;
  };
} & Pick<Split, 'dataHash' | 'splits'>;

/** All rows of a recipe on their side, before they are cut into tokens. */
export type Split = {
  readonly training: readonly Row[];
  readonly validation: readonly Row[];
  readonly topic: TopicTexts;
  /** Training rows that were left out because validation has almost the same text. */
  readonly repeated: number;
  /** sha256 over rows and threads. */
  readonly dataHash: string;
  /** For each set, sha256 over which of its rows are kept for measuring. */
  readonly splits: Readonly<Record<string, string>>;
};

export function tokensOf(recipe: Recipe, base: BaseEncoder): Tokens {
  const id = (piece: string) => tokenIn(base, piece);
  const { window, slack, overlap, passage } = recipe;
  return { first: id('[CLS]'), last: id('[SEP]'), padding: id('[PAD]'), window, slack, overlap, passage };
}

/** @throws Error where the vocabulary has no such piece. */
export function tokenIn(base: BaseEncoder, piece: string): number {
  const file = tokenizerFile(base) as { readonly model?: { readonly vocab?: Readonly<Record<string, number>> } };
  const found = file.model?.vocab?.[piece];
  if (found === undefined) throw new Error(`the tokenizer has no ${piece}`);
  return found;
}

export function tokenizerFor(base: BaseEncoder, tokens: Tokens): Tokenizer {
  return createTokenizer(tokenizerFile(base), tokens);
}

/** @param beside the folder that the recipe lies in. */
export async function prepare(
  recipe: Recipe,
  data: string,
  beside: string,
  { tokenizer, tokens }: { readonly tokenizer: Tokenizer; readonly tokens: Tokens },
): Promise<Prepared> {
  const { training, validation, topic, repeated, dataHash, splits } = await readSplit(recipe, data, beside);
  const examples = training.flatMap((row) => examplesOf(row, tokenizer, tokens, recipe.longest));
  const long = training.filter((row) => tokenizer.ids(row.text).length + 2 > recipe.longest);
  return {
    examples,
    validation: validation.map((row) => ({ row, windows: readings(tokenizer, row.text) })),
    topic,
    counts: {
      train: training.length - long.length,
      validation: validation.length,
      repeated,
      tooLong: long.length,
      windowed: long.filter((row) => examplesOf(row, tokenizer, tokens, recipe.longest).length > 0).length,
    },
    dataHash,
    splits,
  };
}

/** @param beside the folder that the recipe lies in. */
export async function readSplit(recipe: Recipe, data: string, beside: string): Promise<Split> {
  const topic = await readTopicTexts(recipe, data, beside);
  const all = await readRows(recipe, data, beside, topic.threads);
  const kept = withoutLeaks(all);
  const hash = createHash('sha256');
  for (const { id, text, targets, split } of kept) hash.update(JSON.stringify([id, text, targets, split]));
  hash.update(JSON.stringify(topic));
  const validation = kept.filter((row) => row.split === 'validation');
  return {
    training: kept.filter((row) => row.split === 'train'),
    validation,
    topic,
    repeated: all.length - kept.length,
    dataHash: hash.digest('hex'),
    splits: splitsOf(validation),
  };
}

function splitsOf(validation: readonly Row[]): Split['splits'] {
  const ids = new Map<string, string[]>();
  for (const { set, id } of validation) {
    const own = ids.get(set);
    if (own === undefined) ids.set(set, [id]);
    else own.push(id);
  }
  return Object.fromEntries(
    [...ids].map(([set, own]) => [set, createHash('sha256').update(own.sort().join('\n')).digest('hex')]),
  );
}

/** Every window that the service would judge a text by. */
export function readings(tokenizer: Tokenizer, text: string): readonly Int32Array[] {
  return [...tokenizer.passages(text), ...tokenizer.closely(text)];
}

/** A text in which a label is this likely may hold a part that carries it. */
const HARMFUL_FROM = 0.3;

/**
 * A row as a whole; and, where next to nothing was found in it, its short windows as well: the service reads a long comment
 * by them too, and of a harmless one each is harmless. They are known by what nobody at all found in the row, since a digit of 1
 * for its rudeness says nothing of a single window. Which window of another row carries its label, nobody said.
 */
function examplesOf(row: Row, tokenizer: Tokenizer, tokens: Tokens, longest: number): Example[] {
  const { targets, text, times } = row;
  const ids = tokenizer.ids(text);
  const whole =
    ids.length + 2 > longest ? [] : [{ window: Int32Array.of(tokens.first, ...ids, tokens.last), targets, times }];
  const known = Object.entries(targets);
  const absent = known.filter(([, { value }]) => value === 0);
  if (absent.length === 0 || known.some(([, { value }]) => value >= HARMFUL_FROM)) return whole;
  const windows = tokenizer.closely(text);
  const shared = Object.fromEntries(
    absent.map(([label, { value, weight }]) => [label, { value, weight: weight / windows.length }]),
  );
  return [...whole, ...windows.map((window) => ({ window, targets: shared, times }))];
}

function tokenizerFile(base: BaseEncoder): object {
  return JSON.parse(new TextDecoder().decode(base.tokenizer)) as object;
}
