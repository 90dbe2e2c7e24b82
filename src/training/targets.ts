import { MODEL_LABELS } from '../core/labels.js';

/** `mention` is learnt beside the model's labels, because to know a quotation helps with them; no artefact has it. */
export const TRAINING_LABELS = [...MODEL_LABELS, 'mention'] as const;
export type TrainingLabel = (typeof TRAINING_LABELS)[number];

/** What is known of one label of one text. A label that is not known is absent, never 0. */
type Target = {
  /** 0, 1, or the fraction of readers who said so. */
  readonly value: number;
  /** How much it counts. */
  readonly weight: number;
};

export type Targets = Readonly<Partial<Record<TrainingLabel, Target>>>;

/** How readers and writers name the labels. */
export const LETTERS = {
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
export type Letter = keyof typeof LETTERS;

/** The same targets, each counting as much. */
export function weighed(targets: Targets, weight: number): Targets {
  return Object.fromEntries(Object.entries(targets).map(([label, { value }]) => [label, { value, weight }]));
}
