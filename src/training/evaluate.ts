import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelLabel } from '../core/labels.js';
import type { Backend } from '../model/backend.js';
import { loadModel, type Model } from '../model/model.js';
import { type Agreement, measureAgreement } from './agreement.js';
import type { Drawn } from './disagreements.js';
import type { Evaluation } from './evaluation.js';
import { evidenceIn } from './evidence.js';
import type { Progress } from './features.js';
import { type Capability, judgeCapabilities } from './functional.js';
import { devRows, goalsOf } from './goals.js';
import { type IdentityTemplates, judgeIdentities } from './identities.js';
import { answersOf, outputsByLabel } from './measure.js';
import { evaluateLabel } from './measure-labels.js';
import { evaluateReaders } from './measure-readers.js';
import { evaluateTopic, type TopicCases } from './measure-topic.js';
import { shareOf } from './metrics.js';
import { kindsOfMistakes, worstOwnMistakes } from './mistakes.js';
import { readings, readSplit } from './prepare.js';
import { placeOf } from './random.js';
import { readerAgreement } from './reader-agreement.js';
import { readRecipe, recipeIdentity } from './recipe.js';
import { isHarmless, isOfDebate, type Row } from './rows.js';
import { logitsOf } from './run-model.js';
import { NEVER, shippedThresholds } from './shipped-thresholds.js';
import type { Speed } from './speed.js';
import { unseenRows } from './unseen.js';

export type EvaluateOptions = {
  /** The artefact's folder. */
  readonly artefact: string;
  readonly recipe: string;
  readonly data: string;
  readonly backend: Backend;
  readonly progress: Progress;
  /** The most validation rows of each set that are measured on; left out, all. */
  readonly sample?: number | undefined;
  readonly capabilities?: readonly Capability[];
  readonly identities?: IdentityTemplates;
  readonly topicCases?: TopicCases;
  readonly disagreements?: readonly Drawn[];
  /** Another backend to compare scores with. */
  readonly other?: Backend;
  /** Measured in processes of their own. */
  readonly speed?: readonly Speed[];
};

/** Texts on which two backends are compared. */
const COMPARED = 200;

/** Measures an artefact on the validation rows of a recipe, through the very graph that the service runs. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { progress, sample } = options;
  const recipe = await readRecipe(options.recipe);
  const model = await loadModel(options.artefact, options.backend);
  const { manifest, tokenizer } = model;
  progress('reading', 0, 1);
  const split = await readSplit(recipe, options.data, dirname(options.recipe));
  const identity = recipeIdentity(options.recipe, recipe);
  const unseen = unseenRows(manifest, identity, split);
  const rows = sample === undefined ? unseen.rows : sampled(unseen.rows, sample);
  progress('reading', 1, 1);

  const windows = rows.map(({ text }) => readings(tokenizer, text));
  const logits = await logitsOf(model, windows, progress);
  const answers = answersOf(manifest, logits);
  const outputs = outputsByLabel(rows, manifest.labels, logits);
  const stream = { prior: recipe.thresholds.prior, largestShare: recipe.calibration.largestShare };
  const thresholds = shippedThresholds(manifest);
  const labels = Object.fromEntries(
    outputs.map((one) => [one.label, evaluateLabel(one, answers, thresholds, stream)] as const),
  );
  const flagged = (which: (row: Row) => boolean) => {
    const asked = answers.filter((_, i) => which(rows[i] as Row));
    const reaching = asked.filter((scores) =>
      manifest.labels.some((label) => (scores[label] ?? 0) >= (thresholds[label]?.review ?? NEVER)),
    );
    return shareOf(reaching.length, asked.length);
  };

  const topic = await evaluateTopic(
    model,
    split.topic,
    { seed: recipe.seed, own: options.topicCases ?? null },
    progress,
  );
  const capabilities = await judgeCapabilities(options.capabilities ?? [], model);
  const identities =
    options.identities === undefined ? null : await judgeIdentities(model, options.identities, progress);
  const agreement = options.other === undefined ? null : await agreementWith(model, options.other, windows);
  model.executor.dispose();

  const measured = {
    id: model.id,
    name: manifest.name,
    trainedAt: manifest.trainedAt,
    bytes: await sizeOf(options.artefact),
    backend: options.backend.library,
    recipe: identity,
    sameData: unseen.sameData,
    sure: unseen.sure,
    doubts: unseen.doubts,
    rows: rows.length,
    sample: sample ?? null,
    labels,
    readers: evaluateReaders(rows, manifest.labels, answers, { thresholds, largestShare: stream.largestShare }),
    readersAgree:
      recipe.labels === undefined ? null : await readerAgreement(join(dirname(options.recipe), recipe.labels.folder)),
    disagreements: options.disagreements ?? [],
    evidence: sample === undefined && unseen.sure ? evidenceIn(outputs, answers) : null,
    debates: flagged(isOfDebate),
    harmless: flagged((row) => isHarmless(row, manifest.labels)),
    topic,
    capabilities,
    identities,
    agreement,
    speed: options.speed ?? [],
    mistakes: {
      kinds: kindsOfMistakes(outputs, answers, thresholds),
      own: worstOwnMistakes(capabilities, thresholds),
    },
  };
  const dev = (set: string, label: ModelLabel) => devRows(rows, answers, set, label);
  return { ...measured, goals: goalsOf(measured, dev, stream.largestShare) };
}

async function agreementWith(
  model: Model,
  backend: Backend,
  windows: readonly (readonly Int32Array[])[],
): Promise<Agreement> {
  const other = await loadModel(model.directory, backend);
  const step = Math.max(1, Math.floor(windows.length / COMPARED));
  const texts = windows.filter((_, i) => i % step === 0).slice(0, COMPARED);
  const agreement = await measureAgreement(model, other, texts);
  other.executor.dispose();
  return agreement;
}

/** So many rows of each set, always the same ones. */
function sampled(rows: readonly Row[], most: number): Row[] {
  const sets = [...new Set(rows.map(({ set }) => set))];
  const place = ({ id }: Row) => placeOf(`sample ${id}`);
  return sets.flatMap((set) =>
    rows
      .filter((row) => row.set === set)
      .sort((a, b) => place(a) - place(b))
      .slice(0, most),
  );
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
