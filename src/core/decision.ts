import type { Evaluation, Unscorable } from './evaluation.js';
import { LABELS, type Label, type ModelLabel } from './labels.js';
import type { Settings } from './policy.js';
import { MODEL_REASONS, MODEL_UNAVAILABLE, type POLICY_REASONS, RULE_BROKEN, UNSCORABLE_REASONS } from './reasons.js';
import type { RuleFindings, RuleHit } from './rules.js';
import type { Span } from './spans.js';

export const OUTCOMES = ['approve', 'review', 'reject'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * Why a decision fell as it did. `text` is a sentence that a reader of the site could be shown.
 * `matched` is comment text: it never leaves the store but in an answer to somebody who may read the comment.
 */
export type Reason =
  | { readonly kind: 'model'; readonly label: Label; readonly score: number; readonly text: string }
  | {
      readonly kind: 'rule';
      readonly rule: string;
      readonly label: Label;
      readonly matched: string;
      readonly text: string;
      /** The rule would have rejected, but the model saw too little of its label, so a person is asked. */
      readonly disagrees?: { readonly score: number };
    }
  | { readonly kind: 'unscorable'; readonly because: Unscorable; readonly text: string }
  | { readonly kind: 'model-unavailable'; readonly text: string }
  | { readonly kind: 'rule-broken'; readonly rule: string; readonly text: string }
  /** Neither model nor rules: the policy has a person look. */
  | { readonly kind: 'policy'; readonly because: keyof typeof POLICY_REASONS; readonly text: string };

/** The machine's judgement on one revision under one pipeline. */
export type Decision = {
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
  /** Labels whose score passed the policy's review threshold, or that a rule raised. */
  readonly flags: readonly Label[];
  readonly spans: readonly Span[];
  /** The judgement was made without a part that should have been there; it is made again when the part is back. */
  readonly degraded: boolean;
};

/** What a policy says about scores. */
export type Bands = Pick<Settings, 'thresholds' | 'agree'>;

/** What is known about one comment. `evaluation` is null where the model could not be asked. */
export type Signals = {
  readonly text: string;
  readonly evaluation: Evaluation | null;
  readonly findings: RuleFindings;
};

/**
 * Decides what happens to a comment, the same way every time for the same signals.
 *
 * Only a forced rule decides alone, of several the strictest. Without a model score a person decides. A rejecting rule that the
 * model contradicts goes to a person. Straying off topic never rejects. A rule that could not be evaluated is not a `false`: a
 * person decides. Nothing fails open: a rule that is forced to approve outweighs what was found, not what could not be looked for.
 * A rule in shadow takes no part in any of this.
 */
export function decide(signals: Signals, policy: Bands): Decision {
  const { evaluation } = signals;
  const findings = withoutShadow(signals.findings);
  const scores = labelScores(evaluation);
  const byModel = modelReasons(scores, policy);
  const hits = findings.hits.map((hit) => ({ hit, reason: ruleReason(hit, signals, scores, policy) }));

  const reasons: Reason[] = [
    ...hits.filter(({ hit }) => hit.forced).map(({ reason }) => reason),
    ...unscoredReasons(evaluation),
    ...findings.broken.map(({ rule }) => ({ kind: 'rule-broken' as const, rule, text: RULE_BROKEN })),
    ...byModel,
    ...hits.filter(({ hit }) => !hit.forced && hit.effect !== 'approve').map(({ reason }) => reason),
  ];
  return {
    outcome: outcomeOf(hits, reasons, byModel, policy),
    reasons,
    flags: flagsOf(byModel, findings.hits),
    spans: spansOf(evaluation, findings.hits, byModel),
    degraded: evaluation === null,
  };
}

type JudgedHit = { readonly hit: RuleHit; readonly reason: Extract<Reason, { kind: 'rule' }> };
type ModelReason = Extract<Reason, { kind: 'model' }>;

function outcomeOf(
  hits: readonly JudgedHit[],
  reasons: readonly Reason[],
  byModel: readonly ModelReason[],
  policy: Bands,
): Outcome {
  const forced = new Set(hits.filter(({ hit }) => hit.forced).map(({ hit }) => hit.effect));
  if (forced.has('reject')) return 'reject';
  if (forced.has('review')) return 'review';

  const unweighed = reasons.some(({ kind }) => kind === 'unscorable' || kind === 'model-unavailable');
  if (unweighed || reasons.some(({ kind }) => kind === 'rule-broken')) return 'review';
  if (forced.has('approve')) return 'approve';

  const rejectedByModel = byModel.some(({ label, score }) => {
    const reject = policy.thresholds[label]?.reject ?? null;
    return label !== 'off_topic' && reject !== null && score >= reject;
  });
  if (rejectedByModel) return 'reject';
  const rejecting = hits.filter(({ hit }) => hit.effect === 'reject' && hit.label !== 'off_topic');
  if (rejecting.some(({ reason }) => reason.disagrees === undefined)) return 'reject';

  const doubted = byModel.length > 0 || rejecting.length > 0 || hits.some(({ hit }) => hit.effect === 'review');
  return doubted ? 'review' : 'approve';
}

function labelScores(evaluation: Evaluation | null): ReadonlyMap<Label, number> {
  const scores = new Map<Label, number>();
  if (evaluation?.kind !== 'scored') return scores;
  for (const [label, score] of Object.entries(evaluation.scores)) scores.set(label as ModelLabel, score);
  if (evaluation.offTopic.kind === 'scored') scores.set('off_topic', evaluation.offTopic.probability);
  return scores;
}

/** The labels over their review threshold, in the order in which labels are listed. */
function modelReasons(scores: ReadonlyMap<Label, number>, policy: Bands): readonly ModelReason[] {
  return LABELS.flatMap((label): ModelReason[] => {
    const score = scores.get(label);
    const threshold = policy.thresholds[label];
    if (score === undefined || threshold === undefined || score < threshold.review) return [];
    return [{ kind: 'model', label, score, text: MODEL_REASONS[label] }];
  });
}

function ruleReason(
  hit: RuleHit,
  { text }: Signals,
  scores: ReadonlyMap<Label, number>,
  policy: Bands,
): Extract<Reason, { kind: 'rule' }> {
  // A label that the artefact does not cover cannot contradict, but nor does it agree.
  const score = scores.get(hit.label) ?? 0;
  const disagrees = hit.effect === 'reject' && !hit.forced && score < policy.agree;
  const [first] = hit.stretches;
  return {
    kind: 'rule',
    rule: hit.rule,
    label: hit.label,
    matched: first === undefined ? '' : text.slice(first.begin, first.end),
    text: hit.reason,
    ...(disagrees && { disagrees: { score } }),
  };
}

function unscoredReasons(evaluation: Evaluation | null): readonly Reason[] {
  if (evaluation === null) return [{ kind: 'model-unavailable', text: MODEL_UNAVAILABLE }];
  if (evaluation.kind === 'scored') return [];
  return [{ kind: 'unscorable', because: evaluation.because, text: UNSCORABLE_REASONS[evaluation.because] }];
}

function flagsOf(byModel: readonly ModelReason[], hits: readonly RuleHit[]): readonly Label[] {
  const raised = new Set<Label>(byModel.map(({ label }) => label));
  for (const hit of hits) if (hit.effect !== 'approve') raised.add(hit.label);
  return LABELS.filter((label) => raised.has(label));
}

function withoutShadow({ hits, broken }: RuleFindings): RuleFindings {
  return { hits: hits.filter(({ shadow }) => !shadow), broken: broken.filter(({ shadow }) => !shadow) };
}

function spansOf(
  evaluation: Evaluation | null,
  hits: readonly RuleHit[],
  byModel: readonly ModelReason[],
): readonly Span[] {
  const flagged = new Set(byModel.map(({ label }) => label));
  const found = evaluation?.kind === 'scored' ? evaluation.spans.filter(({ label }) => flagged.has(label)) : [];
  const marked = hits
    .filter((hit) => hit.effect !== 'approve')
    .flatMap((hit) => hit.stretches.map((stretch): Span => ({ ...stretch, label: hit.label, source: 'rule' })));
  return [...found, ...marked].sort((a, b) => a.begin - b.begin || b.end - a.end);
}
