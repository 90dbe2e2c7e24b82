import type { Label } from '../core/labels.js';

/**
 * The labels that have a glyph, a colour and a digit, worst first. The digit is the place in this list, and stays so that
 * hands can learn it; the labels that are missing here are read by machines only.
 */
export const DESK_LABELS = [
  'incitement',
  'dehumanisation',
  'hate',
  'threat',
  'insult',
  'profanity',
  'spam',
  'off_topic',
] as const satisfies readonly Label[];

export type DeskLabel = (typeof DESK_LABELS)[number];

export function isDeskLabel(label: Label | null | undefined): label is DeskLabel {
  return (DESK_LABELS as readonly (Label | null | undefined)[]).includes(label);
}

/** 1 for the worst label to 8. */
export function digitOf(label: DeskLabel): number {
  return DESK_LABELS.indexOf(label) + 1;
}

export function labelOfDigit(digit: number): DeskLabel | undefined {
  return DESK_LABELS[digit - 1];
}

/** Sorts the worse label first. */
export function byWeight(one: DeskLabel, other: DeskLabel): number {
  return digitOf(one) - digitOf(other);
}
