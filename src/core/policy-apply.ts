import { suspendedLabels, type Unmet } from './consequences.js';
import { type Bands, type Decision, decide, type Reason, type Signals } from './decision.js';
import { LABELS, type Label } from './labels.js';
import type { Policy, Settings } from './policy.js';
import { type Place, settingsAt } from './policy-resolve.js';
import { POLICY_REASONS } from './reasons.js';
import { anyOf, type RuleAuthor, type Truth } from './rule-facts.js';

/** A policy as it judges. */
export type InForce = {
  readonly policy: Policy;
  /** What of it may not reject by what the artefact that judges has measured; a person decides there. */
  readonly suspended: readonly Unmet[];
};

/** Why there is no evaluation: the model did not answer, in time, or more comments wait than can be weighed. */
export type WithoutScores = 'model' | 'deadline' | 'overload';

/** What a policy may look at beside the text. */
export type Circumstances = {
  readonly place: Place;
  /** The sender's facts and premod's own counts; an absent one is unknown. */
  readonly author: RuleAuthor;
  /** RFC 3339; the clock by which an account is young. */
  readonly createdAt?: string;
  /** Read only where there is no evaluation. */
  readonly without?: WithoutScores;
};

/** What becomes of the comment beside the decision itself. */
export type Handling = {
  /** How readers see it while it waits for a person, or would if it did. */
  readonly stateInReview: 'pending' | 'published';
  /**
   * How the desk shows it while it waits without its findings: the same whatever was decided, because how readers see a doubt by
   * its risk would tell it from a decision that was drawn.
   */
  readonly stateBlind: 'pending' | 'published';
  /** The chance at which this decision is put before a person without being doubted, in [0, 1]. */
  readonly auditShare: number;
  /** The share of automatic decisions that are drawn here, which those that ask a person are to cover. */
  readonly coverFor: number;
};

/** Decides as a policy has it at a comment's place, for its author: {@link decide}, and what a policy asks beyond scores and rules. */
export function decideUnder(
  { policy, suspended }: InForce,
  signals: Signals,
  circumstances: Circumstances,
): { readonly decision: Decision; readonly handling: Handling } {
  const settings = settingsAt(policy, circumstances.place);
  const bands = isTrusted(circumstances.author, settings) ? widened(settings) : settings;
  const decided = measured(decide(signals, bands), signals, bands, suspendedLabels(settings, suspended));
  const decision = asked(explained(decided, signals, settings, circumstances), signals, settings, circumstances);
  return {
    decision,
    handling: {
      stateInReview: shownInReview(decision, signals, settings) ? 'published' : 'pending',
      stateBlind: settings.moderation === 'after' ? 'published' : 'pending',
      auditShare: decision.outcome === 'review' || decision.degraded ? 0 : settings.audit.share,
      coverFor: settings.audit.share,
    },
  };
}

/** Puts before a person what nothing rejects but labels that may not. */
function measured(decision: Decision, signals: Signals, bands: Bands, suspended: readonly Label[]): Decision {
  if (decision.outcome !== 'reject' || suspended.length === 0) return decision;
  const thresholds = { ...bands.thresholds };
  for (const label of suspended) {
    const threshold = thresholds[label];
    if (threshold !== undefined) thresholds[label] = { ...threshold, reject: null };
  }
  const isRejected = decide(signals, { ...bands, thresholds }).outcome === 'reject';
  return isRejected ? decision : toReview(decision, policyReason('suspended'));
}

/** Says why there are no scores, and publishes in overload where the policy says so and the rules found nothing. */
function explained(decision: Decision, signals: Signals, settings: Settings, { without }: Circumstances): Decision {
  if (signals.evaluation !== null || without === undefined || without === 'model') return decision;
  const reasons = decision.reasons.map((reason) =>
    reason.kind === 'model-unavailable' ? policyReason(without) : reason,
  );
  const publishes =
    without === 'overload' &&
    settings.without.overload === 'publish' &&
    settings.moderation === 'after' &&
    reasons.every(({ kind }) => kind === 'policy');
  return { ...decision, reasons, outcome: publishes ? 'approve' : decision.outcome };
}

