import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Config } from '../config.js';
import { openBackend } from '../model/backend.js';
import { loadNative } from '../model/native.js';
import { train } from '../training/train.js';
import { reportProgress } from './report-progress.js';
import { say } from './say.js';

export type TrainCommand = {
  readonly recipe: string;
  readonly data: string;
  readonly encoder: string;
  readonly from?: readonly string[];
  readonly out?: string;
  readonly replace?: boolean;
  readonly activate?: boolean;
};

/**
 * Trains an artefact by a recipe. A run that is cut goes on where it stopped, from `.cache/training`.
 *
 * @throws Error where the native backend is not there: training on WebAssembly would take days; where the artefact is to become the
 *   active one and would not lie where that is looked for.
 */
export async function trainCommand(config: Config, command: TrainCommand): Promise<void> {
  const name = basename(command.recipe).replace(/\.ya?ml$/, '');
  const out = resolve(command.out ?? join(config.model.directory, `${name}-${new Date().toISOString().slice(0, 10)}`));
  if (command.activate === true && dirname(out) !== resolve(config.model.directory)) {
    throw new Error(`${out} cannot become the active artefact, because it does not lie in ${config.model.directory}.`);
  }
  // First of what computes, because it decides how the library computes.
  const backend = openBackend({ choice: 'native', cache: config.model.cache });
  const native = loadNative(config.model.cache);
  if (native.kind === 'absent') throw new Error(`Training needs the native backend: ${native.why}`);
  const work = resolve('.cache', 'training', name);
  await mkdir(work, { recursive: true });
  const trained = await train({
    recipe: resolve(command.recipe),
    data: resolve(command.data),
    encoder: resolve(command.encoder),
    out,
    replace: command.replace === true,
    ...(command.from !== undefined && { from: command.from.map((path) => resolve(path)) }),
    backend,
    tf: native.tf,
    work,
    now: new Date(),
    progress: reportProgress(),
  });
  say(`The artefact ${trained.id} lies in ${trained.directory}. Measure it: premod evaluate --card --artefact ${out}`);
  if (trained.picture !== null) say(`Its losses and what it measured, as a page: ${trained.picture}`);
  if (command.activate !== true) return;
  await writeFile(join(config.model.directory, 'CURRENT'), `${basename(trained.directory)}\n`);
  say(`It is the active one from the next start.`);
}
