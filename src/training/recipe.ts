import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { MODEL_LABELS } from '../core/labels.js';

const ModelLabel = z.enum(MODEL_LABELS);
const share = z.number().gt(0).max(1);

const SetInRecipe = z.strictObject({
  /** Name of the set; its rows lie in `<name>.jsonl.gz` of the data folder. */
  set: z.string(),
  /** The set's own word for a label → ours. What is not named here is not used. */
  labels: z.record(z.string(), ModelLabel),
  /** How much one of its rows counts beside one of another set. */
  weight: z.number().positive(),
  /** The most rows that are taken for training, by a fixed shuffle; those that carry a rare label are always taken. */
  rows: z.int().positive().optional(),
  /** Why these labels and this weight. */
  why: z.string().min(1),
});

/** What to train, on what, and how; a file under training-data/recipes. */
export const Recipe = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  seed: z.int(),
  languages: z.array(z.string()).min(1),
  /** Texts with more tokens are left out of training: their label may lie in a part that one pass does not see. */
  longest: z.int().positive(),
  /** How a text is cut for judging and for embedding; see the manifest. */
  window: z.int().positive(),
  slack: z.int().nonnegative(),
  overlap: z.int().nonnegative(),
  passage: z.int().positive(),
  sets: z.array(SetInRecipe).min(1),
  /** Labels given by readers of labels.md; they outrank the set's own. */
  named: z.strictObject({ file: z.string(), weight: z.number().positive(), validation: share, why: z.string().min(1) }),
  /** Comments of real threads: what is known of all of them, and no more. */
  threads: z.strictObject({
    file: z.string(),
    labels: z.partialRecord(ModelLabel, z.number().min(0).max(1)),
    weight: z.number().positive(),
    /** The share of threads that is kept for validation, off-topic included. */
    validation: share,
    why: z.string().min(1),
  }),
  /** Rows written for this project, beside the recipe. */
  own: z.strictObject({ file: z.string(), weight: z.number().positive(), validation: share, why: z.string().min(1) }),
  heads: z.strictObject({
    poolings: z.array(z.strictObject({ layer: z.int().nonnegative(), kind: z.enum(['mean', 'max', 'first']) })).min(1),
    hidden: z.array(z.int().positive()),
    dropout: z.number().min(0).lt(1),
    epochs: z.int().positive(),
    batch: z.int().positive(),
    rate: z.number().positive(),
    weightDecay: z.number().nonnegative(),
  }),
  topic: z.strictObject({ prototypes: z.string() }),
  calibration: z.strictObject({
    /** A label that more of the validation rows carry is calibrated for a stream in which only this share does. */
    largestShare: share,
    why: z.string().min(1),
  }),
  thresholds: z.strictObject({
    /** The share of comments on a live stream that is assumed to carry a label. */
    prior: share,
    /** The largest share of a label's negatives, on validation text, that may reach its review threshold. */
    falsePositiveRate: share,
    /** The largest share of harmless comments of real threads that may reach it. */
    harmlessFlagged: share,
    /** The same for labels that must not be missed. */
    harmlessFlaggedFor: z.partialRecord(ModelLabel, share).default({}),
    /** The lower bound of precision, at the prior, from which a label may be suggested to reject alone. */
    rejectPrecision: share,
  }),
});
export type Recipe = z.infer<typeof Recipe>;

/** @throws Error that says what is wrong with the file. */
export async function readRecipe(path: string): Promise<Recipe> {
  const parsed = Recipe.safeParse(parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} is not a recipe\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
