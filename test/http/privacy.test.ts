import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRunning } from '../../src/store/embedded/cluster.js';
import { type Child, startServing } from '../support/child.js';
import { type Look, lookInto, tablesWith } from '../support/look.js';
import { pause, until } from '../support/wait.js';

const WORD = 'wrixlebon';
const CALL = `We should kill all of them and burn their houses down tonight, ${WORD}.`;

let home: string;
let service: Child;
let look: Look;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'premod-privacy-'));
  service = await startServing({
    TMPDIR: home,
    DATA_DIR: join(home, 'data'),
    PREMOD_LOG_LEVEL: 'trace',
    PREMOD_SWEEP_MS: '500',
  });
  look = await lookInto({ databaseUrl: (await findRunning(join(home, 'data'))) ?? '' });
}, 120_000);

afterAll(async () => {
  await look?.close();
  await service?.stop();
  rmSync(home, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** Everything that anybody here writes down outside the tables: our log, PostgreSQL's, the inference process's. */
function logs(): string {
  const places = [join(home, 'data'), ...readdirSync(home).map((name) => join(home, name))];
  const files = places
    .filter((place) => existsSync(place) && !place.endsWith('postgres'))
    .flatMap((place) => {
      try {
        return readdirSync(place).map((name) => join(place, name));
      } catch {
        return [];
      }
    })
    .filter((path) => path.endsWith('.log'));
  expect(files.map((path) => path.slice(home.length)).some((path) => path.endsWith('postgres.log'))).toBe(true);
  return [service.stdout(), service.stderr(), ...files.map((path) => readFileSync(path, 'utf8'))].join('\n');
}

const comment = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  articleId: 'harbour',
  author: { id: 'mara', name: `Mara ${WORD}` },
  text: CALL,
  ...more,
});

it('Comment text is in the store and nowhere else, also where everything goes wrong', async () => {
  await call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
  expect((await call('POST', '/v1/comments?wait=30000', comment('a'))).status).toBe(200);
  await call('POST', '/v1/reviews', { commentId: 'a', revision: 1, action: 'reject', note: `Because of ${WORD}.` });
  await call('POST', '/v1/comments/a/reports', { reason: 'abuse', reporter: 'b', note: `It says ${WORD}.` });

  // What is refused is not quoted.
  for (const body of [
    `{"id":"x","text":"${WORD}`,
    `{"id":"x","text":"${WORD}",}`,
    JSON.stringify(comment('x', { text: `${WORD}\u0000` })),
    JSON.stringify(comment('x', { text: WORD.repeat(3_000) })),
    JSON.stringify(comment('x', { text: { [WORD]: 1 } })),
    JSON.stringify({ ...comment('x'), author: WORD }),
  ]) {
    const answer = await call('POST', '/v1/comments', body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toContain(WORD);
  }

  // A failure that nobody foresaw: PostgreSQL itself would quote the whole row.
  await look.rows(
    `alter table comment_revision add constraint nothing_more check (text not like '%refuse me%') not valid`,
  );
  const failed = await call('POST', '/v1/comments', comment('b', { text: `${CALL} refuse me` }));
  expect(failed.status).toBe(500);
  expect(failed.text).not.toContain(WORD);
  const batch = await call('POST', '/v1/comments:batch', JSON.stringify(comment('c', { text: `${CALL} refuse me` })), {
    'Content-Type': 'application/x-ndjson',
  }).catch(() => ({ status: 0, text: '' }));
  expect(batch.text).not.toContain(WORD);

  // And one in the middle of judging, while jobs are tried again.
  await look.rows(`alter table decision add constraint no_more check (outcome <> 'review') not valid`);
  expect((await call('POST', '/v1/comments?wait=1500', comment('d'))).status).toBe(202);
  expect(await tablesWith(look, WORD)).toEqual([
    'premod.comment_revision',
    'premod.decision',
    'premod.report',
    'premod.verdict',
  ]);
  await look.rows('alter table decision drop constraint no_more');

  // A store that goes away for a moment.
  await look
    .rows(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'premod%' and pid <> pg_backend_pid()
           and application_name not like 'premod holds%'`)
    .catch(() => undefined);
  await call('POST', '/v1/comments', comment('e')).catch(() => undefined);
  await until(
    'the comment is judged all the same',
    async () => (await call('GET', '/v1/comments/d')).text.includes('"decision":"review"'),
    60_000,
  );
  await pause(500);

  expect((await call('GET', '/metrics')).text).not.toContain(WORD);
  const written = logs();
  expect(written).toContain('unforeseen error');
  expect(written).toContain('violates check constraint');
  expect(written).not.toContain(WORD);
}, 120_000);
