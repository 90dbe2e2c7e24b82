/**
 * The labels a comment can carry, in the order in which they are listed everywhere.
 * What each one claims is written down in docs/labels.md.
 */
export const MODEL_LABELS = [
  'incitement',
  'dehumanisation',
  'hate',
  'threat',
  'insult',
  'identity_attack',
  'profanity',
  'toxicity',
  'severe_toxicity',
  'spam',
] as const;

/** A label that an artefact may cover. */
export type ModelLabel = (typeof MODEL_LABELS)[number];

/** Every label; `off_topic` is not read from the comment alone but from the comment against its article and parent. */
export const LABELS = [...MODEL_LABELS, 'off_topic'] as const;

export type Label = (typeof LABELS)[number];

/** Calibrated probabilities in [0, 1]. A label that the artefact does not cover is absent, never 0. */
export type ModelScores = Readonly<Partial<Record<ModelLabel, number>>>;
