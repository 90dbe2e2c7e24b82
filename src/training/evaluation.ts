import type { ModelLabel } from '../core/labels.js';
import type { Manifest } from '../model/manifest.js';
import type { Agreement } from './agreement.js';
import type { CapabilityResult } from './functional.js';
import type { IdentitiesResult } from './identities.js';
import type { LabelEvaluation } from './measure-labels.js';
import type { ReadersEvaluation } from './measure-readers.js';
import type { TopicEvaluation } from './measure-topic.js';
import type { Share } from './metrics.js';
import type { MistakeKind, OwnMistake } from './mistakes.js';
import type { Speed } from './speed.js';

/** What an artefact should reach on validation text, and what it does. */
export type Goal = {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  /** Null where it was not measured. */
  readonly met: boolean | null;
};

/** Everything that was measured of an artefact; what was not asked for is null or empty. */
export type Evaluation = {
  readonly id: string;
  readonly name: string;
  readonly trainedAt: string;
  /** Of the whole folder. */
  readonly bytes: number;
  readonly backend: string;
  readonly recipe: NonNullable<Manifest['recipe']>;
  /** The rows are those that the artefact was measured on when it was made. */
  readonly sameData: boolean;
  /** None of the rows can have been trained on. */
  readonly sure: boolean;
  readonly doubts: readonly string[];
  readonly rows: number;
  /** Null where every validation row was measured on. */
  readonly sample: number | null;
  readonly labels: Readonly<Partial<Record<ModelLabel, LabelEvaluation>>>;
  /** Where readers were asked the same as a set's raters: how the model ranks by the word of each. */
  readonly readers: readonly ReadersEvaluation[];
  /** How the rows score, as a manifest keeps it; null where some of them may have been trained on, or not all were asked. */
  readonly evidence: NonNullable<Manifest['evidence']> | null;
  /** Comments of real threads that reach a review threshold; nearly all of them are harmless. */
  readonly harmless: Share;
  readonly topic: TopicEvaluation;
  readonly capabilities: readonly CapabilityResult[];
  readonly identities: IdentitiesResult | null;
  readonly agreement: Agreement | null;
  readonly speed: readonly Speed[];
  readonly mistakes: { readonly kinds: readonly MistakeKind[]; readonly own: readonly OwnMistake[] };
  readonly goals: readonly Goal[];
};
