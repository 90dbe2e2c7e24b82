import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { canonicalJson } from '../core/canonical-json.js';
import { MODEL_LABELS } from '../core/labels.js';
import type { Manifest } from '../model/manifest.js';

const ModelLabel = z.enum(MODEL_LABELS);
const share = z.number().gt(0).max(1);

/** How often a run that trains the encoder reads a row; 2.5 times means two or three times. */
const times = z.number().positive().default(1);

const SetInRecipe = z.strictObject({
  /** Name of the set; its rows lie in `<name>.jsonl.gz` of the data folder. */
  set: z.string(),
  /** The set's own word for a label → ours. What is not named here is not used. */
  labels: z.record(z.string(), ModelLabel),
  /** Of ours, those that the set means as labels.md does: of a row that was read, its word counts as much as the readers'. */
  alike: z.array(ModelLabel).optional(),
  /**
   * The label of ours of which the others are kinds: a row that has it was given one kind, and may be of another as well. That
   * another is 0 there says nothing.
   */
  kindsOf: ModelLabel.optional(),
  /** How much one of its rows counts beside one of another set. */
  weight: z.number().positive(),
  /**
   * The most rows that are taken for training, by a fixed shuffle. Those that carry a rare label or that somebody read are always
   * taken, also where they are more.
   */
  rows: z.int().positive().optional(),
  times,
  /** Why these labels and this weight. */
  why: z.string().min(1),
});

const Pooling = z.strictObject({ layer: z.int().nonnegative(), kind: z.enum(['mean', 'max', 'first']) });

/** How the encoder itself is trained, together with the heads. */
const EncoderRecipe = z.strictObject({
  batch: z.int().positive(),
  /** The peak rate of the last layer, and what each layer below it has of the rate of the one above. */
  rate: z.number().positive(),
  layerDecay: share.default(1),
  headsRate: z.number().positive(),
  schedule: z.enum(['linear', 'cosine']),
  /** The share of the steps in which the rate rises. */
  warmUp: z.number().min(0).lt(1),
  weightDecay: z.number().nonnegative(),
  /** The largest norm of all gradients together. */
  clip: z.number().positive(),
  /** How slowly the average of the weights forgets, per step. */
  average: z.number().min(0).lt(1),
  /** The embedding that off-topic reads is taught to stay the base encoder's. */
  embedding: z.strictObject({
    pooling: Pooling,
    /** How much a row's distance counts beside a row's labels. */
    weight: z.number().positive(),
    /** The share of the windows that are held to it. */
    share,
  }),
  /**
   * What the large multiplications compute in: `bfloat16` makes a step two fifths shorter on a processor with AMX, and longer on
   * others. Weights, sums and Adam stay in float32.
   */
  precision: z.enum(['float32', 'bfloat16']).default('float32'),
  /** The share of numbers that is dropped of what each half of a layer adds to what it read, as in BERT's own training. */
  dropout: z.number().min(0).lt(1).default(0),
  /** The share of tokens that is hidden from each reading of a row, so that no single word decides. */
  wordDropout: z.number().min(0).lt(1).default(0),
  checkpointMinutes: z.number().nonnegative(),
  /** The most steps, in which every row is read so much more seldom; none where what a run begins with is to be measured as it is. */
  limit: z.int().nonnegative().optional(),
});
export type EncoderRecipe = z.infer<typeof EncoderRecipe>;

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
  named: z.strictObject({
    file: z.string(),
    weight: z.number().positive(),
    times,
    validation: share,
    why: z.string().min(1),
  }),
  /** The project's own readings of the sets' texts, one file a round, beside the recipe; they outrank both but for `alike`. */
  labels: z
    .strictObject({
      folder: z.string(),
      weight: z.number().positive(),
      times,
      validation: share,
      /**
       * Rounds of texts that the weights which a run goes on from had learnt from unread. What only these read, and its set has for
       * training, is neither trained nor measured on.
       */
      unmeasured: z.array(z.string()).default([]),
      why: z.string().min(1),
    })
    .optional(),
  /** The project's own readings of how rude the sets' texts are, one file a round, beside the recipe. */
  rudeness: z
    .strictObject({
      folder: z.string(),
      /** What a label counts of which the set itself says nothing. */
      weight: z.number().positive(),
      times,
      why: z.string().min(1),
    })
    .optional(),
  /** Comments of real threads: what is known of all of them, and no more. */
  threads: z.strictObject({
    file: z.string(),
    labels: z.partialRecord(ModelLabel, z.number().min(0).max(1)),
    weight: z.number().positive(),
    times,
    /** The share of threads that is kept for validation, off-topic included. */
    validation: share,
    why: z.string().min(1),
  }),
  /** Rows written for this project, beside the recipe: a file of JSON lines, and a folder of YAML files. */
  own: z.strictObject({
    file: z.string(),
    folder: z.string().optional(),
    /** Files of the folder that no run learns from: whoever wrote them, no other row is theirs. */
    heldOut: z.array(z.string()).default([]),
    weight: z.number().positive(),
    times,
    validation: share,
    why: z.string().min(1),
  }),
  heads: z.strictObject({
    poolings: z.array(Pooling).min(1),
    hidden: z.array(z.int().positive()),
    dropout: z.number().min(0).lt(1),
    /** How they are trained where the encoder is not. */
    epochs: z.int().positive().optional(),
    batch: z.int().positive().optional(),
    rate: z.number().positive().optional(),
    weightDecay: z.number().nonnegative().optional(),
  }),
  /** Left out, the encoder stays as it is. */
  encoder: EncoderRecipe.optional(),
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
    /** The same for labels of which the validation rows' negatives are doubtful. */
    falsePositiveRateFor: z.partialRecord(ModelLabel, share).default({}),
    /** The largest share of harmless comments of real threads that may reach it. */
    harmlessFlagged: share,
    /** The same for labels that must not be missed. */
    harmlessFlaggedFor: z.partialRecord(ModelLabel, share).default({}),
    /** The lower bound of precision, at the prior, from which a label may be suggested to reject alone. */
    rejectPrecision: share,
  }),
});
export type Recipe = z.infer<typeof Recipe>;

/** A recipe that differs from another one beside it in how the encoder is trained, and in nothing else. */
const Variant = z.strictObject({ as: z.string(), encoder: z.record(z.string(), z.unknown()) });

/** @throws Error that says what is wrong with the file. */
export async function readRecipe(path: string): Promise<Recipe> {
  const written: unknown = parse(await readFile(path, 'utf8'));
  const variant = Variant.safeParse(written);
  if (variant.success) {
    const { as, encoder } = variant.data;
    const original = await readRecipe(join(dirname(path), as));
    return checked(path, { ...original, encoder: { ...original.encoder, ...encoder } });
  }
  return checked(path, written);
}

function checked(path: string, written: unknown): Recipe {
  const parsed = Recipe.safeParse(written);
  if (!parsed.success) throw new Error(`${path} is not a recipe\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** What an artefact says of the recipe that it was made by: the hash is over its content, not over comments and spaces. */
export function recipeIdentity(path: string, recipe: Recipe): NonNullable<Manifest['recipe']> {
  const sha256 = createHash('sha256').update(canonicalJson(recipe)).digest('hex');
  return { name: recipe.name, file: basename(path), sha256 };
}
