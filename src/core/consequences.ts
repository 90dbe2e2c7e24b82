import type { AuditedAbove } from './audit-sample.js';
import type { Evidence, Measured } from './evidence.js';
import { measuredAt, measuredThresholds } from './evidence.js';
import type { Estimate } from './intervals.js';
import { pointerTo } from './json-pointer.js';
import { LABELS, type Label } from './labels.js';
import type { Change, Policy, Settings } from './policy.js';
import { levelsOf, merged } from './policy-resolve.js';

/**
 * Whose word a share is: nobody's yet, the audit's of the whole site or of the section that was asked about, or the caller's.
 */
export type PriorSource = 'assumed' | 'audit' | 'section-audit' | 'given';

/** The share of a live stream's comments that carry a label, and whose word that is. */
export type Prior = { readonly share: Estimate; readonly source: PriorSource };

/** What is assumed until a site's own audit says better (domain.md): validation sets hold far more than a live stream does. */
export const ASSUMED_PRIOR: Prior = { share: { value: 0.02, lower: 0.02, upper: 0.02 }, source: 'assumed' };

/** What rejecting from a threshold on does to a stream. Shares of all comments but for precision and recall; 95 % intervals. */
export type Consequence = {
  readonly threshold: number;
  readonly precision: Estimate;
  readonly recall: Estimate;
  readonly rejectedShare: Estimate;
  readonly wronglyRejectedPerThousand: Estimate;
};

/**
 * What a threshold does to a stream in which `prior` of the comments carry the label. Recall and the share of false alarms carry
 * over from validation rows; precision does not, those are enriched. Bounds are taken at the worst corner of the Wilson intervals
 * and the prior's own, so that they hold with at least 95 %.
 */
export function consequenceOf({ threshold, recall, falseAlarms }: Measured, { share }: Prior): Consequence {
  const precision = (p: number, hit: number, miss: number) => {
    const right = p * hit;
    const wrong = (1 - p) * miss;
    return right + wrong === 0 ? 0 : right / (right + wrong);
  };
  const rejected = (p: number, hit: number, miss: number) => p * hit + (1 - p) * miss;
  // Rejecting more of the carriers and fewer of the others can point either way as the prior moves.
  const ends = [share.lower, share.upper];
  return {
    threshold,
    precision: {
      value: precision(share.value, recall.value, falseAlarms.value),
      lower: precision(share.lower, recall.lower, falseAlarms.upper),
      upper: precision(share.upper, recall.upper, falseAlarms.lower),
    },
    recall,
    rejectedShare: {
      value: rejected(share.value, recall.value, falseAlarms.value),
      lower: Math.min(...ends.map((p) => rejected(p, recall.lower, falseAlarms.lower))),
      upper: Math.max(...ends.map((p) => rejected(p, recall.upper, falseAlarms.upper))),
    },
    wronglyRejectedPerThousand: {
      value: 1000 * (1 - share.value) * falseAlarms.value,
      lower: 1000 * (1 - share.upper) * falseAlarms.lower,
      upper: 1000 * (1 - share.lower) * falseAlarms.upper,
    },
  };
}

/** A threshold chosen by what it does. */
export type Chosen = {
  /** The lowest measured threshold whose precision meets the target with 95 % certainty; null where none does. */
  readonly threshold: number | null;
  /** Its consequence, or that of the threshold that comes nearest; null where nothing was measured. */
  readonly consequence: Consequence | null;
};

export function chooseThreshold(evidence: Evidence, target: number, prior: Prior): Chosen {
  let nearest: Consequence | null = null;
  for (const threshold of measuredThresholds(evidence)) {
    const measured = measuredAt(evidence, threshold);
    if (measured === null) continue;
    const consequence = consequenceOf(measured, prior);
    if (consequence.precision.lower >= target) return { threshold, consequence };
    if (nearest === null || isNearer(consequence, nearest)) nearest = consequence;
  }
  return { threshold: null, consequence: nearest };
}

/** Of two that are as precise, as all are where a site's audit found nobody guilty, the later rejects less. */
function isNearer({ precision }: Consequence, { precision: nearest }: Consequence): boolean {
  return precision.lower > nearest.lower || (precision.lower === nearest.lower && precision.value >= nearest.value);
}

/** Fewer verdicts of persons than that contradict nothing. */
const ENOUGH_VERDICTS = 10;

/** Whether a site's own moderators keep too many of the comments that a label would reject, whatever validation rows say of it. */
export function isContradicted(audited: AuditedAbove | null, target: number): boolean {
  if (audited === null || audited.rejected === null || audited.judged < ENOUGH_VERDICTS) return false;
  return audited.rejected.upper < target;
}

/** What a site's audit says of a label from a threshold on; null where it says nothing. */
export type AuditedOf = (label: Label, threshold: number) => AuditedAbove | null;

/** A label that a policy lets reject by itself without the precision for it. */
export type Unmet = {
  /** JSON pointer to the threshold. */
  readonly pointer: string;
  readonly label: Label;
  readonly threshold: number;
  readonly target: number;
  /** Null where nothing was measured at this threshold. */
  readonly precision: Estimate | null;
  /** What the site's own moderators decided of such comments, where that contradicts the precision. */
  readonly audited: AuditedAbove | null;
  /** The lowest threshold that would do; null where none would. */
  readonly wouldDo: number | null;
};

/** The same in a document that somebody wrote, and where in that; both from 1. */
export type PlacedUnmet = Unmet & { readonly line?: number; readonly column?: number };

