import type { Decision } from './decision.js';
import type { Label } from './labels.js';

/** How much a wrong "approve" of a label would harm, relative to incitement. Orders the queue; decides nothing. */
const WEIGHTS: Readonly<Record<Label, number>> = {
  incitement: 1,
  threat: 0.95,
  dehumanisation: 0.9,
  hate: 0.85,
  severe_toxicity: 0.8,
  identity_attack: 0.7,
  insult: 0.5,
  toxicity: 0.45,
  spam: 0.4,
  profanity: 0.3,
  off_topic: 0.2,
};

/** A rule's word counts like a score of this height. */
const RULE_SCORE = 0.75;
/** What was weighed and not doubted is looked at because the policy says so. */
const POLICY_SEVERITY = 0.2;
/** What could not be weighed may be anything. */
const UNKNOWN_SEVERITY = 0.5;

/** How severe a waiting comment may be, in [0, 1], and for which label. */
export function severityOf(decision: Decision): { readonly severity: number; readonly label: Label | null } {
  let worst: { severity: number; label: Label | null } = { severity: 0, label: null };
  for (const reason of decision.reasons) {
    if (reason.kind === 'model' || reason.kind === 'rule') {
      const score = reason.kind === 'model' ? reason.score : RULE_SCORE;
      const severity = score * WEIGHTS[reason.label];
      if (severity > worst.severity) worst = { severity, label: reason.label };
    } else if (reason.kind === 'policy' && reason.because !== 'deadline' && reason.because !== 'overload') {
      worst = { severity: Math.max(worst.severity, POLICY_SEVERITY), label: worst.label };
    } else if (UNKNOWN_SEVERITY > worst.severity) worst = { severity: UNKNOWN_SEVERITY, label: worst.label };
  }
  return worst;
}

/** Four hours of waiting weigh as much as the whole range of severity. */
const WAITING_SECONDS = 14_400;
const REPORT_WEIGHT = 0.05;
const MOST_REPORTS = 10;

/**
 * The key by which waiting comments are sorted, larger first. Waiting raises all of them alike, so the key does not change
 * with time and pages of the list stay stable.
 */
export function urgencyOf(severity: number, reports: number, enteredAt: Date): number {
  return severity + REPORT_WEIGHT * Math.min(reports, MOST_REPORTS) - enteredAt.getTime() / 1000 / WAITING_SECONDS;
}

/** How urgent an item is at this moment, for people to read: its severity and reports, raised by how long it waits. */
export function urgencyNow(key: number, now: Date): number {
  return key + now.getTime() / 1000 / WAITING_SECONDS;
}
