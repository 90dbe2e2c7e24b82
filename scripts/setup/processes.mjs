import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Runs a program and waits for its end. Its output is kept, not shown.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, seconds?: number }} [options] `seconds` after which it is killed
 * @returns {Promise<{ ok: boolean, output: string, errors: string }>} never rejects; a program that cannot be started is not ok
 */
export function run(program, args, { cwd, env = process.env, seconds } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: seconds === undefined ? undefined : seconds * 1000,
      killSignal: 'SIGKILL',
    });
    // Set-up that ends early takes its children along.
    const end = () => child.kill();
    process.on('exit', end);
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.on('error', (error) => resolve({ ok: false, output, errors: error.message }));
    child.on('close', (code, signal) => {
      process.off('exit', end);
      const late = signal === 'SIGKILL' && seconds !== undefined ? `${program} did not end within ${seconds} s\n` : '';
      resolve({ ok: code === 0, output, errors: errors + late });
    });
  });
}

/** The full path of a program on PATH, or undefined. */
export function findProgram(name, path = process.env.PATH ?? '') {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    for (const ending of process.platform === 'win32' ? ['.exe', '.cmd'] : ['']) {
      const file = join(folder, name + ending);
      try {
        accessSync(file, constants.X_OK);
        if (statSync(file).isFile()) return file;
      } catch {
        // Not here; the next folder may have it.
      }
    }
  }
  return undefined;
}

/**
 * Runs npm with the Node that runs set-up: the npm that started it, or the one on PATH.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string, seconds?: number }} options
 */
export function npm(args, options) {
  const own = process.env.npm_execpath;
  if (own?.endsWith('npm-cli.js')) return run(process.execPath, [own, ...args], options);
  return run(findProgram('npm') ?? 'npm', args, options);
}

/** The lines of npm's or pip's output that tell what went wrong, shortened to the first two. */
export function complaint(errors) {
  const lines = errors
    .split('\n')
    .filter((line) => /^(npm (error|ERR!)|ERROR:|error)/i.test(line.trim()))
    .map((line) => line.replace(/^\s*(npm (error|ERR!)|ERROR:)\s*/i, '').trim())
    .filter((line) => line !== '' && !/^(code|errno|syscall) |complete log of this run/i.test(line));
  const last = errors.trim().split('\n').at(-1) ?? '';
  return (lines.length > 0 ? lines.slice(0, 2).join('; ') : last).slice(0, 400) || 'it gave no reason';
}