/**
 * Every label that a policy lets reject although the lower 95 % bound of its precision misses the target. A site that publishes
 * such a policy would reject too many comments wrongly and not know it.
 */
export function unmetPrecision(
  policy: Policy,
  evidenceOf: (label: Label) => Evidence | null,
  priorOf: (label: Label) => Prior,
  auditedOf: AuditedOf = () => null,
): readonly Unmet[] {
  const known = new Map<string, number | null>();
  const wouldDo = (label: Label, target: number, evidence: Evidence) => {
    const name = JSON.stringify([label, target]);
    if (!known.has(name)) known.set(name, chooseThreshold(evidence, target, priorOf(label)).threshold);
    return known.get(name) ?? null;
  };
  return rejectionsIn(policy).flatMap(({ pointer, label, threshold, target }) => {
    const evidence = evidenceOf(label);
    const measured = evidence === null ? null : measuredAt(evidence, threshold);
    const precision = measured === null ? null : consequenceOf(measured, priorOf(label)).precision;
    const found = auditedOf(label, threshold);
    const audited = isContradicted(found, target) ? found : null;
    if (precision !== null && precision.lower >= target && audited === null) return [];
    // What the site's own verdicts speak against at one threshold is not to be tried a little further on.
    const other = evidence === null || audited !== null ? null : wouldDo(label, target, evidence);
    return [{ pointer, label, threshold, target, precision, audited, wouldDo: other }];
  });
}

/** Every rejection that a policy makes anywhere, with the precision that it needs there; once, where it is written first. */
export function rejectionsIn(policy: Policy): readonly Pick<Unmet, 'pointer' | 'label' | 'threshold' | 'target'>[] {
  const found = new Map<string, Pick<Unmet, 'pointer' | 'label' | 'threshold' | 'target'>>();
  for (const { pointer, settings } of placesOf(policy)) {
    for (const label of LABELS) {
      const { thresholds, precision: target } = settings;
      const threshold = thresholds[label]?.reject ?? null;
      if (threshold === null) continue;
      const name = JSON.stringify([label, threshold, target]);
      if (!found.has(name))
        found.set(name, { pointer: `${pointer}/thresholds/${label}/reject`, label, threshold, target });
    }
  }
  return [...found.values()];
}

/** What of settings says from where on they reject, and with which precision. */
type Rejecting = Pick<Settings, 'thresholds' | 'precision'>;

/**
 * Everywhere that settings may differ in what rejects; an article can lie in any section, and tighten what that lets reject.
 * A newsroom has articles by the hundred: those that are changed alike are one place.
 */
function placesOf(policy: Policy): readonly { readonly pointer: string; readonly settings: Rejecting }[] {
  const changed = levelsOf(policy).flatMap(({ path, place, change: { thresholds, precision } }) => {
    if (thresholds === undefined && precision === undefined) return [];
    return [{ path, ofArticle: place.article !== undefined, change: { thresholds, precision } }];
  });
  const distinct = new Map<string, (typeof changed)[number]>();
  for (const one of changed) {
    const name = JSON.stringify([one.ofArticle, one.change]);
    if (!distinct.has(name)) distinct.set(name, one);
  }
  const levels = [...distinct.values()];
  const defaults: Rejecting = { thresholds: policy.defaults.thresholds, precision: policy.defaults.precision };
  const over = (below: Rejecting, change: Pick<Change, 'thresholds' | 'precision'>) =>
    merged(below, change) as Rejecting;
  const sections = levels.flatMap(({ ofArticle, change }) => (ofArticle ? [] : [over(defaults, change)]));
  return [
    { pointer: '/defaults', settings: defaults },
    ...levels.flatMap(({ path, ofArticle, change }) =>
      (ofArticle ? [defaults, ...sections] : [defaults]).map((below) => ({
        pointer: pointerTo(path),
        settings: over(below, change),
      })),
    ),
  ];
}

/** What is told to whoever wrote the policy. */
export function unmetInWords({ label, threshold, target, precision, audited, wouldDo }: Unmet): string {
  const known =
    audited !== null
      ? `of ${audited.judged} such comments that persons judged here, they rejected between ${digits(audited.rejected?.lower ?? 0)} and ${digits(audited.rejected?.upper ?? 1)}`
      : precision === null
        ? 'nothing was measured there'
        : `its precision lies between ${digits(precision.lower)} and ${digits(precision.upper)}`;
  const way = wouldDo === null ? 'No threshold is known to do' : `It may from ${digits(wouldDo)} on`;
  return `${label} may not reject by itself from ${threshold} on: ${known}, and the policy asks for ${target}. ${way}.`;
}

/**
 * The labels that may not reject by themselves under these settings although they have a threshold for it. What misses a precision
 * misses every higher one.
 *
 * @param suspended what a policy may not reject for.
 */
export function suspendedLabels(
  { thresholds, precision }: Pick<Settings, 'thresholds' | 'precision'>,
  suspended: readonly Unmet[],
): readonly Label[] {
  return LABELS.filter((label) =>
    suspended.some(
      (one) => one.label === label && one.threshold === thresholds[label]?.reject && one.target <= precision,
    ),
  );
}

/** What it means that rejections of the policy in force are suspended, for whoever runs the service. */
export function suspendedInWords(suspended: readonly Unmet[]): string {
  const labels = [...new Set(suspended.map(({ label }) => label))];
  return `The policy in force lets labels reject by themselves without the precision that it asks for: ${labels.join(', ')}. The others judge on; what these would reject goes to a person until a policy is published that meets it.`;
}

function digits(share: number): number {
  return Math.round(share * 1000) / 1000;
}