/** A person looks at what the policy wants looked at. Only what an editor has forced is left alone. */
function asked(decision: Decision, signals: Signals, settings: Settings, circumstances: Circumstances): Decision {
  const isForced = signals.findings.hits.some(({ forced, shadow }) => forced && !shadow);
  if (decision.outcome === 'review' || isForced) return decision;
  if (settings.moderation === 'review-all') return toReview(decision, policyReason('sensitive'));
  // A new text on an article that was closed since.
  if (settings.moderation === 'closed') return toReview(decision, policyReason('closed'));
  if (decision.outcome === 'reject') return decision;
  const young = isNew(circumstances, settings);
  if (young === false) return decision;
  return toReview(decision, policyReason(young === true ? 'new-author' : 'author-unknown'));
}

function toReview(decision: Decision, reason: Reason): Decision {
  return { ...decision, outcome: 'review', reasons: [reason, ...decision.reasons] };
}

function policyReason(because: keyof typeof POLICY_REASONS): Reason {
  return { kind: 'policy', because, text: POLICY_REASONS[because] };
}

/** Under `risk` only what the model alone doubts, and little, is shown: what a rule or the policy asks about waits. */
function shownInReview(decision: Decision, { evaluation }: Signals, settings: Settings): boolean {
  if (settings.moderation === 'after') return true;
  if (decision.outcome !== 'review' || settings.moderation !== 'risk' || evaluation?.kind !== 'scored') return false;
  const judged = LABELS.filter((label) => label !== 'off_topic' && settings.thresholds[label] !== undefined);
  const risk = Math.max(0, ...judged.map((label) => (label === 'off_topic' ? 0 : (evaluation.scores[label] ?? 0))));
  return risk < settings.publishBelow && decision.reasons.every(({ kind }) => kind === 'model');
}

/** Three-valued: where a fact is unknown and the others do not settle it, it is unknown whether the author is new. */
function isNew({ author, createdAt }: Circumstances, { newAuthors }: Settings): Truth {
  if (newAuthors === null || author.trusted === true) return false;
  const { days, approved } = newAuthors;
  const parts: Truth[] = [];
  if (days > 0) {
    const age = ageDays(author.createdAt, createdAt);
    parts.push(age === undefined ? 'unknown' : age < days);
  }
  if (approved > 0) parts.push(author.approved === undefined ? 'unknown' : author.approved < approved);
  return anyOf(parts);
}

const DAY_MS = 86_400_000;

function ageDays(createdAt: string | undefined, at: string | undefined): number | undefined {
  if (createdAt === undefined || at === undefined) return undefined;
  const days = (Date.parse(at) - Date.parse(createdAt)) / DAY_MS;
  return Number.isFinite(days) ? days : undefined;
}

/** The sender's word goes first, in both directions. */
function isTrusted(author: RuleAuthor, { trustedAuthors }: Settings): boolean {
  if (trustedAuthors === null) return false;
  if (author.trusted !== undefined) return author.trusted;
  const { approved, rejected } = author;
  if (approved === undefined || rejected === undefined || approved < trustedAuthors.approved) return false;
  return rejected / (approved + rejected) <= trustedAuthors.rejectedShare;
}

/** The bands for a trusted author: a person is asked later, and what rejects still rejects. */
function widened(settings: Settings): Settings {
  const share = settings.trustedAuthors?.widen ?? 0;
  const thresholds: Settings['thresholds'] = {};
  for (const label of LABELS) {
    const threshold = settings.thresholds[label];
    if (threshold === undefined) continue;
    const { review, reject } = threshold;
    thresholds[label] = { review: review + share * ((reject ?? 1) - review), reject };
  }
  return { ...settings, thresholds };
}
