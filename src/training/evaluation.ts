import type { ModelLabel } from '../core/labels.js';
import type { Manifest } from '../model/manifest.js';
import type { Agreement } from './agreement.js';
import type { Drawn } from './disagreements.js';
import type { CapabilityResult } from './functional.js';
import type { IdentitiesResult } from './identities.js';
import type { LabelEvaluation } from './measure-labels.js';
import type { ReadersEvaluation } from './measure-readers.js';
import type { TopicEvaluation } from './measure-topic.js';
import type { Share } from './metrics.js';
import type { MistakeKind, OwnMistake } from './mistakes.js';
import type { ReaderAgreement } from './reader-agreement.js';
import type { Speed } from './speed.js';

/** A figure that goes by the word of a public set: the mean over labels, on the rows that the set's makers kept for measuring. */
export type ByWord = {
  readonly kind: 'set';
  readonly set: string;
  readonly labels: readonly ModelLabel[];
  readonly by: 'accuracy' | 'AUC' | 'ECE';
  /** At least, or of an ECE at most. */
  readonly wanted: number;
};

/** What a goal is about, by which a report says why it is missed. */
export type GoalSubject =
  | ByWord
  /** The same figure by the word of our readers, on those of these rows that they read. */
  | { readonly kind: 'readers'; readonly instead: ByWord }
  | { readonly kind: 'capabilities' }
  | { readonly kind: 'named'; readonly label: ModelLabel }
  | { readonly kind: 'identities' }
  | { readonly kind: 'topic' }
  | { readonly kind: 'artefact' };

/** What an artefact should reach on validation text, and what it does. */
export type Goal = {
  readonly about: GoalSubject;
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  /** Null where it was not measured. */
  readonly met: boolean | null;
  /** Another goal, by the readers' word, stands for it, because the set's word proved wrong too often. */
  readonly replaced: boolean;
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
  /** Where readers read what a set has a word on: how the model does by the word of each. */
  readonly readers: readonly ReadersEvaluation[];
  /** How far readers by labels.md agree with each other; null where the recipe has none. */
  readonly readersAgree: ReaderAgreement | null;
  /** Where set and readers say different things: rows drawn at random, and who is right. */
  readonly disagreements: readonly Drawn[];
  /** How the rows score, as a manifest keeps it; null where some of them may have been trained on, or not all were asked. */
  readonly evidence: NonNullable<Manifest['evidence']> | null;
  /** Comments of real threads that reach a review threshold: all of them, and those in which no reader found a label. */
  readonly debates: Share;
  readonly harmless: Share;
  readonly topic: TopicEvaluation;
  readonly capabilities: readonly CapabilityResult[];
  readonly identities: IdentitiesResult | null;
  readonly agreement: Agreement | null;
  readonly speed: readonly Speed[];
  readonly mistakes: { readonly kinds: readonly MistakeKind[]; readonly own: readonly OwnMistake[] };
  readonly goals: readonly Goal[];
};
