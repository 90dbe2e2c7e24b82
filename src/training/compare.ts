import { z } from 'zod';
import type { ModelLabel } from '../core/labels.js';
import type { Evaluation } from './evaluation.js';
import { between, percent } from './report-text.js';

const share = z.looseObject({ share: z.number(), low: z.number(), high: z.number(), hits: z.number(), of: z.number() });

/** What a comparison needs of an evaluation that `premod evaluate --json` wrote; the rest may be of an older form. */
export const EarlierEvaluation = z.looseObject({
  id: z.string(),
  name: z.string(),
  rows: z.number(),
  labels: z.record(
    z.string(),
    z.looseObject({
      rows: z.number(),
      positives: z.number(),
      auc: z.number().nullable(),
      aucInterval: z.looseObject({ low: z.number(), high: z.number() }).nullable(),
      review: z.looseObject({ threshold: z.number(), recall: share, falseAlarms: share }).nullable(),
    }),
  ),
  harmless: share,
  capabilities: z.array(
    z.looseObject({
      capability: z.string(),
      cases: z.number(),
      passed: z.number(),
      failures: z.array(z.looseObject({ text: z.string() })),
    }),
  ),
  goals: z.array(
    z.looseObject({ what: z.string(), goal: z.string(), measured: z.string(), met: z.boolean().nullable() }),
  ),
});
export type EarlierEvaluation = z.infer<typeof EarlierEvaluation>;

/**
 * An artefact beside an earlier one, both as `premod evaluate` measured them: labels, capabilities, goals.
 *
 * Labels are only compared where both were measured on as many rows with as many that carry it; a capability by the texts that
 * one of the two judges rightly and the other does not, which says more than two shares of the same few texts.
 */
export function comparison(now: Evaluation, before: EarlierEvaluation): string {
  return [
    `## ${now.name} (${now.id.slice(0, 12)}) beside ${before.name} (${before.id.slice(0, 12)})`,
    ...labelsBeside(now, before),
    `Comments under real debates that reach a threshold: ${between(before.harmless)} → ${between(now.harmless)}.`,
    ...capabilitiesBeside(now, before),
    ...goalsBeside(now, before),
  ].join('\n\n');
}

function labelsBeside(now: Evaluation, before: EarlierEvaluation): string[] {
  const elsewhere: string[] = [];
  const lines = (Object.keys(now.labels) as ModelLabel[]).flatMap((label) => {
    const is = now.labels[label];
    const was = before.labels[label];
    if (is === undefined || was === undefined) return [];
    if (is.rows !== was.rows || is.positives !== was.positives) {
      elsewhere.push(label);
      return [];
    }
    const fell = is.auc !== null && was.aucInterval !== null && is.auc < was.aucInterval.low;
    const cells = [
      label,
      `${was.auc?.toFixed(3) ?? '–'} → ${is.auc?.toFixed(3) ?? '–'}${fell ? ' (below its interval)' : ''}`,
      was.review === null || is.review === null ? '–' : `${was.review.threshold} → ${is.review.threshold}`,
      beside(was.review?.recall, is.review?.recall),
      beside(was.review?.falseAlarms, is.review?.falseAlarms),
    ];
    return [`| ${cells.join(' | ')} |`];
  });
  const table = ['| label | AUC | review from | finds | false alarms |', '|---|---|---|---|---|', ...lines].join('\n');
  return [
    ...(lines.length === 0 ? [] : [table]),
    ...(elsewhere.length === 0
      ? []
      : [
          `Measured on other rows than it, and so not compared: ${elsewhere.join(', ')}. Evaluate both with the same data.`,
        ]),
  ];
}

function beside(was: { readonly share: number } | undefined, is: { readonly share: number } | undefined): string {
  return was === undefined || is === undefined ? '–' : `${percent(was.share)} → ${percent(is.share)}`;
}

function capabilitiesBeside(now: Evaluation, before: EarlierEvaluation): string[] {
  const lines = now.capabilities.flatMap((is) => {
    const was = before.capabilities.find(({ capability }) => capability === is.capability);
    // Other texts since: who gained and lost cannot be told.
    if (was === undefined || was.cases !== is.cases) return [];
    const gained = onlyIn(was.failures, is.failures);
    const lost = onlyIn(is.failures, was.failures);
    if (gained === 0 && lost === 0) return [];
    const odds = byChance(Math.max(gained, lost), gained + lost);
    const cells = [is.capability, `${was.passed} → ${is.passed} of ${is.cases}`, gained, lost, odds.toFixed(2)];
    return [`| ${cells.join(' | ')} |`];
  });
  if (lines.length === 0) return [];
  const head = '| capability | right | gained | lost | as far apart by chance |';
  return [[head, '|---|---|---|---|---|', ...lines].join('\n')];
}

type Failures = readonly { readonly text: string }[];

function onlyIn(these: Failures, those: Failures): number {
  const known = new Set(those.map(({ text }) => text));
  return these.filter(({ text }) => !known.has(text)).length;
}

/**
 * How often so many texts or more of those on which the two differ go one way, if each way were as likely.
 *
 * @see McNemar, "Note on the sampling error of the difference between correlated proportions", 1947; here the exact, two-sided form.
 */
export function byChance(most: number, differing: number): number {
  let tail = 0;
  let ways = 1;
  for (let k = 0; k <= differing - most; k++) {
    tail += ways;
    ways *= (differing - k) / (k + 1);
  }
  return Math.min(1, (2 * tail) / 2 ** differing);
}

function goalsBeside(now: Evaluation, before: EarlierEvaluation): string[] {
  const moved = now.goals.flatMap((is) => {
    const was = before.goals.find(({ what }) => what === is.what);
    if (was === undefined || was.measured === is.measured) return [];
    const turned = was.met === is.met ? '' : is.met === true ? 'met now' : 'no longer met';
    return [`| ${is.what} | ${is.goal} | ${was.measured} → ${is.measured} | ${turned} |`];
  });
  return moved.length === 0 ? [] : [['| goal | | | |', '|---|---|---|---|', ...moved].join('\n')];
}
