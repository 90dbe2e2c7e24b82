import { createHash } from 'node:crypto';
import type { Tokens } from '../model/manifest.js';
import { createTokenizer, type Tokenizer } from '../model/tokenizer.js';
import type { BaseEncoder } from './base-encoder.js';
import { withoutLeaks } from './duplicates.js';
import type { Recipe } from './recipe.js';
import { type Row, readRows } from './rows.js';
import { readTopicTexts, type TopicTexts } from './topic-training.js';

/** Everything that is read before anything is computed. */
export type Prepared = {
  /** Rows that fit one window, training rows that repeat validation rows left out. */
  readonly rows: readonly Row[];
  readonly windows: readonly Int32Array[];
  readonly topic: TopicTexts;
  /** How many rows were left out, and why. */
  readonly leftOut: { readonly repeated: number; readonly tooLong: number };
  /** sha256 over rows and threads. */
  readonly dataHash: string;
};

export function tokensOf(recipe: Pick<Recipe, 'window' | 'overlap'>, base: BaseEncoder): Tokens {
  const file = tokenizerFile(base) as { readonly model?: { readonly vocab?: Readonly<Record<string, number>> } };
  const id = (piece: string) => {
    const found = file.model?.vocab?.[piece];
    if (found === undefined) throw new Error(`the tokenizer has no ${piece}`);
    return found;
  };
  return {
    first: id('[CLS]'),
    last: id('[SEP]'),
    padding: id('[PAD]'),
    window: recipe.window,
    overlap: recipe.overlap,
  };
}

export function tokenizerFor(base: BaseEncoder, tokens: Tokens): Tokenizer {
  return createTokenizer(tokenizerFile(base), tokens);
}

/** @param beside the folder that the recipe lies in. */
export async function prepare(recipe: Recipe, data: string, beside: string, tokenizer: Tokenizer): Promise<Prepared> {
  const all = await readRows(recipe, data, beside);
  const kept = withoutLeaks(all);
  const cut = kept.map((row) => tokenizer.windows(row.text));
  const fits = (i: number) => cut[i]?.length === 1 && (cut[i]?.[0]?.length ?? 0) <= recipe.longest;
  const rows = kept.filter((_, i) => fits(i));
  const topic = await readTopicTexts(recipe.topic.threads, data, recipe.topic.prototypes, beside);
  const hash = createHash('sha256');
  for (const { id, text, targets, split } of rows) hash.update(JSON.stringify([id, text, targets, split]));
  hash.update(JSON.stringify(topic));
  return {
    rows,
    windows: cut.filter((_, i) => fits(i)).map((windows) => windows[0] as Int32Array),
    topic,
    leftOut: { repeated: all.length - kept.length, tooLong: kept.length - rows.length },
    dataHash: hash.digest('hex'),
  };
}

function tokenizerFile(base: BaseEncoder): object {
  return JSON.parse(new TextDecoder().decode(base.tokenizer)) as object;
}
