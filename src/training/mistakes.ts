import type { ModelLabel } from '../core/labels.js';
import type { CapabilityResult } from './functional.js';
import { type answersOf, judged, type LabelOutputs } from './measure.js';
import { type Share, shareOf } from './metrics.js';
import { isOfOthers } from './rows.js';
import type { ShippedThresholds } from './shipped-thresholds.js';

/** A kind of mistake on texts of others, which are counted and never quoted. */
export type MistakeKind = {
  readonly label: ModelLabel;
  readonly fault: 'missed' | 'false alarm';
  /** What the texts look like. */
  readonly form: Form;
  readonly wrong: Share;
  /** Mean score of those that were judged wrongly. */
  readonly score: number;
};

/** A mistake on a text of our own, which may be quoted. */
export type OwnMistake = {
  readonly capability: string;
  readonly text: string;
  readonly label: ModelLabel;
  readonly fault: 'missed' | 'false alarm';
  readonly score: number;
  readonly threshold: number;
};

const FORMS = {
  'with words in quotation marks': (text: string) => /["“”«»]/u.test(text),
  'that negate': (text: string) => /\b(?:not|no|never|nobody|none|cannot|\w+n['’]t)\b/iu.test(text),
  'that ask': (text: string) => /\?/u.test(text),
  'of up to six words': (text: string) => wordsOf(text) <= 6,
  'of more than sixty words': (text: string) => wordsOf(text) > 60,
  'in plain words': () => true,
} as const;
export type Form = keyof typeof FORMS;

const FEWEST = 20;
const SHOWN = 20;

/**
 * The kinds of text of others that the shipped thresholds get wrong most surely: by the lower bound of the share that is wrong, so that
 * three wrong of four do not come before ninety of two hundred.
 */
export function kindsOfMistakes(
  outputs: readonly LabelOutputs[],
  answers: ReturnType<typeof answersOf>,
  thresholds: ShippedThresholds,
): MistakeKind[] {
  const kinds = outputs.flatMap((one): MistakeKind[] => {
    const review = thresholds[one.label]?.review;
    if (review === undefined) return [];
    const rows = judged(one, answers)
      .filter(({ row }) => isOfOthers(row))
      .map((row) => ({ ...row, form: formOf(row.row.text), flagged: row.score >= review }));
    return (Object.keys(FORMS) as Form[]).flatMap((form) =>
      [true, false].map((carries) => {
        const all = rows.filter((row) => row.form === form && row.carries === carries);
        const wrong = all.filter(({ flagged }) => flagged !== carries);
        const score = wrong.reduce((sum, row) => sum + row.score, 0) / Math.max(1, wrong.length);
        const fault = carries ? 'missed' : 'false alarm';
        return { label: one.label, fault, form, wrong: shareOf(wrong.length, all.length), score };
      }),
    );
  });
  return kinds
    .filter(({ wrong }) => wrong.of >= FEWEST && wrong.hits > 0)
    .sort((a, b) => b.wrong.low - a.wrong.low)
    .slice(0, SHOWN);
}

/** The texts of our own that are judged furthest from where they belong. */
export function worstOwnMistakes(results: readonly CapabilityResult[], thresholds: ShippedThresholds): OwnMistake[] {
  return results
    .flatMap(({ capability, failures }) =>
      failures.flatMap(({ text, scores, wrong }) =>
        wrong.map((label): OwnMistake => {
          const threshold = thresholds[label]?.review ?? 1;
          const score = scores[label] ?? 0;
          return { capability, text, label, score, threshold, fault: score < threshold ? 'missed' : 'false alarm' };
        }),
      ),
    )
    .sort((a, b) => distance(b) - distance(a))
    .slice(0, SHOWN);
}

/** How far a score lies on the wrong side, as a share of what lies on that side. */
function distance({ score, threshold }: OwnMistake): number {
  return score < threshold ? (threshold - score) / threshold : (score - threshold) / (1 - threshold);
}

function formOf(text: string): Form {
  return (Object.keys(FORMS) as Form[]).find((form) => FORMS[form](text)) ?? 'in plain words';
}

function wordsOf(text: string): number {
  return text.split(/\s+/u).filter((word) => word !== '').length;
}
