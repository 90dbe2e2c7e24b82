import type { Outcome } from './decision.js';
import type { Label } from './labels.js';

/** What the answers about rules and about policies have in common. Times are RFC 3339, UTC. */

/** A revision without what it says. */
export type RevisionHeadView = {
  readonly revision: number;
  readonly sha256: string;
  /** `shipped`: nobody at the site chose it. */
  readonly origin: 'shipped' | 'site';
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly why: string;
  readonly rolledBackTo: number | null;
};

/** A revision that says otherwise what a draft would take the place of, and came after it was begun. */
export type DraftChange = { readonly revision: number; readonly by: string; readonly at: string };

export type DraftHeadView = {
  readonly name: string;
  readonly author: string;
  readonly updatedAt: string;
  /** `upgrade`: it came with a newer premod. */
  readonly origin: 'site' | 'upgrade';
  /** The revision on whose text it was begun; null where it came with a newer premod. */
  readonly begunOn: number | null;
  /** The last change since, which publishing the draft would take back; null where there is none. */
  readonly changedSince: DraftChange | null;
};

/** A draft as somebody wrote it. */
export type DraftView = DraftHeadView & { readonly yaml: string };

/** What was thrown away; `yaml` is empty where the draft came with a newer premod. */
export type DiscardedDraft = Pick<DraftView, 'author' | 'updatedAt' | 'yaml'>;

/** What a revision says otherwise than another one, part by part, as YAML. `id`: a rule's, or a JSON pointer into the policy. */
export type RevisionDiffView = {
  readonly added: readonly { readonly id: string; readonly after: string }[];
  readonly removed: readonly { readonly id: string; readonly before: string }[];
  readonly changed: readonly { readonly id: string; readonly before: string; readonly after: string }[];
};

/** What drafts would decide otherwise, counted. */
export type DryRunView = {
  readonly id: string;
  readonly status: 'running' | 'done' | 'failed';
  readonly drafts: readonly string[];
  /** What it waits for while it runs: live comments come first. */
  readonly waitsFor: 'overload' | null;
  readonly total: number;
  readonly done: number;
  /** Of those done, how many had no stored scores, so that nothing is known of them. */
  readonly unscored: number;
  readonly changes: readonly { readonly from: Outcome; readonly to: Outcome; readonly count: number }[];
  /** The rules that differ from those in force. `share`: of the comments that were judged, in [0, 1]. */
  readonly byRule: readonly { readonly rule: string; readonly matched: number; readonly share: number }[];
  readonly requestedBy: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly error: string | null;
};

/** One decision that would change. */
export type DryRunChangeView = {
  readonly commentId: string;
  readonly revision: number;
  readonly from: Outcome;
  readonly to: Outcome;
  /** The rules of which the drafts change what they say about the comment. */
  readonly rules: readonly string[];
  /** The other reasons that only one of the two decisions has, or, where both have the same, what they weigh otherwise. */
  readonly reasons: readonly DryRunReasonView[];
  readonly text: string;
};

/** Why a decision would change, in words that a reader could be shown; `label` and `score` are null where it is the policy's doing. */
export type DryRunReasonView = { readonly label: Label | null; readonly score: number | null; readonly text: string };
