import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder, loadNative, nativeFolder } from '../../src/model/native.js';
import { execute, root, script, temporaryFolder } from './support.js';

const { finished, placeOf, STAMP } = await script('setup/native.mjs');

/** Asks set-up for the backend only, in an empty cache and with no program on PATH. */
async function backendOnly(env: NodeJS.ProcessEnv, more: readonly string[] = []) {
  const cache = temporaryFolder();
  return await execute(process.execPath, [...more, 'scripts/setup.mjs', '--only', 'backend'], {
    env: { PATH: temporaryFolder(), XDG_CACHE_HOME: cache, HOME: cache, ...env },
  });
}

describe('The native backend', () => {
  it.for([{ XDG_CACHE_HOME: '/some/cache' }, { XDG_CACHE_HOME: '' }, {}])(
    'is looked for where set-up puts it, given %o',
    (env) => {
      expect(placeOf(root, env).folder).toBe(nativeFolder(cacheFolder(env)));
    },
  );

  it('counts as installed only as long as every file has its size and the recipe is the same', () => {
    const folder = temporaryFolder();
    const recipe = 'recipe';
    writeFileSync(join(folder, 'library'), '12345');
    expect(finished({ folder, recipe })).toBeUndefined();
    writeFileSync(
      join(folder, STAMP),
      JSON.stringify({ recipe, tensorflow: '2.21.0', files: [{ file: 'library', size: 5 }] }),
    );
    expect(finished({ folder, recipe })).toMatchObject({ tensorflow: '2.21.0' });
    expect(finished({ folder, recipe: 'another' })).toBeUndefined();
    writeFileSync(join(folder, 'library'), '1234');
    expect(finished({ folder, recipe })).toBeUndefined();
  });
});

describe('Set-up, where the native backend cannot be had', () => {
  it('goes on with WASM and says in one line how slow it is, why, and what to do', async () => {
    const { status, output } = await backendOnly({});
    expect(status).toBe(0);
    expect(output.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^Backend: WASM, about 5 to 13 times slower .* because there is no C\+\+ compiler .* run npm run setup again\.$/,
      ),
    ]);
  });

  it('says why tfjs-node’s ready-made binding does not stand in for a compiler', async () => {
    const { output } = await backendOnly({});
    const decision = 'docs/decisions/0009-no-ready-made-binding.md';
    expect(output).toContain(`no checksum is known of the ready-made binding that tfjs-node would download`);
    expect(output).toContain(decision);
    expect(readFileSync(join(root, decision), 'utf8')).toContain('no checksum');
  });

  it('stops when PREMOD_BACKEND=native insists', async () => {
    const { status, errors } = await backendOnly({ PREMOD_BACKEND: 'native' });
    expect(status).toBe(1);
    expect(errors).toContain('The native backend was asked for (PREMOD_BACKEND=native), but there is no C++ compiler');
    expect(errors).not.toContain('    at ');
  });

  it('does not even look when PREMOD_BACKEND=wasm', async () => {
    const { status, output } = await backendOnly({ PREMOD_BACKEND: 'wasm' });
    expect(status).toBe(0);
    expect(output).toContain('because PREMOD_BACKEND=wasm');
  });

  it('names the words that PREMOD_BACKEND may hold', async () => {
    const { status, errors } = await backendOnly({ PREMOD_BACKEND: 'gpu' });
    expect(status).toBe(1);
    expect(errors).toBe('PREMOD_BACKEND is "gpu"\nSet it to native, wasm or auto, or leave it out.\n');
  });
});

describe('A failed attempt', () => {
  /** Sees to the backend as `npm start` does, which nobody asked to try again. */
  async function atStart(failure: object) {
    const env = { PATH: temporaryFolder(), XDG_CACHE_HOME: temporaryFolder() };
    const { folder, recipe } = placeOf(root, env);
    mkdirSync(dirname(folder), { recursive: true });
    const remembered = { recipe, at: Date.now(), tools: '', why: 'it rained', remedy: 'Wait.', ...failure };
    writeFileSync(`${folder}.failed.json`, JSON.stringify(remembered));
    const start = `import { provideBackend } from './scripts/setup/native.mjs';
      await provideBackend({ root: process.cwd(), asked: false });`;
    const { output } = await execute(process.execPath, ['--input-type=module', '-e', start], { env });
    return { output, backend: loadNative(cacheFolder(env)) };
  }

  it('is not made again at the next start; the service says why there is no native backend', async () => {
    expect(await atStart({})).toEqual({ output: '', backend: { kind: 'absent', why: 'it rained. Wait.' } });
  });

  it.for([
    ['a day has passed', { at: Date.now() - 25 * 3_600_000 }],
    ['pip or a compiler came or went', { tools: 'pip3 c++' }],
    ['premod brings another library', { recipe: 'older' }],
  ] as const)('is made again when %s', async ([, failure]) => {
    const { output, backend } = await atStart(failure);
    expect(output).toContain('because there is no C++ compiler');
    expect(backend).toMatchObject({ kind: 'absent', why: expect.stringContaining('there is no C++ compiler') });
  });
});

describe('Set-up', () => {
  it('says which Node it needs when this one is too old', async () => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })`;
    const { status, errors } = await backendOnly({}, [
      '--import',
      `data:text/javascript,${encodeURIComponent(pretend)}`,
    ]);
    expect(status).toBe(1);
    expect(errors).toMatch(/^premod needs Node 20\.19 or newer, and this is Node 20\.18\.3/);
  });

  it('refuses an option that it does not know', async () => {
    const { status, errors } = await execute(process.execPath, ['scripts/setup.mjs', '--then', 'fly']);
    expect(status).toBe(1);
    expect(errors).toContain('setup does not know --then fly');
  });
});

describe('premod', () => {
  /** A checkout with nothing but the command, and what was built into it. */
  function checkout(program: string | undefined) {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'scripts'));
    mkdirSync(join(folder, 'dist', 'server'), { recursive: true });
    cpSync(join(root, 'scripts', 'premod.mjs'), join(folder, 'scripts', 'premod.mjs'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    if (program !== undefined) writeFileSync(join(folder, 'dist', 'server', 'main.js'), program);
    return folder;
  }

  it('says to run set-up when nothing is built yet, on stderr', async () => {
    const { status, output, errors } = await execute(process.execPath, [
      join(checkout(undefined), 'scripts', 'premod.mjs'),
      'score',
    ]);
    expect({ status, output }).toEqual({ status: 1, output: '' });
    expect(errors).toContain('npm run setup');
  });

  it("puts nothing of its own into a command's output, and passes arguments and exit status on", async () => {
    const folder = checkout(`console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 3;`);
    // The image calls it through a link on PATH.
    symlinkSync(join(folder, 'scripts', 'premod.mjs'), join(folder, 'premod'));
    const { status, output } = await execute(join(folder, 'premod'), ['score', '--bundle', 'a b']);
    expect({ status, output }).toEqual({ status: 3, output: '["score","--bundle","a b"]\n' });
  });

  it('gets the signals that npm gets, and its exit status becomes npm’s', async () => {
    const folder = checkout(`setInterval(() => {}, 1000);
      process.on('SIGTERM', () => { console.log('stopping'); process.exit(5); });
      console.log('ready');`);
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts }));
    const npm = spawn('npm', ['run', '-s', 'premod', '--', 'serve'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (text.includes('ready')) npm.kill('SIGTERM');
    });
    const status = await new Promise((resolve) => npm.on('close', resolve));
    expect({ status, output }).toEqual({ status: 5, output: 'ready\nstopping\n' });
  });
});
