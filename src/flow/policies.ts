import {
  type AuditedAbove,
  type AuditPopulation,
  type AuditVerdicts,
  auditOf,
  labelAudit,
} from '../core/audit-sample.js';
import {
  ASSUMED_PRIOR,
  chooseThreshold,
  isContradicted,
  type Prior,
  rejectionsIn,
  type Unmet,
  unmetInWords,
  unmetPrecision,
} from '../core/consequences.js';
import { FaultyPolicy, PrecisionNotMet } from '../core/errors.js';
import { type Evidence, evidenceSize } from '../core/evidence.js';
import { LABELS, type Label } from '../core/labels.js';
import { type Policy, readPolicy } from '../core/policy.js';
import { type CheckedPolicy, checkPolicy, faultsIn, positionIn, writePolicy } from '../core/policy-check.js';
import { levelsOf, settingsAt } from '../core/policy-resolve.js';
import type { AuditView, ConsequenceView, PolicyCheckView, PriorView } from '../core/policy-views.js';
import { inOrder } from '../core/yaml-document.js';

/** A label from a score on, in [0, 1]. */
type LabelFrom = { readonly label: Label; readonly threshold: number };

type AuditRecord = {
  readonly since: string | null;
  readonly drawn: number;
  readonly judged: number;
  readonly population: AuditPopulation;
  readonly verdicts: readonly AuditVerdicts[];
};

/** What a policy is checked against. */
export type MeasuredDeps = {
  /** What the active artefact's validation rows say about a label; null where they say nothing. */
  evidenceOf(label: Label): { readonly evidence: Evidence; readonly source: string } | null;
  /** The labels that are scored. */
  readonly covered: readonly Label[];
  /** How many drawn decisions a person has judged. */
  countAudited(site: number, section: string | null): Promise<number>;
  readAudit(site: number, section: string | null): Promise<AuditRecord>;
  /** What persons decided of the comments that the active artefact scores for a label from a threshold on; of each that is asked. */
  readAuditAbove(
    site: number,
    section: string | null,
    thresholds: readonly LabelFrom[],
  ): Promise<readonly AuditedAbove[]>;
};

export type PolicyCheckDeps = MeasuredDeps & {
  /** The sections that articles of late carry, those of most articles first. */
  carriedSections(site: number): Promise<readonly string[]>;
};

export type PolicyDeps = PolicyCheckDeps & {
  /** The policy in force. */
  policyOf(site: number): Promise<Policy>;
};

/** Fewer judged draws say too little about a label that one comment in fifty carries. */
const ENOUGH_AUDITED = 200;

/** Says everything that is wrong with a policy as it is written, and what it may not be published for. */
export async function checkWritten(deps: PolicyCheckDeps, site: number, yaml: string): Promise<PolicyCheckView> {
  const { checked, unmet } = await examineWritten(deps, site, yaml, await deps.carriedSections(site));
  const faults = unmet.map((one) => ({
    ...positionIn(yaml, one.pointer),
    pointer: one.pointer,
    detail: unmetInWords(one),
  }));
  return { faults: [...checked.faults, ...inOrder(faults)], warnings: checked.warnings, unmet };
}

/**
 * A policy as it is written, to be tried: also one that lets a label reject without the precision to be published.
 *
 * @throws FaultyPolicy
 */
export function policyToTry(yaml: string): Policy {
  const { policy, faults } = checkPolicy(yaml);
  if (policy === null) throw new FaultyPolicy(faults);
  return policy;
}

/**
 * A policy as it is written, ready to be published.
 *
 * @throws FaultyPolicy; PrecisionNotMet where a label would reject by itself without the precision for it.
 */
export async function composePolicy(deps: MeasuredDeps, site: number, yaml: string): Promise<Policy> {
  const { checked, unmet } = await examineWritten(deps, site, yaml);
  if (checked.policy === null) throw new FaultyPolicy(checked.faults);
  if (unmet.length > 0) {
    throw new PrecisionNotMet(inOrder(unmet.map((one) => ({ ...one, ...positionIn(yaml, one.pointer) }))));
  }
  return checked.policy;
}

/**
 * Looks over a policy that was in force once, before it is again.
 *
 * @param yaml as it was written; null where nobody wrote it.
 * @throws FaultyPolicy where it says what a policy may not say any more; PrecisionNotMet
 */
export async function examinePolicy(
  deps: MeasuredDeps,
  site: number,
  { content, yaml }: { readonly content: unknown; readonly yaml: string | null },
): Promise<void> {
  const policy = readPolicy(content);
  const faults = faultsIn(policy, yaml ?? writePolicy(policy));
  if (faults.length > 0) throw new FaultyPolicy(faults);
  const unmet = await unmetIn(deps, site, policy);
  if (unmet.length > 0) throw new PrecisionNotMet(unmet);
}

async function examineWritten(
  deps: MeasuredDeps,
  site: number,
  yaml: string,
  carried: readonly string[] = [],
): Promise<{ readonly checked: CheckedPolicy; readonly unmet: readonly Unmet[] }> {
  const checked = checkPolicy(yaml, { covered: deps.covered, carried });
  return { checked, unmet: checked.policy === null ? [] : await unmetIn(deps, site, checked.policy) };
}

