import { dirname } from 'node:path';
import type { ModelLabel } from '../core/labels.js';
import type { Backend } from '../model/backend.js';
import type { SuggestedThreshold } from '../model/manifest.js';
import { loadModel, type Model } from '../model/model.js';
import { type Progress, runWindows } from './features.js';
import { worstOfWindows } from './judge.js';
import { answersOf, judged, type LabelMetrics, measureLabel, outputsByLabel } from './measure.js';
import { shareInterval } from './metrics.js';
import { prepare, readings } from './prepare.js';
import { readRecipe } from './recipe.js';
import { worthOf } from './thresholds.js';

export type EvaluateOptions = {
  /** The artefact's folder. */
  readonly artefact: string;
  readonly recipe: string;
  readonly data: string;
  readonly backend: Backend;
  readonly progress: Progress;
};

export type Evaluated = {
  readonly id: string;
  readonly name: string;
  /** The rows are those that the artefact was measured on when it was made. */
  readonly sameData: boolean;
  readonly rows: number;
  readonly labels: Readonly<
    Partial<Record<ModelLabel, LabelMetrics & { readonly atReview: SuggestedThreshold | null }>>
  >;
  /** Comments of real threads that reach a review threshold; nearly all of them are harmless. */
  readonly harmless: {
    readonly comments: number;
    readonly any: number;
    readonly low: number;
    readonly high: number;
  };
};

const CHUNK = 2_000;

/** Measures an artefact on the validation rows of a recipe, through the very graph that the service runs. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluated> {
  const recipe = await readRecipe(options.recipe);
  const model = await loadModel(options.artefact, options.backend);
  const { manifest, tokenizer } = model;
  const prepared = await prepare(recipe, options.data, dirname(options.recipe), { tokenizer, tokens: manifest.tokens });
  const rows = prepared.validation.map(({ row }) => row);
  const windows = prepared.validation.map((measured) => measured.windows);
  const logits = await logitsOf(model, windows, options.progress);
  const comments = prepared.topic.threads.flatMap((thread) => thread.comments);
  const threadWindows = comments.map((text) => readings(tokenizer, text));
  const threadAnswers = answersOf(manifest, await logitsOf(model, threadWindows, options.progress));
  model.executor.dispose();

  const reaches = (scores: (typeof threadAnswers)[number]) =>
    manifest.labels.some((label) => (scores[label] ?? 0) >= (manifest.thresholds[label]?.review.threshold ?? 2));
  const flagged = threadAnswers.filter(reaches).length;
  const answers = answersOf(manifest, logits);
  const labels = outputsByLabel(rows, manifest.labels, logits).map((outputs) => {
    const review = manifest.thresholds[outputs.label]?.review;
    const atReview = review === undefined ? null : worthOf(judged(outputs, answers), review.threshold, review.prior);
    return [outputs.label, { ...measureLabel(outputs, answers, recipe.calibration.largestShare), atReview }] as const;
  });
  return {
    id: model.id,
    name: manifest.name,
    sameData: prepared.dataHash === manifest.dataHash,
    rows: rows.length,
    labels: Object.fromEntries(labels),
    harmless: {
      comments: comments.length,
      any: flagged / Math.max(1, comments.length),
      ...shareInterval(flagged, comments.length),
    },
  };
}

/** @returns the largest logit over each text's windows. [texts, labels] */
async function logitsOf(
  { executor, manifest }: Model,
  texts: readonly (readonly Int32Array[])[],
  progress: Progress,
): Promise<Float32Array> {
  const width = manifest.labels.length;
  const windows = texts.flat();
  const logits = new Float32Array(windows.length * width);
  const run = { executor, output: 'logits', width, padding: manifest.tokens.padding };
  for (let begin = 0; begin < windows.length; begin += CHUNK) {
    logits.set(await runWindows(run, windows.slice(begin, begin + CHUNK)), begin * width);
    progress('evaluating', Math.min(begin + CHUNK, windows.length), windows.length);
  }
  return worstOfWindows(
    logits,
    texts.map((own) => own.length),
    width,
  );
}
