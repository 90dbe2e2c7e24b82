import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Commands, startCommands } from '../support/commands.js';

const document = (id: string, phrase: string) => `about: What this newsroom looks for.
rules:
  - id: ${id}
    label: spam
    effect: review
    when: { phrases: [${phrase}] }
    reason: It speaks of something.
    match: [We saw the ${phrase} today.]
    ignore: [Nothing of that kind.]
`;

let commands: Commands;

beforeAll(async () => {
  commands = await startCommands();
}, 240_000);

afterAll(async () => {
  await commands?.stop();
}, 60_000);

const rules = (...words: readonly string[]) => commands.run('rules', ...words);
const write = (file: string, yaml: string) => commands.write(file, yaml);

const inForce = async () => {
  const response = await fetch(`${commands.service.url}/v1/rules`);
  return (await response.json()) as {
    readonly revision: number;
    readonly why: string;
    readonly publishedBy: string;
    readonly lists: readonly { readonly name: string; readonly rules: readonly { readonly id: string }[] }[];
    readonly drafts: readonly { readonly name: string; readonly updatedAt: string }[];
  };
};
const isInForce = async (id: string) =>
  (await inForce()).lists.some(({ rules: all }) => all.some((rule) => rule.id === id));

describe('From the command line, the rules of a running service', () => {
  it('are drafted, published with a reason, compared, listed, exported and taken back', async () => {
    const quays = write('quays.yaml', document('quay', 'roof of the quay'));
    const drafted = await rules('draft', quays);
    expect(drafted).toMatchObject({ status: 0, said: expect.stringContaining('The draft quays is kept.') });
    expect((await inForce()).drafts).toMatchObject([{ name: 'quays' }]);
    expect(await isInForce('quay')).toBe(false);

    const updatedAt = (await inForce()).drafts[0]?.updatedAt ?? '';
    const seen = (time: string) => ['--expected-draft', `quays=${time}`];
    const changed = await rules('publish', 'quays', '--why', 'Unseen.', ...seen('2026-01-01T00:00:00Z'));
    expect(changed).toMatchObject({ status: 1, said: expect.stringContaining('command line changed the draft quays') });
    const mistyped = ['--expected-draft', 'qays=2026-01-01T00:00:00Z'];
    const unguarded = await rules('publish', 'quays', '--why', 'Unseen.', ...mistyped);
    expect(unguarded).toMatchObject({ status: 1, said: expect.stringContaining('qays is not among the drafts') });
    const published = await rules('publish', 'quays', '--why', 'Readers ask who paid.', ...seen(updatedAt));
    expect(published).toMatchObject({ status: 0, said: expect.stringContaining('Revision 2 is in force.') });
    expect(await inForce()).toMatchObject({ revision: 2, why: 'Readers ask who paid.', publishedBy: 'command line' });
    expect(await isInForce('quay')).toBe(true);

    const compared = await rules('diff');
    expect(compared).toMatchObject({ status: 0, said: expect.stringContaining('Revision 1 → 2: 1 new, 0 changed, 0') });
    expect(compared.output).toContain('@ quay\n+ id: quay\n');
    expect((await rules('diff', '1', '2')).output).toContain('@ quay\n- id: quay\n');

    await rules('draft', write('wharves.yaml', document('wharf', 'roof of the wharf')));
    const found = await rules('find', 'roof of the');
    expect(found).toMatchObject({ status: 0, said: '1 rule in force holds it.\nDrafts that hold it: wharves.\n' });
    expect(JSON.parse(found.output)).toMatchObject({ list: 'quays', rule: 'quay' });
    expect((await rules('find', ' ')).status).toBe(1);
    await fetch(`${commands.service.url}/v1/rules/drafts/wharves`, { method: 'DELETE' });
    const listed = await rules('list');
    const lines = listed.output.trim().split('\n');
    const row = lines.map((line) => JSON.parse(line)).find(({ rule }) => rule === 'quay');
    expect(row).toMatchObject({ list: 'quays', origin: 'site', effect: 'review', shadow: false, hits: 0 });
    expect(lines.length).toBeGreaterThan(1);
    expect(listed.said).toMatch(/Revision 2, .*, by command line: Readers ask who paid\./);

    expect((await rules('export', join(commands.home, 'own'))).status).toBe(0);
    expect(readdirSync(join(commands.home, 'own'))).toEqual(['quays.yaml']);
    expect(readFileSync(join(commands.home, 'own', 'quays.yaml'), 'utf8')).toBe(readFileSync(quays, 'utf8'));
    expect((await rules('export', join(commands.home, 'all'), '--all')).status).toBe(0);
    expect(readdirSync(join(commands.home, 'all')).length).toBe((await inForce()).lists.length);

    const unseen = await rules('rollback', '1', '--why', 'Too early.', '--expected', '1');
    expect(unseen).toMatchObject({ status: 1, said: expect.stringContaining('published revision 2') });
    expect(await isInForce('quay')).toBe(true);
    const back = await rules('rollback', '1', '--why', 'Too early.', '--expected', '2');
    expect(back).toMatchObject({ status: 0, said: expect.stringContaining('Revision 3 is in force') });
    expect(await isInForce('quay')).toBe(false);
  }, 180_000);

  it('are listed as deciding alone until the last day of that, and no longer', async () => {
    const forcing = (id: string, until: string) =>
      document(id, `${id} regatta`).replace(
        '    when:',
        `    force: { by: Ines, reason: A court., until: ${until} }\n    when:`,
      );
    const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const files = [write('old.yaml', forcing('old', '2020-12-31')), write('held.yaml', forcing('held', inAMonth))];
    expect((await rules('draft', ...files)).status).toBe(0);
    expect((await rules('publish', 'old', 'held', '--why', 'A court says so.')).status).toBe(0);
    const rows = (await rules('list')).output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const forcedOf = Object.fromEntries(rows.map(({ rule, forced }) => [rule, forced]));
    expect(forcedOf).toMatchObject({ old: false, held: true });
  }, 120_000);

  it('are not published with a fault, without a reason, or over somebody else’s', async () => {
    const before = (await inForce()).revision;
    const faulty = write('faulty.yaml', document('faulty', 'red buoy').replace('effect:', 'efect:'));
    const drafted = await rules('draft', faulty);
    expect(drafted.status).toBe(1);
    expect(drafted.said).toContain(`${faulty}:5:12 rule faulty: unknown key "efect"; did you mean effect?`);
    const refused = await rules('publish', 'faulty', '--why', 'It has to be.');
    expect(refused).toMatchObject({ status: 1, said: expect.stringContaining('faulty:5:12') });

    expect((await rules('draft', write('buoy.yaml', document('buoy', 'red buoy')))).status).toBe(0);
    expect((await rules('publish', 'buoy')).said).toContain('--why');
    expect((await rules('rollback', '1', '--why', '  ')).said).toContain('Say why');
    const late = await rules('publish', 'buoy', '--why', 'Late.', '--expected', '1');
    expect(late).toMatchObject({ status: 1, said: expect.stringContaining(`published revision ${before}`) });
    expect((await inForce()).revision).toBe(before);
    expect(await isInForce('buoy')).toBe(false);
  }, 120_000);

  it.each([
    ['diff', 'newest'],
    ['rollback', '1.5', '--why', 'So.'],
    ['publish', 'buoy', '--why', 'So.', '--expected', '99999999999'],
  ])(
    'are asked for by whole numbers: %s %s',
    async (...words) => {
      expect(await rules(...words)).toMatchObject({ status: 1, said: expect.stringContaining('whole number') });
    },
    60_000,
  );

  it('say in a line that there is no such revision or draft', async () => {
    expect(await rules('diff', '99')).toMatchObject({ status: 1, said: 'premod: No revision has the id "99".\n' });
    expect((await rules('rollback', '99', '--why', 'So.')).said).toBe('premod: No earlier revision has the id "99".\n');
    expect((await rules('publish', 'none', '--why', 'So.')).said).toBe('premod: No draft has the id "none".\n');
  }, 60_000);
});
