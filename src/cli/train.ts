import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Config } from '../config.js';
import { currentArtefact } from '../model/artefact.js';
import { openBackend } from '../model/backend.js';
import { loadNative } from '../model/native.js';
import { evaluate } from '../training/evaluate.js';
import { capabilityTable, judgeCapabilities, readCapabilities } from '../training/functional.js';
import { train } from '../training/train.js';
import { say } from './say.js';

export type TrainCommand = {
  readonly recipe: string;
  readonly data: string;
  readonly encoder: string;
  readonly out?: string;
  readonly activate?: boolean;
};

/**
 * Trains an artefact by a recipe. A run that is cut goes on where it stopped, from `.cache/training`.
 *
 * @throws Error where the native backend is not there: training on WebAssembly would take days.
 */
export async function trainCommand(config: Config, command: TrainCommand): Promise<void> {
  // First, because it decides how the library computes.
  const backend = openBackend({ choice: 'native', cache: config.model.cache });
  const native = loadNative(config.model.cache);
  if (native.kind === 'absent') throw new Error(`Training needs the native backend: ${native.why}`);
  const name = basename(command.recipe).replace(/\.ya?ml$/, '');
  const out = resolve(command.out ?? join(config.model.directory, `${name}-${new Date().toISOString().slice(0, 10)}`));
  const work = resolve('.cache', 'training', name);
  await mkdir(work, { recursive: true });
  const trained = await train({
    recipe: resolve(command.recipe),
    data: resolve(command.data),
    encoder: resolve(command.encoder),
    out,
    backend,
    tf: native.tf,
    work,
    now: new Date(),
    progress: reportProgress(),
  });
  say(`The artefact ${trained.id} lies in ${trained.directory}. Its card: ${join(trained.directory, 'CARD.md')}`);
  if (command.activate !== true) return;
  await writeFile(join(config.model.directory, 'CURRENT'), `${basename(trained.directory)}\n`);
  say(`It is the active one from the next start.`);
}

export type EvaluateCommand = {
  readonly artefact?: string;
  readonly recipe: string;
  readonly data: string;
  readonly functional?: string;
  readonly failures?: boolean;
};

/**
 * Measures an artefact through the graph that the service runs: on the validation rows of a recipe (JSON on stdout), or on the
 * capabilities of a folder (a table).
 */
export async function evaluateCommand(config: Config, command: EvaluateCommand): Promise<void> {
  const artefact = command.artefact ?? (await currentArtefact(config.model.directory));
  if (command.functional !== undefined) {
    await judgeFunctional(config, resolve(artefact), resolve(command.functional), command.failures === true);
    return;
  }
  const measured = await evaluate({
    artefact: resolve(artefact),
    recipe: resolve(command.recipe),
    data: resolve(command.data),
    backend: openBackend({ choice: config.model.backend, cache: config.model.cache }),
    progress: reportProgress(),
  });
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
}

async function judgeFunctional(config: Config, artefact: string, folder: string, failures: boolean): Promise<void> {
  const backend = openBackend({ choice: config.model.backend, cache: config.model.cache });
  const results = await judgeCapabilities(await readCapabilities(folder), artefact, backend);
  process.stdout.write(`${capabilityTable(results)}\n`);
  if (!failures) return;
  for (const { capability, failures: wrong } of results) {
    process.stdout.write(`\n${capability}\n`);
    for (const { text, scores } of wrong) process.stdout.write(`  ${JSON.stringify(scores)} ${text}\n`);
  }
}

/** One line a step on stderr; on a terminal it is rewritten as the step goes on. */
function reportProgress(): (step: string, done: number, total: number) => void {
  let current = '';
  let began = 0;
  let said = 0;
  return (step, done, total) => {
    const now = performance.now();
    if (step !== current) {
      if (current !== '' && process.stderr.isTTY) process.stderr.write('\n');
      current = step;
      began = now;
      said = 0;
      if (!process.stderr.isTTY) say(`${step} …`);
    }
    if (!process.stderr.isTTY || (now - said < 200 && done < total)) return;
    said = now;
    const left = done > 0 ? ((now - began) / done) * (total - done) : Number.NaN;
    const time = Number.isFinite(left) ? `, ${Math.ceil(left / 1000)} s left` : '';
    process.stderr.write(`\r${step}: ${done} of ${total}${time}\u001b[K`);
  };
}
