import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LabelCalibration } from '../core/calibrate.js';
import { canonicalJson } from '../core/canonical-json.js';
import { MODEL_LABELS } from '../core/labels.js';
import { TopicCalibration } from '../core/topic.js';

/** Raised when a manifest of the old form can no longer be read. */
export const FORMAT = 1;

const EncoderShape = z.strictObject({
  layers: z.int().positive(),
  hidden: z.int().positive(),
  heads: z.int().positive(),
  intermediate: z.int().positive(),
  /** The most tokens that one pass can take. */
  positions: z.int().positive(),
  vocabulary: z.int().positive(),
  epsilon: z.number().positive(),
});
export type EncoderShape = z.infer<typeof EncoderShape>;

const Pooling = z.strictObject({
  /** 0 is the embedding layer, `layers` the last one. */
  layer: z.int().nonnegative(),
  kind: z.enum(['mean', 'max', 'first']),
});
export type Pooling = z.infer<typeof Pooling>;

const HeadsShape = z.strictObject({
  poolings: z.array(Pooling).min(1),
  /** Widths of the layers between features and labels; empty for a linear head. */
  hidden: z.array(z.int().positive()),
  /**
   * What a linear layer makes the sentence embedding from, where the encoder was trained on: it gives back what the base
   * encoder's embedding was. Absent where the encoder is the base encoder, whose last layer's mean is the embedding.
   */
  embedding: Pooling.optional(),
});
export type HeadsShape = z.infer<typeof HeadsShape>;

const Tokens = z.strictObject({
  first: z.int().nonnegative(),
  last: z.int().nonnegative(),
  padding: z.int().nonnegative(),
  /** The most tokens of a passage, first and last included: a comment's embedding and its first reading. */
  passage: z.int().min(8),
  /** The tokens of a window of the second, close reading, first and last included; see core/windows.ts. */
  window: z.int().min(8),
  slack: z.int().nonnegative(),
  overlap: z.int().nonnegative(),
});
export type Tokens = z.infer<typeof Tokens>;

/** From which score on a label should be looked at, and what that is worth on a live stream. */
const SuggestedThreshold = z.strictObject({
  /** Calibrated probability in [0, 1]. */
  threshold: z.number().min(0).max(1),
  /** Precision expected at `prior`, with its 95 % interval. */
  precision: z.number().min(0).max(1),
  precisionLow: z.number().min(0).max(1),
  precisionHigh: z.number().min(0).max(1),
  /** Share of the label's comments that the threshold finds, on validation text. */
  recall: z.number().min(0).max(1),
  /** Share of other comments that it flags, on validation text. */
  falsePositiveRate: z.number().min(0).max(1),
  /** The share of comments that carry the label for which the precision is stated. */
  prior: z.number().gt(0).lt(1),
  positives: z.int().nonnegative(),
  negatives: z.int().nonnegative(),
});
export type SuggestedThreshold = z.infer<typeof SuggestedThreshold>;

/** How many equal parts of [0, 1] the scores of validation rows are counted in. */
export const EVIDENCE_BINS = 200;

const Histogram = z.array(z.int().nonnegative()).length(EVIDENCE_BINS);

/** What the card says of the recipe. */
const Learnt = z.strictObject({
  /** Texts with more tokens are not trained on as a whole. */
  longest: z.int().positive(),
  /** A label that more of the validation rows carry is calibrated for a stream in which only this share does. */
  largestShare: z.number().gt(0).max(1),
  from: z.array(z.strictObject({ rows: z.string(), weight: z.number().positive(), why: z.string() })),
});
export type Learnt = z.infer<typeof Learnt>;

const FileEntry = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
});
export type FileEntry = z.infer<typeof FileEntry>;

const ModelLabel = z.enum(MODEL_LABELS);

/** What an artefact, and so its folder, can be called. */
export const ARTEFACT_NAME = /^[a-z0-9][a-z0-9.-]*$/;

export const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  name: z.string().regex(ARTEFACT_NAME),
  trainedAt: z.iso.datetime(),
  /** The labels that the artefact covers, in the order of its outputs. */
  labels: z.array(ModelLabel).min(1),
  /** ISO 639-1 codes of the languages it was trained for; in any other a person decides. */
  languages: z.array(z.string().regex(/^[a-z]{2}$/)).min(1),
  /** Version of core/normalise.ts whose texts it was trained on. */
  normaliser: z.string(),
  encoder: EncoderShape,
  tokens: Tokens,
  heads: HeadsShape,
  calibration: z.partialRecord(ModelLabel, LabelCalibration),
  topic: TopicCalibration,
  /** `reject` is null where no threshold was measured to be precise enough to reject alone on a live stream. */
  thresholds: z.partialRecord(
    ModelLabel,
    z.strictObject({ review: SuggestedThreshold, reject: SuggestedThreshold.nullable() }),
  ),
  /**
   * How validation rows score, those that carry the label and those that do not, so that the precision of any threshold can be
   * stated for any prior. Absent in artefacts that were made before it was kept.
   */
  evidence: z.partialRecord(ModelLabel, z.strictObject({ positives: Histogram, negatives: Histogram })).optional(),
  /** A comment is weighed sentence by sentence, for its spans, when any label's score reaches this. */
  sentencesFrom: z.number().min(0).max(1),
  /** sha256 over the rows that it was trained and validated on. */
  dataHash: z.string(),
  /** What it was made by: the recipe's name and file, and the sha256 of its content. Absent in the first artefacts. */
  recipe: z.strictObject({ name: z.string(), file: z.string(), sha256: z.string() }).optional(),
  /** What it learnt from, as its recipe said then. Absent in artefacts that were made before it was kept. */
  learnt: Learnt.optional(),
  /** sha256 of each run or artefact that its weights went on from; absent where there were none, and in older artefacts. */
  from: z.array(z.string()).optional(),
  /** For each set, sha256 over the names of the rows that were kept for measuring. */
  splits: z.record(z.string(), z.string()).optional(),
  metrics: z.json(),
  libraries: z.record(z.string(), z.string()),
  files: z.record(z.string(), FileEntry),
});
export type Manifest = z.infer<typeof Manifest>;

/** The one file that no score depends on: it can be written anew without making another artefact. */
export const CARD = 'CARD.md';

/**
 * The artefact's identity: sha256 over the manifest's content, keys in order, but for the entry of the card. As the manifest
 * holds the sha256 of every other file, no byte that a score depends on can change without its id.
 */
export function artefactId(manifest: { readonly files: Readonly<Record<string, unknown>> }): string {
  const { [CARD]: _, ...files } = manifest.files;
  return createHash('sha256')
    .update(canonicalJson({ ...manifest, files }))
    .digest('hex');
}
