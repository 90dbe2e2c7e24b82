import { z } from 'zod';
import { LABELS } from '../core/labels.js';
import { Policy } from '../core/policy.js';
import { POLICY_WARNINGS } from '../core/policy-check.js';
import { Draft, DraftHead, list, RevisionHead } from './revision-answers.js';

/** The answers of `/v1/policies` as the description shows them; see answers.ts. */

const Label = z.enum(LABELS);
const Count = z.int().min(0);
const Share = z.number().min(0).max(1);
const Time = z.iso.datetime();
const Estimate = z.strictObject({ value: z.number(), lower: z.number(), upper: z.number() });

const Fault = z.strictObject({ line: z.int(), column: z.int(), pointer: z.string(), detail: z.string() });

const AuditedAbove = z.strictObject({ judged: Count, rejected: Estimate.nullable() });

const Unmet = z.strictObject({
  pointer: z.string(),
  label: Label,
  threshold: Share,
  target: Share,
  precision: Estimate.nullable(),
  audited: AuditedAbove.nullable(),
  wouldDo: Share.nullable(),
});

/** What a problem says of a policy that is refused. */
export const policyProblem = {
  unmet: z.exactOptional(
    list(z.strictObject({ ...Unmet.shape, line: z.exactOptional(z.int()), column: z.exactOptional(z.int()) })),
  ),
};

const PolicyRevision = z.strictObject({ ...RevisionHead.shape, content: Policy, yaml: z.string() });

const PolicyCheck = z.strictObject({
  faults: list(Fault),
  warnings: list(z.strictObject({ ...Fault.shape, kind: z.enum(POLICY_WARNINGS) })),
  unmet: list(Unmet),
});

const LabelAudit = z.strictObject({
  baseRate: Estimate.nullable(),
  precision: Estimate.nullable(),
  recall: Estimate.nullable(),
  judged: z.strictObject({ flagged: Count, rejected: Count }),
});

const Prior = z.strictObject({
  share: Share,
  source: z.enum(['assumed', 'audit', 'section-audit', 'given']),
  interval: z.tuple([Share, Share]),
});

const OutcomeAudit = z.strictObject({ decisions: Count, judged: Count, rejected: Estimate.nullable() });

export const POLICY_ANSWERS = {
  PolicyInForce: z.strictObject({
    ...PolicyRevision.shape,
    pipeline: z.string(),
    suspended: list(z.strictObject({ ...Unmet.shape, detail: z.string() })),
    drafts: list(DraftHead),
  }),
  PolicyRevision,
  PolicyCheck,
  KeptPolicyDraft: z.strictObject({ draft: Draft, check: PolicyCheck }),
  Thresholds: z.strictObject({
    label: Label,
    target: Share,
    prior: Prior,
    threshold: Share.nullable(),
    at: Share.nullable(),
    precision: Estimate.nullable(),
    recall: Estimate.nullable(),
    rejectedShare: Estimate.nullable(),
    wronglyRejectedPerThousand: Estimate.nullable(),
    audited: AuditedAbove.nullable(),
    evidence: z.strictObject({ positives: Count, negatives: Count, source: z.string() }),
  }),
  ScoreHistogram: z.strictObject({ label: Label, total: Count, bins: list(Count) }),
  PolicyAudit: z.strictObject({
    since: Time.nullable(),
    drawn: Count,
    judged: Count,
    needed: Count,
    shares: z.strictObject({ least: Share, most: Share }),
    priors: z.record(Label, Prior),
    outcomes: z.strictObject({ approve: OutcomeAudit, review: OutcomeAudit, reject: OutcomeAudit }),
    any: LabelAudit,
    labels: z.partialRecord(Label, LabelAudit),
  }),
} as const;
