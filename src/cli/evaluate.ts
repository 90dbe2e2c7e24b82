import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Config, ConfigurationError } from '../config.js';
import { currentArtefact, readManifest } from '../model/artefact.js';
import { type BackendChoice, openBackend } from '../model/backend.js';
import { CARD } from '../model/manifest.js';
import { loadModel } from '../model/model.js';
import { cardOf, learntOf } from '../training/card.js';
import { comparison, EarlierEvaluation } from '../training/compare.js';
import { readDisagreements } from '../training/disagreements.js';
import { evaluate } from '../training/evaluate.js';
import { capabilityTable, judgeCapabilities, readCapabilities } from '../training/functional.js';
import { readIdentityTemplates } from '../training/identities.js';
import { readTopicCases } from '../training/measure-topic.js';
import { keepEvidence, rewriteCard } from '../training/publish.js';
import { readRecipe } from '../training/recipe.js';
import { reportPage } from '../training/report-html.js';
import { goals, measuredPart } from '../training/report-markdown.js';
import { measureSpeed, type Speed } from '../training/speed.js';
import { readGiven, writeGiven } from './given-files.js';
import { reportProgress } from './report-progress.js';
import { say } from './say.js';

export type EvaluateCommand = {
  readonly artefact?: string;
  readonly recipe?: string;
  readonly data: string;
  readonly backend?: BackendChoice;
  readonly sample?: number;
  readonly against?: string;
  readonly json?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly card?: boolean;
  readonly keepEvidence?: boolean;
  readonly functional?: string;
  readonly failures?: boolean;
  readonly speed?: boolean;
};

const RECIPES = 'training-data/recipes';
/** Where the texts of our own lie in a clone. What is not there is not measured. */
const OWN = {
  capabilities: 'test/functional',
  identities: 'test/identity-templates.yaml',
  topicCases: 'test/topic-cases',
  disagreements: 'training-data/disagreements.yaml',
} as const;

/**
 * Measures an artefact through the graph that the service runs: everything (goals on stdout, files as asked for), only the
 * capabilities of a folder (a table), or only speed and memory of one backend (JSON).
 */
export async function evaluateCommand(config: Config, command: EvaluateCommand): Promise<void> {
  const artefact = resolve(command.artefact ?? (await currentArtefact(config.model.directory)));
  const choice = command.backend ?? config.model.backend;
  const { sample } = command;
  if (sample !== undefined && !(Number.isInteger(sample) && sample > 0)) {
    throw new Error('--sample takes a whole number of rows above 0');
  }
  const { cache } = config.model;
  if (command.functional !== undefined) {
    await judgeFunctional(artefact, command.functional, command.failures === true, { choice, cache });
  } else if (command.speed === true) {
    const speed = await measureSpeed(artefact, openBackend({ choice, cache }));
    process.stdout.write(`${JSON.stringify(speed, null, 2)}\n`);
  } else {
    await evaluateAll(artefact, command, { choice, cache });
  }
}

type Where = { readonly choice: BackendChoice; readonly cache: string };

async function evaluateAll(artefact: string, command: EvaluateCommand, { choice, cache }: Where): Promise<void> {
  // Read before ten minutes are spent.
  const earlier = command.against === undefined ? null : await readEarlier(command.against);
  const manifest = await readManifest(artefact);
  const recipe = resolve(command.recipe ?? join(RECIPES, manifest.recipe?.file ?? 'encoder.yaml'));
  const backend = openBackend({ choice, cache });
  const progress = reportProgress();
  const native = backend.name === 'native';
  progress('measuring speed', 0, 1);
  const speed = await speeds(artefact, native ? ['native', 'wasm'] : ['wasm']);
  progress('measuring speed', 1, 1);
  const evaluation = await evaluate({
    artefact,
    recipe,
    data: resolve(command.data),
    backend,
    progress,
    sample: command.sample,
    speed,
    ...(native && { other: openBackend({ choice: 'wasm', cache }) }),
    ...(existsSync(OWN.capabilities) && { capabilities: await readCapabilities(OWN.capabilities) }),
    ...(existsSync(OWN.identities) && { identities: await readIdentityTemplates(OWN.identities) }),
    ...(existsSync(OWN.topicCases) && { topicCases: await readTopicCases(OWN.topicCases) }),
    ...(existsSync(OWN.disagreements) && { disagreements: await readDisagreements(OWN.disagreements) }),
  });
  for (const doubt of evaluation.doubts) say(`Beware: ${doubt}`);
  if (evaluation.sample !== null)
    say(`Measured on at most ${evaluation.sample} rows of each set: not what a card is for.`);
  process.stdout.write(`${goals(evaluation)}\n`);
  if (earlier !== null) process.stdout.write(`\n${comparison(evaluation, earlier)}\n`);
  if (command.json !== undefined) await writeGiven(command.json, `${JSON.stringify(evaluation, null, 1)}\n`);
  if (command.markdown !== undefined) await writeGiven(command.markdown, measuredPart(evaluation));
  if (command.html !== undefined) await writeGiven(command.html, reportPage(evaluation));
  if (command.keepEvidence === true) {
    if (evaluation.evidence === null) throw new Error('These rows cannot be kept as evidence: see what to beware of.');
    say(`The manifest keeps the evidence; the artefact is ${await keepEvidence(artefact, evaluation.evidence)} now.`);
  }
  if (command.card !== true) return;
  const learnt = learntOf(manifest, recipe, await readRecipe(recipe));
  if (learnt === null) say('The recipe has changed since it was made: the card cannot say what it learnt from.');
  await rewriteCard(artefact, cardOf(manifest, learnt, evaluation));
  say(`The card is written: ${join(artefact, CARD)}`);
}

async function readEarlier(file: string): Promise<EarlierEvaluation> {
  const text = await readGiven(file);
  try {
    return EarlierEvaluation.parse(JSON.parse(text));
  } catch {
    throw new ConfigurationError(`${file}: is nothing that premod evaluate --json wrote.`);
  }
}

/** Each in a process of its own, one after the other: memory is that of the model, and nothing else runs meanwhile. */
async function speeds(artefact: string, backends: readonly BackendChoice[]): Promise<Speed[]> {
  const measured: Speed[] = [];
  for (const backend of backends) {
    const [, program = ''] = process.argv;
    const given = [...process.execArgv, program, 'evaluate', '--speed', '--artefact', artefact, '--backend', backend];
    const { stdout } = await promisify(execFile)(process.execPath, given, { env: process.env });
    measured.push(JSON.parse(stdout) as Speed);
  }
  return measured;
}

async function judgeFunctional(artefact: string, folder: string, failures: boolean, where: Where): Promise<void> {
  const model = await loadModel(artefact, openBackend(where));
  const results = await judgeCapabilities(await readCapabilities(resolve(folder)), model);
  model.executor.dispose();
  process.stdout.write(`${capabilityTable(results)}\n`);
  if (!failures) return;
  for (const { capability, failures: wrong } of results) {
    process.stdout.write(`\n${capability}\n`);
    for (const { text, scores } of wrong) process.stdout.write(`  ${JSON.stringify(scores)} ${text}\n`);
  }
}
