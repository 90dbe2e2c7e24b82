import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openRuleThread } from '../../src/cli/rule-thread.js';

/** Tests run the built program; so does the thread. */
const PROGRAM = new URL('../../dist/server/cli/rule-thread-work.js', import.meta.url);
const LIST = `about: What this newsroom looks for.
rules:
  - id: quay
    label: spam
    effect: review
    when: { phrases: [roof of the quay] }
    reason: It speaks of the quay.
    match: [We saw the roof of the quay.]
    ignore: [Nothing of that kind.]
`;
const asked = (yaml = LIST) => ({ shipped: [], documents: { quays: yaml }, today: '2027-03-31', examples: true });

const folder = mkdtempSync(join(tmpdir(), 'premod-thread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A thread whose program is the given words. */
function openWith(program: string) {
  const file = join(folder, `${Math.random()}.mjs`);
  writeFileSync(file, `import { parentPort } from 'node:worker_threads';\n${program}`);
  return openRuleThread(pathToFileURL(file));
}

describe('A thread for rules', () => {
  it('answers as the process itself would, one question after the other', async () => {
    const thread = openRuleThread(PROGRAM);
    const [sound, faulty] = await Promise.all([
      thread.examine(asked()),
      thread.examine(asked(LIST.replace('effect: review', 'efect: review'))),
    ]);
    expect(sound.places).toEqual(new Map([['quay', { list: 'quays', line: 6, column: 5 }]]));
    expect(faulty).toMatchObject({ lists: null, faults: [{ list: 'quays', line: 5, rule: 'quay' }] });
    const found = await thread.find({
      key: 'a',
      lists: sound.lists ?? [],
      comment: { text: 'The r o o f of the quay!' },
    });
    expect(found.hits).toMatchObject([{ rule: 'quay', stretches: [{ begin: 4, end: 23 }] }]);
    expect(await thread.find({ key: 'b', lists: [], comment: { text: 'The roof of the quay!' } })).toMatchObject({
      hits: [],
    });
    expect(await thread.reread({ content: sound.lists })).toEqual([]);
    await thread.close();
    await expect(thread.examine(asked())).rejects.toThrow('about to end');
  });

  it('that cannot be started leaves the work to the process', async () => {
    for (const thread of [openRuleThread(new URL('file:///nowhere.mjs')), openWith('throw new Error("Not today.");')]) {
      expect((await thread.examine(asked())).faults).toEqual([]);
      expect((await thread.examine(asked())).faults).toEqual([]);
      // Nobody waits for this: comments come first.
      await expect(thread.hold({ content: [] })).rejects.toThrow('No thread for rules');
      await thread.close();
    }
  });

  it('that ends over a question fails this one, and answers those behind it', async () => {
    const thread = openWith(`
      parentPort.on('message', ({ asked }) => {
        if ('bad' in asked.documents) process.exit(1);
        if ('worse' in asked.documents) throw new Error('out of memory');
        parentPort.postMessage({ answer: { faults: ['an answer'] } });
      });
      parentPort.postMessage('ready');`);
    const ask = (name: string) => thread.examine({ ...asked(), documents: { [name]: '' } });
    const answers = await Promise.allSettled([ask('good'), ask('bad'), ask('good'), ask('worse'), ask('good')]);
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    await thread.close();
  });

  it('says what was wrong with a question that it could not answer', async () => {
    const thread = openRuleThread(PROGRAM);
    await expect(thread.examine({ ...asked(), documents: { quays: 1 as never } })).rejects.toThrow();
    expect((await thread.examine(asked())).faults).toEqual([]);
    await thread.close();
  });
});
