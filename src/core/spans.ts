import type { Label } from './labels.js';

/** A stretch of a text, in UTF-16 code units of the text as it was sent; `end` is exclusive. */
export type Stretch = { readonly begin: number; readonly end: number };

/** A stretch of the comment that carries a label, and who says so. */
export type Span = Stretch & {
  readonly label: Label;
  readonly source: 'model' | 'rule';
  /** The model's probability for this stretch alone, in [0, 1]; absent where a rule marked it. */
  readonly score?: number;
};
