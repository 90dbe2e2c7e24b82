import type { Outcome } from './decision.js';
import type { Label } from './labels.js';
import type { TransformationKind } from './normalise.js';
import type { DraftHeadView, RevisionHeadView } from './revision-views.js';
import type { RuleFigures } from './rule-figures.js';
import type { Force } from './rule-list.js';
import type { RuleEffect, RuleHit } from './rules.js';
import type { Stretch } from './spans.js';
import type { ScoresView } from './views.js';

export type RuleView = {
  readonly id: string;
  readonly label: Label;
  readonly effect: RuleEffect;
  readonly shadow: boolean;
  readonly force: Force | null;
  readonly reason: string;
  /** The site has switched it off. */
  readonly disabled: boolean;
  readonly figures: RuleFigures;
};

export type RuleListView = {
  readonly name: string;
  readonly origin: 'shipped' | 'site';
  readonly about: string;
  readonly rules: readonly RuleView[];
};

/** `rule` is absent where a list as a whole cannot be read. */
export type UnreadRuleView = { readonly list: string; readonly rule?: string; readonly detail: string };

/** An example of a rule in force that this premod does not meet: `detail` says which, and how. */
export type UnmetExampleView = { readonly list: string; readonly rule: string; readonly detail: string };

/** `GET /v1/rules`. */
export type RulesView = RevisionHeadView & {
  /** Fingerprint of the active pipeline. */
  readonly pipeline: string;
  readonly lists: readonly RuleListView[];
  /** What of them this premod cannot read; what those rules could concern goes to a person. Mostly none. */
  readonly unread: readonly UnreadRuleView[];
  /** The rules judge on. Mostly none; null while they have not been held to their examples since the service started. */
  readonly unmet: readonly UnmetExampleView[] | null;
  readonly drafts: readonly DraftHeadView[];
};

/** Where something stands in a rule: among what it finds, in a set that it uses for that, in what excuses, in an example. */
export const RULE_PLACES = ['words', 'set', 'unless', 'example'] as const;
export type RulePlace = (typeof RULE_PLACES)[number];

/** A rule in which something was sought and stands. */
export type FoundRuleView = {
  readonly list: string;
  readonly rule: string;
  /** The place that says most of the rule. */
  readonly place: RulePlace;
  /** The set in which it stands; null where the rule says it itself. */
  readonly set: string | null;
  /** The entry, pattern or example, or of a long one the part around it. */
  readonly text: string;
  /** Where in `text` it stands, in UTF-16 code units. */
  readonly begin: number;
  readonly end: number;
  /** In how many more places of the rule it stands. */
  readonly others: number;
};

/** `POST /v1/rules:find`. */
export type FoundRulesView = {
  readonly found: readonly FoundRuleView[];
  /** The drafts in which it stands, as they are written. */
  readonly drafts: readonly string[];
};

export type RuleFaultView = {
  readonly list: string;
  /** 1 for the first. */
  readonly line: number;
  readonly column: number;
  readonly rule?: string;
  readonly detail: string;
};

/** `replaces-shipped` is a note: nothing about it is doubtful. */
export const RULE_WARNINGS = [
  'shadowed',
  'never-fires',
  'conflict',
  'force-expired',
  'replaces-shipped',
  'unknown-section',
  'broad',
  'facts-unknown',
] as const;

export type RuleWarningView = {
  /** 1 for the first. */
  readonly line: number;
  readonly column: number;
  /** Absent where it is about no rule. */
  readonly rule?: string;
  readonly kind: (typeof RULE_WARNINGS)[number];
  readonly detail: string;
};

/** What is wrong with a document, and what is odd about it. */
export type RuleCheckView = {
  readonly faults: readonly RuleFaultView[];
  readonly warnings: readonly RuleWarningView[];
};

/** `POST /v1/rules:try`: one text, read and judged as it would be now. */
export type RuleTrialView = {
  readonly normalised: string;
  readonly transformations: readonly (Stretch & {
    readonly kind: TransformationKind;
    readonly original: string;
    readonly meant: string;
  })[];
  readonly hits: readonly RuleHit[];
  readonly broken: readonly string[];
  /** Drafts that do not fit what stands or other drafts, so that the text was tried without them, each with its faults. */
  readonly leftOut: readonly { readonly draft: string; readonly faults: readonly RuleFaultView[] }[];
  /** Null, as the decision is, where the model does not answer. */
  readonly scores: ScoresView | null;
  readonly decision: Outcome | null;
  /** What the rules in force say of the same text; null where no draft was asked. */
  readonly inForce: { readonly decision: Outcome | null; readonly rules: readonly string[] } | null;
};
