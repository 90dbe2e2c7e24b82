import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pause } from '../support/wait.js';

const MAIN = resolve('dist/server/main.js');
const HARMLESS = 'Thank you for this report, the timetable was what I had been looking for.';
const CALL = 'We should kill all of them and burn their houses down tonight.';
const ARTICLE = { title: 'The harbour reopens', body: 'The first ferry left at six. The quay has a new roof.' };

function start(options: readonly string[] = [], node: readonly string[] = []): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [...node, MAIN, 'score', ...options], {
    env: { ...process.env, DATABASE_URL: '', REDIS_URL: '', PREMOD_API_KEY: '' },
  });
}

/** Runs `premod score` on lines as they are; what it writes is parsed line by line. */
async function score(lines: readonly string[], options: readonly string[] = []) {
  const child = start(options);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(lines.join('\n'));
  const [status] = (await once(child, 'close')) as [number];
  expect(stdout === '' || stdout.endsWith('\n')).toBe(true);
  const answers = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return { status, answers, stderr };
}

const json = JSON.stringify;

describe('premod score', () => {
  it('answers in order, line by line; a bad line has its error in its place, and the exit status says so', async () => {
    const good = (n: number) => json({ id: `n${n}`, text: `Ferry ${n} was late.` });
    const lines = Array.from({ length: 300 }, (_, n) => good(n));
    lines[3] = '{"id":"cut"';
    lines[4] = json({ id: 'typed', text: 7 });
    lines[130] = json({ id: 'more', text: 'x', colour: 'red' });
    lines[131] = json({ id: 'more', text: 'x', article: { title: 't', colour: 'red' } });
    lines[132] = json({ id: 'long', text: 'x'.repeat(20_481) });
    lines[133] = json({ id: 'full', text: 'x'.repeat(20_480) });
    lines[134] = json({ id: 'nul', text: 'a\u0000b' });
    lines[135] = '"text"';
    lines[136] = '[]';
    lines[137] = '';
    const { status, answers, stderr } = await score(lines);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    // The empty line is left out, and counted all the same.
    expect(answers).toHaveLength(299);
    const bad = answers.filter((answer) => 'error' in answer);
    expect(bad.map(({ line, error }) => [line, error.code])).toEqual([
      [4, 'invalid-json'],
      [5, 'invalid-request'],
      [131, 'invalid-request'],
      [132, 'invalid-request'],
      [133, 'invalid-request'],
      [135, 'invalid-request'],
      [136, 'invalid-request'],
      [137, 'invalid-request'],
    ]);
    for (const { error } of bad) expect(Object.keys(error)).toEqual(['code', 'message']);
    expect(bad[2].error.message).toContain('/colour');
    expect(bad[4].error.message).toBe('/text: A comment may have at most 20480 bytes and has 20481.');
    const ids = answers.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(ids).toEqual(lines.flatMap((line, n) => (n === 133 ? ['full'] : line === good(n) ? [`n${n}`] : [])));
  });

  it('gives scores, flags, reasons, spans, language and pipeline as the interface says', async () => {
    const { status, answers } = await score([json({ id: 'a', text: CALL }), json({ text: HARMLESS })]);
    expect(status).toBe(0);
    const [call, harmless] = answers;
    expect(Object.keys(call)).toEqual([
      'id',
      'scores',
      'flags',
      'decision',
      'reasons',
      'spans',
      'language',
      'pipeline',
    ]);
    expect(call).toMatchObject({ id: 'a', decision: 'review', language: 'en', scores: { off_topic: null } });
    expect(call.flags).toContain('incitement');
    expect(call.reasons[0]).toMatchObject({ kind: 'model', label: 'incitement', text: expect.any(String) });
    expect(call.spans[0]).toMatchObject({ label: 'incitement', begin: 0 });
    expect(harmless).not.toHaveProperty('id');
    expect(harmless).toMatchObject({ decision: 'approve', flags: [], reasons: [], pipeline: call.pipeline });
  });

  it('asks a person about a link that may be a source, however surely the model takes it for an advert', async () => {
    const texts = ['https://www.bbc.co.uk/news/uk-1', 'https://www.theguardian.com/world/2026/nov/12/talks'];
    const { answers } = await score(texts.map((text) => json({ text })));
    for (const answer of answers) {
      expect(answer).toMatchObject({ decision: 'review', flags: ['spam'] });
      // From here on the artefact's own measurements would have let it reject.
      expect(answer.scores.spam).toBeGreaterThan(0.92);
    }
  });

  it('weighs a comment against its article or the comment it answers, and says null where there is neither', async () => {
    const offTopic = async (...given: readonly Record<string, unknown>[]) =>
      (await score(given.map((more) => json({ text: HARMLESS, ...more })))).answers.map(
        ({ scores }) => scores.off_topic,
      );
    const [none, nothing, empty, article, body, parent, both] = await offTopic(
      {},
      { article: null, parent: null },
      { article: { title: '', body: ' ' }, parent: { text: '' } },
      { article: ARTICLE },
      { article: { body: ARTICLE.body } },
      { parent: { text: 'When does the first ferry leave?' } },
      { article: ARTICLE, parent: { text: 'When does the first ferry leave?' } },
    );
    expect([none, nothing, empty]).toEqual([null, null, null]);
    for (const probability of [article, body, parent, both]) {
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThan(1);
    }
    expect(new Set([article, parent, both]).size).toBe(3);
  });

  it('judges by the same article in the same way, however many others come between', async () => {
    const asked = json({ text: 'The roof of the quay was worth the wait.', article: ARTICLE });
    const others = Array.from({ length: 620 }, (_, n) => json({ text: 'Late.', article: { title: `Ferry ${n}` } }));
    const { answers } = await score([asked, ...others.slice(0, 499), asked, ...others.slice(499)]);
    // Another batch may round the last of six digits otherwise.
    for (const [label, score] of Object.entries(answers[0].scores)) {
      expect(answers[500].scores[label]).toBeCloseTo(score as number, 4);
    }
  });

  it('puts everything before a person without the model, and judges by the model alone without rules', async () => {
    const lines = [json({ text: HARMLESS }), json({ text: CALL })];
    const withoutModel = (await score(lines, ['--no-model'])).answers;
    for (const answer of withoutModel) {
      expect(answer).toMatchObject({ decision: 'review', scores: {}, language: null });
      expect(answer.reasons[0]).toMatchObject({ kind: 'model-unavailable' });
    }
    expect(withoutModel[1].flags).toContain('incitement');
    const [, call] = (await score(lines, ['--no-rules'])).answers;
    expect(call.reasons.map(({ kind }: { kind: string }) => kind)).not.toContain('rule');
    expect(call.flags).toContain('incitement');
    expect(call.pipeline).not.toBe(withoutModel[1].pipeline);
  });

  it('says nothing on an empty input, and ends well', async () => {
    expect(await score([])).toEqual({ status: 0, answers: [], stderr: '' });
  });

  it('ends in silence when its reader has seen enough', async () => {
    const child = start();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => undefined);
    const feed = setInterval(() => child.stdin.write(`${json({ text: HARMLESS })}\n`.repeat(64)), 20);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [status] = await once(child, 'close');
    clearInterval(feed);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('holds little of a long file, however fast it is fed and however slowly it is read', async () => {
    // In megabytes: what the program needs by itself, and room for no more than a few hundred lines.
    const child = start([], ['--max-old-space-size=160']);
    // The same article of 62 kB on every line: 60 MB to read (twice that in memory), little to weigh.
    const body = '– The council spoke about the quay and the roof. '.repeat(1_320);
    const count = 1_000;
    const line = (n: number) => `${json({ id: n, text: `Ferry ${n} was late.`, article: { title: 'Quay', body } })}\n`;
    let answered = '';
    const memory: number[] = [];
    child.stderr.pipe(process.stderr);
    const reading = (async () => {
      for await (const part of child.stdout.setEncoding('utf8')) {
        answered += part as string;
        await pause(20);
      }
    })();
    let sent = 0;
    for (let n = 0; n < count; n += 1) {
      sent += line(n).length;
      if (!child.stdin.write(line(n))) await once(child.stdin, 'drain');
      if (n % 50 === 49) memory.push(residentMegabytes(child.pid));
    }
    child.stdin.end();
    await reading;
    expect(sent).toBeGreaterThan(60_000_000);
    expect(
      answered
        .trim()
        .split('\n')
        .map((answer) => JSON.parse(answer).id),
    ).toEqual(Array.from({ length: count }, (_, n) => n));
    if (process.platform === 'linux') {
      expect(Math.max(...memory)).toBeLessThan(450);
      // The second half asks for no more than the first.
      expect(Math.max(...memory.slice(10))).toBeLessThan(Math.max(...memory.slice(0, 10)) + 60);
    }
  }, 90_000);
});

function residentMegabytes(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
