import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Commands, startCommands } from '../support/commands.js';

let commands: Commands;

beforeAll(async () => {
  commands = await startCommands();
}, 240_000);

afterAll(async () => {
  await commands?.stop();
}, 60_000);

const policies = (...words: readonly string[]) => commands.run('policies', ...words);
const write = (file: string, yaml: string) => commands.write(file, yaml);

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers by matching their shape
const get = async (path: string): Promise<any> => (await fetch(`${commands.service.url}${path}`)).json();
const send = async (method: string, path: string, body: object) =>
  (
    await fetch(`${commands.service.url}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).json();
const linesOf = (output: string) =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The policy in force with another threshold for incitement. */
async function asking(review: number, more: object = {}): Promise<string> {
  const { content } = await get('/v1/policies');
  const thresholds = { ...content.defaults.thresholds, incitement: { review, ...more } };
  return JSON.stringify({ ...content, defaults: { ...content.defaults, thresholds } }, null, 1);
}

describe('From the command line, the policy of a running service', () => {
  it('is drafted, tried, published with a reason, compared, listed, exported and taken back', async () => {
    const comment = { id: 'c1', articleId: 'harbour', author: { id: 'mara' }, text: 'The ferries run again at last.' };
    await send('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
    expect(await send('POST', '/v1/comments?wait=30000', comment)).toMatchObject({ decision: 'approve' });
    // One in a hundred is drawn for a check, and is tried only once it is judged.
    await send('POST', '/v1/reviews', { commentId: 'c1', revision: 1, action: 'approve' });

    const file = write('harbour.yaml', await asking(0));
    expect(await policies('draft', file)).toMatchObject({ status: 0, said: 'The draft is kept.\n' });
    expect(await get('/v1/policies')).toMatchObject({ revision: 1, drafts: [{ author: 'command line' }] });

    const tried = await policies('dry-run', '--limit', '10');
    expect(tried).toMatchObject({ status: 0, said: expect.stringContaining('Would change: approve → review: 1.') });
    expect(linesOf(tried.output)).toMatchObject([
      { commentId: 'c1', from: 'approve', to: 'review', reasons: [{ label: 'incitement' }], text: comment.text },
    ]);
    const none = await policies('dry-run', '--until', '2020-01-01');
    expect(none).toMatchObject({ status: 0, output: '', said: expect.stringContaining('No decision would change.') });

    const { updatedAt } = (await get('/v1/policies')).drafts[0];
    const changed = await policies('publish', '--why', 'Unseen.', '--expected-draft', '2026-01-01T00:00:00Z');
    expect(changed).toMatchObject({ status: 1, said: expect.stringContaining('command line changed the draft') });
    const published = await policies('publish', '--why', 'A court date.', '--expected-draft', updatedAt);
    expect(published).toMatchObject({ status: 0, said: expect.stringContaining('Revision 2 is in force.') });
    expect(published.said).toContain('premod policies rollback 1');
    expect(await get('/v1/policies')).toMatchObject({ revision: 2, why: 'A court date.', publishedBy: 'command line' });

    const compared = await policies('diff');
    expect(compared).toMatchObject({ status: 0, said: 'Revision 1 → 2: 0 new, 1 changed, 0 gone.\n' });
    expect(compared.output).toMatch(/^@ \/defaults\/thresholds\/incitement\n(- .*\n)+(\+ .*\n)+$/);
    expect(compared.output).toContain('+ review: 0\n');
    expect((await policies('diff', '1', '2')).output).toContain('- review: 0\n');

    const listed = await policies('list');
    expect(linesOf(listed.output)).toContainEqual({
      setting: '/defaults/thresholds/incitement',
      value: { review: 0, reject: null },
    });
    expect(listed.said).toMatch(/Revision 2, .*, by command line: A court date\./);

    const exported = join(commands.home, 'exported.yaml');
    expect((await policies('export', exported)).status).toBe(0);
    expect(readFileSync(exported, 'utf8')).toBe(readFileSync(file, 'utf8'));

    const unseen = await policies('rollback', '1', '--why', 'It is over.', '--expected', '1');
    expect(unseen).toMatchObject({ status: 1, said: expect.stringContaining('published revision 2') });
    const back = await policies('rollback', '1', '--why', 'It is over.', '--expected', '2');
    expect(back).toMatchObject({ status: 0, said: expect.stringContaining('Revision 3 is in force') });
    expect(await get('/v1/policies')).toMatchObject({ revision: 3, rolledBackTo: 1 });
  }, 400_000);

  it('is not published with a fault, without the precision, without a reason, or over somebody else’s', async () => {
    const { revision } = await get('/v1/policies');
    const faulty = write('faulty.yaml', 'defaults:\n  treshholds: {}\n');
    const drafted = await policies('draft', faulty);
    expect(drafted.status).toBe(1);
    expect(drafted.said).toContain(`${faulty}:2:3: unknown key "treshholds"; did you mean "thresholds"?`);
    expect(drafted.said).toContain('The draft is kept, with its faults.');
    const refused = await policies('publish', '--why', 'It has to be.');
    expect(refused).toMatchObject({ status: 1, said: expect.stringContaining('policy:2:3: unknown key') });
    expect(await policies('dry-run')).toMatchObject({ status: 1, output: '' });

    await policies('draft', write('bold.yaml', await asking(0.3, { reject: 0.35 })));
    const bold = await policies('publish', '--why', 'It has to be.');
    expect(bold).toMatchObject({
      status: 1,
      said: expect.stringMatching(/^policy:[2-9]\d*:\d+: incitement may not reject by itself/m),
    });

    await policies('draft', write('late.yaml', await asking(0.31)));
    expect((await policies('publish')).said).toContain('--why');
    const late = await policies('publish', '--why', 'Late.', '--expected', '1');
    expect(late).toMatchObject({ status: 1, said: expect.stringContaining(`published revision ${revision}`) });
    expect((await get('/v1/policies')).revision).toBe(revision);
  }, 400_000);

  it('says from where on a label may reject by itself, as the service does', async () => {
    const asked = await policies('thresholds', '--label', 'incitement', '--precision', '0.9', '--prior', '0.1');
    expect(asked.status).toBe(0);
    expect(JSON.parse(asked.output)).toEqual(
      await get('/v1/policies/thresholds?label=incitement&precision=0.9&prior=0.1'),
    );
    const audited = await policies('audit', '--section', 'sport');
    expect(audited.status).toBe(0);
    expect(JSON.parse(audited.output)).toEqual(await get('/v1/policies/audit?section=sport'));
    expect((await policies('thresholds', '--label', 'anger')).status).toBe(1);
    expect((await policies('thresholds', '--label', 'hate', '--precision', '95')).said).toContain('between 0 and 1');
  }, 400_000);

  it('is checked without a service too, at file, line and column, also for what it may not be published for', async () => {
    const check = async (name: string, yaml: string) => {
      const { status, said } = await commands.runAlone('policies', 'check', write(name, yaml));
      return { status, said };
    };
    expect(await check('sound.yaml', await asking(0.3))).toEqual({ status: 0, said: 'The policy is sound.\n' });
    const bold = await check('bold.yaml', await asking(0.3, { reject: 0.35 }));
    expect(bold.status).toBe(1);
    expect(bold.said).toMatch(/bold\.yaml:\d+:\d+: incitement may not reject by itself/);
    const silent = await check('silent.yaml', 'about: x\ndefaults: { thresholds: {} }\n');
    expect(silent.status).toBe(0);
    expect(silent.said).toContain('silent.yaml:2:13: incitement has no threshold');
  }, 400_000);

  it.each([
    ['diff', 'newest'],
    ['rollback', '1.5', '--why', 'So.'],
    ['dry-run', '--limit', '0'],
  ])(
    'is asked for by whole numbers: %s %s',
    async (...words) => {
      expect(await policies(...words)).toMatchObject({ status: 1, said: expect.stringMatching(/whole number/i) });
    },
    400_000,
  );

  it('says in a line that there is no such revision, or no draft', async () => {
    expect(await policies('diff', '99')).toMatchObject({ status: 1, said: 'premod: No revision has the id "99".\n' });
    await fetch(`${commands.service.url}/v1/policies/draft`, { method: 'DELETE' });
    expect((await policies('publish', '--why', 'So.')).said).toBe('premod: No draft has the id "policy".\n');
    expect((await policies('dry-run', '--from', 'yesterday')).said).toContain('"yesterday" is not a date');
  }, 400_000);
});

describe('From the command line, rules', () => {
  it('are tried on stored comments', async () => {
    const yaml = `about: Ferries.
rules:
  - { id: ferries, label: spam, effect: review, when: { words: [ferries] }, reason: It speaks of ferries., match: [The ferries.], ignore: [Nothing.] }
`;
    expect((await commands.run('rules', 'draft', write('ferries.yaml', yaml))).status).toBe(0);
    const tried = await commands.run('rules', 'dry-run', 'ferries');
    expect(tried).toMatchObject({ status: 0, said: expect.stringContaining('ferries: 1 (100.0 %)') });
    expect(linesOf(tried.output)).toMatchObject([{ commentId: 'c1', to: 'review', rules: ['ferries'] }]);
    expect((await commands.run('rules', 'dry-run', 'nothing')).said).toBe('premod: No draft has the id "nothing".\n');
  }, 400_000);
});
