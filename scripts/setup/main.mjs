import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { provideBackend } from './native.mjs';
import { oneLine, StepFailed } from './say.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What `--then` may name, and the file with its arguments that then runs. */
const THEN = {
  serve: (args) => ['dist/server/main.js', 'serve', ...args],
  test: (args) => ['node_modules/vitest/vitest.mjs', 'run', ...args],
};

/**
 * `setup` sets premod up; `setup --then serve` or `--then test` goes on with that; `setup --only backend` installs the
 * native backend and nothing else, which is how the image is built. Every step looks first whether it has anything to do.
 *
 * @param {readonly string[]} args
 */
export async function main(args) {
  const command = await setUp(args);
  if (command !== undefined) await goOn(command);
}

/** Does the steps and returns the command that comes after them, if any; a step that fails ends the process. */
async function setUp(args) {
  try {
    const { only, command } = parse(args);
    if (only === 'all') await install(root);
    await provideBackend({ root, asked: command === undefined });
    if (only === 'all') await build(root);
    if (command !== undefined && !existsSync(join(root, command[0]))) {
      throw new StepFailed(`${command[0]} is not there`, 'Look whether this checkout is complete (git status).');
    }
    return command;
  } catch (error) {
    if (error instanceof StepFailed) console.error(`${error.message}\n${error.remedy}`);
    else if (['ENOSPC', 'EACCES', 'EPERM', 'EROFS'].includes(error?.code)) {
      console.error(
        `Set-up stopped: ${oneLine(error)}.\nMake room or give this user the right to write there, and run the command again.`,
      );
    } else throw error;
    return process.exit(1);
  }
}

function parse(args) {
  const [option, name, ...rest] = args;
  if (option === undefined) return { only: 'all' };
  if (option === '--then' && Object.hasOwn(THEN, name)) return { only: 'all', command: THEN[name](rest) };
  if (option === '--only' && name === 'backend' && rest.length === 0) return { only: 'backend' };
  throw new StepFailed(
    `setup does not know ${args.join(' ')}`,
    `Use no arguments, --only backend, or --then ${Object.keys(THEN).join(' or --then ')}.`,
  );
}

/**
 * Becomes the program, in this process: signals reach it and its exit status is ours without anything in between. For the same
 * reason the scripts in package.json begin with `exec`: the shell that npm starts them in would keep npm's signals to itself.
 *
 * @param {readonly string[]} command a file of the project, and its arguments
 */
async function goOn([file, ...args]) {
  const path = join(root, file);
  process.chdir(root);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}
