import type { Evaluation } from '../core/evaluation.js';
import { type Normalised, normalise } from '../core/normalise.js';
import { decideUnder } from '../core/policy-apply.js';
import type { RuleTrialView } from '../core/rule-views.js';
import { findRuleHits, type RuleAuthor, type RuleFacts, type RuleFindings } from '../core/rules.js';
import type { ScoresView } from '../core/views.js';
import { isOutage, type JudgingParts } from './classify.js';
import { type WeighDeps, weigh } from './weigh.js';

export type TryDeps = {
  readonly weighing: WeighDeps;
  scoresOf(evaluation: Evaluation): ScoresView;
  now(): Date;
};

export type TriedText = {
  readonly text: string;
  readonly section: string | null;
  readonly author: RuleAuthor | null;
};

export type TriedComment = RuleFacts & { readonly text: string };

/**
 * Reads and judges one text as a comment on nothing in particular would be now, and keeps nothing. What rules ask of the site's
 * own comments is not known of it.
 *
 * @param find asks other rules than those in force; null asks these.
 */
export async function tryRules(
  deps: TryDeps,
  parts: JudgingParts,
  tried: TriedText,
  find: ((comment: TriedComment) => Promise<RuleFindings>) | null,
): Promise<Omit<RuleTrialView, 'leftOut'>> {
  const { text, section } = tried;
  const author = tried.author ?? {};
  const createdAt = deps.now().toISOString();
  const normalised = normalise(text);
  const evaluation = await weighed(deps.weighing, parts.artefact, text);
  const comment = { text, section, author, createdAt, decidedAt: createdAt };
  const decided = (findings: RuleFindings) =>
    evaluation === null
      ? null
      : decideUnder(parts, { text, evaluation, findings }, { place: { article: null, section }, author, createdAt })
          .decision.outcome;
  const published = findRuleHits(parts.rules, { ...comment, normalised });
  const findings = find === null ? published : await find(comment);
  return {
    normalised: normalised.text,
    transformations: meant(text, normalised),
    hits: findings.hits,
    broken: findings.broken.map(({ rule }) => rule),
    scores: evaluation === null ? null : deps.scoresOf(evaluation),
    decision: decided(findings),
    inForce: find === null ? null : { decision: decided(published), rules: published.hits.map(({ rule }) => rule) },
  };
}

async function weighed(weighing: WeighDeps, artefact: string, text: string) {
  try {
    const [one] = await weigh(weighing, [{ text, language: null, article: null, parentText: null }], {
      lane: 'live',
      artefact,
    });
    return one?.evaluation ?? null;
  } catch (error) {
    if (isOutage(error)) return null;
    throw error;
  }
}

/** What was undone, as it stood and as it is read. */
function meant(text: string, normalised: Normalised): RuleTrialView['transformations'] {
  const stretches = Array.from({ length: normalised.text.length }, (_, at) =>
    normalised.toOriginal({ begin: at, end: at + 1 }),
  );
  return normalised.transformations.map((one) => {
    const first = stretches.findIndex(({ end }) => end > one.begin);
    const after = stretches.findIndex(({ begin }) => begin >= one.end);
    const last = after < 0 ? stretches.length : after;
    const read = first < 0 ? '' : normalised.text.slice(first, Math.max(first, last));
    return { ...one, original: text.slice(one.begin, one.end), meant: read };
  });
}