/** What a policy may not reject for, by the artefact's evidence and the site's own prior of this moment. */
export async function unmetIn(deps: MeasuredDeps, site: number, policy: Policy): Promise<readonly Unmet[]> {
  const rejections = rejectionsIn(policy);
  if (rejections.length === 0) return [];
  const priorOf = await priorsOf(deps, site, null);
  // Sections and articles may say the same as others.
  const nameOf = ({ label, threshold }: LabelFrom) => `${label} ${threshold}`;
  const asked = [...new Map(rejections.map((one) => [nameOf(one), one])).values()];
  const answers = await deps.readAuditAbove(site, null, asked);
  const audited = new Map(asked.map((one, index) => [nameOf(one), answers[index]]));
  return unmetPrecision(
    policy,
    (label) => deps.evidenceOf(label)?.evidence ?? null,
    priorOf,
    (label, threshold) => audited.get(nameOf({ label, threshold })) ?? null,
  );
}

/**
 * What a label could reject by itself for a precision, and what that would do.
 *
 * @param asked `precision`: left out, what the policy in force asks for there; `prior`: left out, the section's own, the site's, or the assumed one.
 */
export async function thresholdFor(
  deps: PolicyDeps,
  site: number,
  asked: {
    readonly label: Label;
    readonly precision?: number | undefined;
    readonly prior?: number | undefined;
    readonly section: string | null;
  },
): Promise<ConsequenceView> {
  const { label, section } = asked;
  const target = asked.precision ?? settingsAt(await deps.policyOf(site), { section }).precision;
  const prior = asked.prior === undefined ? (await priorsOf(deps, site, section))(label) : givenPrior(asked.prior);
  const known = deps.evidenceOf(label);
  const { threshold, consequence } =
    known === null ? { threshold: null, consequence: null } : chooseThreshold(known.evidence, target, prior);
  const [audited = null] =
    consequence === null ? [] : await deps.readAuditAbove(site, section, [{ label, threshold: consequence.threshold }]);
  return {
    label,
    target,
    prior: priorView(prior),
    threshold: isContradicted(audited, target) ? null : threshold,
    at: consequence?.threshold ?? null,
    precision: consequence?.precision ?? null,
    recall: consequence?.recall ?? null,
    rejectedShare: consequence?.rejectedShare ?? null,
    wronglyRejectedPerThousand: consequence?.wronglyRejectedPerThousand ?? null,
    audited,
    evidence:
      known === null
        ? { positives: 0, negatives: 0, source: 'none' }
        : { ...evidenceSize(known.evidence), source: known.source },
  };
}

function priorView({ share: { value, lower, upper }, source }: Prior): PriorView {
  return { share: value, source, interval: [lower, upper] };
}

function givenPrior(share: number): Prior {
  return { share: { value: share, lower: share, upper: share }, source: 'given' };
}

/**
 * The base rate of each label: the section's own once enough draws are judged there, else the site's, which publishing goes by;
 * until there are enough of those either, what is assumed.
 */
async function priorsOf(deps: MeasuredDeps, site: number, section: string | null): Promise<(label: Label) => Prior> {
  const ofSection = section === null ? null : await auditedPriors(deps, site, section);
  const ofSite = await auditedPriors(deps, site, null);
  return (label) => ofSection?.(label) ?? ofSite(label) ?? ASSUMED_PRIOR;
}

type KnownPriors = (label: Label) => Prior | null;

/** Null where the audit does not know enough. */
async function auditedPriors(deps: MeasuredDeps, site: number, section: string | null): Promise<KnownPriors> {
  if ((await deps.countAudited(site, section)) < ENOUGH_AUDITED) return () => null;
  return priorsIn(await deps.readAudit(site, section), section);
}

function priorsIn({ population, verdicts }: AuditRecord, section: string | null): KnownPriors {
  const source = section === null ? 'audit' : 'section-audit';
  const shares = new Map(LABELS.map((label) => [label, labelAudit(population, verdicts, label).baseRate]));
  return (label) => {
    const share = shares.get(label) ?? null;
    return share === null ? null : { share, source };
  };
}

/** What the random audit says about all comments, and what follows from it now. */
export async function auditFor(deps: PolicyDeps, site: number, section: string | null): Promise<AuditView> {
  const record = await deps.readAudit(site, section);
  const { since, drawn, judged, population, verdicts } = record;
  // As `priorsOf`, without reading the same draws twice.
  const own = judged < ENOUGH_AUDITED ? () => null : priorsIn(record, section);
  const ofSite = section === null ? own : await auditedPriors(deps, site, null);
  const priors = LABELS.map((label) => [label, priorView(own(label) ?? ofSite(label) ?? ASSUMED_PRIOR)]);
  return {
    since,
    drawn,
    judged,
    needed: ENOUGH_AUDITED,
    shares: drawnShares(await deps.policyOf(site), section),
    priors: Object.fromEntries(priors) as AuditView['priors'],
    ...auditOf(population, verdicts),
  };
}

function drawnShares(policy: Policy, section: string | null): AuditView['shares'] {
  if (section !== null) {
    const { share } = settingsAt(policy, { section }).audit;
    return { least: share, most: share };
  }
  const others = levelsOf(policy).flatMap(({ change }) => change.audit?.share ?? []);
  const shares = [policy.defaults.audit.share, ...others];
  return {
    least: shares.reduce((least, share) => Math.min(least, share)),
    most: shares.reduce((most, share) => Math.max(most, share)),
  };
}
