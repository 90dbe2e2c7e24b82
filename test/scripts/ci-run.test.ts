import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { execute, root, temporaryFolder } from './support.js';

/** Runs .ci/run in a project of its own, whose test command is given and whose one test file holds this. */
async function ciRun(testCommand: string, testFile: string | undefined) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'scripts'));
  cpSync(join(root, '.ci'), join(folder, '.ci'), { recursive: true });
  cpSync(join(root, 'scripts', 'count-tests.mjs'), join(folder, 'scripts', 'count-tests.mjs'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts: { test: testCommand } }));
  if (testFile !== undefined)
    writeFileSync(join(folder, 'a.test.js'), `import { it, expect } from 'vitest';\n${testFile}`);
  const { status, output } = await execute(join(folder, '.ci', 'run'), [], { cwd: folder });
  return { status, lastLine: output.trimEnd().split('\n').at(-1), output };
}

describe('.ci/run', () => {
  it('ends with what the runner counted', async () => {
    const tests = `it('one', () => {}); it('two', () => {}); it.skip('three', () => {});`;
    expect(await ciRun('vitest run', tests)).toMatchObject({ status: 0, lastLine: '2 passed, 0 failed, 1 skipped' });
  });

  it('fails with the runner when a test fails', async () => {
    const tests = `it('one', () => {}); it('two', () => expect(1).toBe(2));`;
    expect(await ciRun('vitest run', tests)).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed' });
  });

  it('names the tests that passed at the second try only', async () => {
    const tests = `let tries = 0; it('slow one', () => expect(++tries).toBe(2)); it('two', () => {});`;
    const { status, lastLine, output } = await ciRun('vitest run --retry 1', tests);
    expect({ status, lastLine }).toEqual({ status: 0, lastLine: '2 passed, 0 failed' });
    expect(output).toMatch(/second try only: slow one\n/);
    expect(output).not.toContain('second try only: two');
  });

  it('fails when no test ran, although the runner was content', async () => {
    const { status, lastLine, output } = await ciRun('vitest run --passWithNoTests', undefined);
    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '0 passed, 0 failed' });
    expect(output).toContain('No test ran');
  });

  it('fails when every test was skipped', async () => {
    expect(await ciRun('vitest run', `it.skip('one', () => {});`)).toMatchObject({
      status: 1,
      lastLine: '0 passed, 0 failed, 1 skipped',
    });
  });

  it('says so when a test file could not be read', async () => {
    const { status, output } = await ciRun('vitest run', `throw new Error('broken file');`);
    expect(status).toBe(1);
    expect(output).toContain('failed outside of a test');
  });

  it('still prints its line when the runner is killed', async () => {
    const { status, lastLine, output } = await ciRun('kill -9 $$ #', undefined);
    expect(status).not.toBe(0);
    expect(lastLine).toBe('0 passed, 0 failed');
    expect(output).toContain('ended without a report');
  });
});
