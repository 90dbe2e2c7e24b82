import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findRunning } from '../../src/store/embedded/cluster.js';
import { type Commands, startCommands } from '../support/commands.js';
import { type Look, lookInto } from '../support/look.js';

const LIST = `about: What this newsroom looks for.
rules:
  - id: lantern
    label: spam
    effect: review
    when: { phrases: [green lantern] }
    reason: It speaks of something green.
    match: [We saw the green lantern today.]
    ignore: [Nothing of that kind.]
`;
const TEXT = 'We saw the g r e e n lantern today.';

let commands: Commands;
let look: Look;

beforeAll(async () => {
  commands = await startCommands();
  look = await lookInto({ databaseUrl: (await findRunning(join(commands.home, 'data'))) ?? '' });
}, 240_000);
afterAll(async () => {
  await look?.close();
  await commands?.stop();
}, 60_000);
afterEach(() => look.rows('delete from draft'));

const rules = (...words: readonly string[]) => commands.run('rules', ...words);
const drafts = async (kind: string) =>
  (await look.rows<{ name: string }>('select name from draft where kind = $1 order by name', [kind])).map(
    ({ name }) => name,
  );
const send = (method: string, path: string, body: object) =>
  fetch(`${commands.service.url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const draft = async (name: string, yaml = LIST) => await send('PUT', `/v1/rules/drafts/${name}`, { yaml });

describe('A text that is tried from the command line', () => {
  it('is read, and judged by the published rules or, beside them, by the drafts', async () => {
    await draft('lanterns');
    const published = await rules('try', TEXT);
    expect(published).toMatchObject({
      status: 0,
      said: expect.stringMatching(/^No rule finds anything\.\n.*approve\.$/ms),
    });
    expect(JSON.parse(published.output)).toMatchObject({ decision: 'approve', hits: [], inForce: null });

    const drafted = await rules('try', TEXT, '--drafts');
    expect(drafted.status).toBe(0);
    expect(JSON.parse(drafted.output)).toMatchObject({
      normalised: 'we saw the green lantern today.',
      transformations: [{ kind: 'spaced', original: 'g r e e n', meant: 'green' }],
      hits: [{ rule: 'lantern', stretches: [{ begin: 11, end: 28 }], matched: ['g r e e n lantern'] }],
      decision: 'review',
      inForce: { decision: 'approve', rules: [] },
    });
    expect(drafted.said).toBe(`Read as: we saw the green lantern today.
11–20 “g r e e n” as “green” (spaced)
Rule lantern (spam, review): 11–28 “g r e e n lantern”. It speaks of something green.
Decision: review.
The published rules: approve; none finds anything.
`);
  }, 120_000);

  it('comes from stdin where none is named, as one text of all its lines', async () => {
    const text = `One line.\n${TEXT}\n`;
    const answers = await Promise.all([
      commands.runWith(text, 'rules', 'try'),
      commands.run('rules', 'try', text.trimEnd()),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([0, 0]);
    expect(answers[0]?.output).toBe(answers[1]?.output);
    expect(JSON.parse(answers[0]?.output ?? '').transformations).toMatchObject([{ begin: 21, end: 30 }]);
    expect(await commands.runWith('\n', 'rules', 'try')).toMatchObject({
      status: 1,
      output: '',
      said: 'premod: /text: A comment must not be empty.\n',
    });
  }, 120_000);

  it('is tried without a draft that does not fit, which is said', async () => {
    await draft('lanterns');
    await draft('faulty', LIST.replaceAll('lantern', 'lamp').replace('effect', 'efect'));
    const tried = await rules('try', TEXT, '--drafts');
    expect(tried.status).toBe(1);
    expect(tried.said).toContain('It was tried without the draft faulty, which does not fit:\nfaulty:5:12 rule lamp: ');
    expect(JSON.parse(tried.output)).toMatchObject({ hits: [{ rule: 'lantern' }], leftOut: [{ draft: 'faulty' }] });
  }, 120_000);

  it('is judged by the published rules where there is no draft, which is said', async () => {
    expect((await rules('try', TEXT, '--drafts')).said).toContain('No draft was tried; ');
  }, 60_000);
});

describe('A draft that is discarded from the command line', () => {
  it('is gone, and is told: its text, and whose it was', async () => {
    await draft('lanterns');
    await draft('lamps', LIST.replaceAll('lantern', 'lamp'));
    const discarded = await rules('discard', 'lanterns');
    expect(discarded).toMatchObject({
      status: 0,
      output: LIST,
      said: expect.stringMatching(/^The draft lanterns, by This desk, \d{4}-.*Z, is discarded\.\n$/),
    });
    expect(await drafts('rules')).toEqual(['lamps']);
    const again = { status: 1, output: '', said: 'premod: No draft has the id "lanterns".\n' };
    expect(await rules('discard', 'lanterns')).toEqual(again);
  }, 120_000);

  it('may be the policy’s', async () => {
    const policy = 'defaults: { thresholds: { hate: { review: 0.3 } } }\n';
    await draft('policy');
    await send('PUT', '/v1/policies/draft', { yaml: policy });
    const discarded = await commands.run('policies', 'discard');
    expect(discarded).toMatchObject({
      status: 0,
      output: policy,
      said: expect.stringMatching(/^The draft, by This desk, /),
    });
    expect(await drafts('policy')).toEqual([]);
    expect(await drafts('rules')).toEqual(['policy']);
    expect((await commands.run('policies', 'discard')).said).toBe('premod: No draft has the id "policy".\n');
  }, 120_000);
});

it('A rule in alarm is told by `rules list`', async () => {
  await send('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
  const comment = { id: 'c1', articleId: 'harbour', author: { id: 'mara' }, text: 'The ferries run again.' };
  await send('POST', '/v1/comments?wait=30000', comment);
  expect((await rules('list')).said).not.toContain('Alarm');

  // As if it were twelve comments within the hour, and three hundred in the days before.
  await look.rows(`insert into comment_revision select (jsonb_populate_record(r, jsonb_build_object('revision', n))).*
    from comment_revision r, generate_series(2, 12) n`);
  await look.rows(`insert into rule_hit (site, comment_id, revision, rule, effect, at)
    select site, comment_id, revision, 'they-as-vermin', 'review', now() from comment_revision`);
  await look.rows(`insert into decision (site, comment_id, revision, pipeline, outcome, detail, facts, degraded, effective, decided_at)
    select site, comment_id, revision, pipeline, outcome, detail, facts, degraded, false, decided_at - interval '3 days'
    from decision, generate_series(1, 300)`);
  const { output, said } = await rules('list');
  expect(said).toContain('Alarm: rule they-as-vermin of dehumanisation. Found in 12 of 1 comments');
  const rows = output.trim().split('\n');
  expect(rows.map((line) => JSON.parse(line)).filter(({ alarm }) => alarm !== null)).toMatchObject([
    { rule: 'they-as-vermin', alarm: expect.stringContaining('in the last hour') },
  ]);
}, 120_000);
