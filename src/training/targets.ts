import { MODEL_LABELS } from '../core/labels.js';

/** `mention` is learnt beside the model's labels, because to know a quotation helps with them; no artefact has it. */
export const TRAINING_LABELS = [...MODEL_LABELS, 'mention'] as const;
export type TrainingLabel = (typeof TRAINING_LABELS)[number];

/** What is known of one label of one text. A label that is not known is absent, never 0. */
export type Target = {
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

/** What one letter says of other labels: every hate is an attack on an identity, and what is severe is toxic. */
export const ALSO: Readonly<Partial<Record<Letter, Letter>>> = { H: 'A', S: 'X' };

/**
 * The same targets, and what labels.md has follow from a reading: what the reading calls hate attacks an identity at least as likely,
 * what it calls severe is toxic. Where nothing else is known of these, only a label that half of the readers gave says something.
 *
 * @param read what readers by labels.md said.
 * @param kept labels of which the targets are left as they are.
 */
export function withConsequences(targets: Targets, read: Targets, kept: readonly TrainingLabel[]): Targets {
  const raised: { -readonly [Label in TrainingLabel]?: Targets[Label] } = { ...targets };
  for (const [letter, also] of Object.entries(ALSO) as [Letter, Letter][]) {
    const [from, label] = [read[LETTERS[letter]], LETTERS[also]];
    const known = targets[label];
    if (from === undefined || kept.includes(label)) continue;
    if (known === undefined && from.value >= 0.5) raised[label] = from;
    if (known !== undefined && known.value < from.value) raised[label] = { ...known, value: from.value };
  }
  return raised;
}

/** The same targets, each counting as much. */
export function weighed(targets: Targets, weight: number): Targets {
  return Object.fromEntries(Object.entries(targets).map(([label, { value }]) => [label, { value, weight }]));
}
