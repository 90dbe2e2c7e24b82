import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { crash } from '../test/support/crash.js';
import { machine } from './support/service.js';

/**
 * Kills everything (service, PostgreSQL, inference) at random moments while comments go in, starts it again and looks: every
 * accepted comment must have exactly one effective decision.
 *
 *     npm run bench -- crash [ROUNDS] [redis]      with redis: a Redis of its own is killed too, and comes back empty
 */
const [rounds = '20', queue = 'postgres'] = process.argv.slice(2);
console.log(machine());
const redis = queue === 'redis' ? await startRedis() : null;
const reports = await crash({
  rounds: Number(rounds),
  leastUndecided: 200,
  main: resolve('dist/server/main.js'),
  ...(redis !== null && { env: { REDIS_URL: redis.url }, alsoKill: redis.kill, restore: redis.restart }),
  report: ({ round, accepted, undecidedAtKill, secondsToRecover, wrong }) =>
    console.log(
      `round ${round}: ${accepted} accepted, ${undecidedAtKill} undecided at the kill, all decided ${secondsToRecover.toFixed(1)} s after the restart, wrong: ${wrong.length}`,
    ),
});
await redis?.kill();
const wrong = reports.flatMap((report) => report.wrong);
console.log(`${reports.length} rounds, ${wrong.length} comments without exactly one effective decision`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function startRedis() {
  const directory = await mkdtemp(join(tmpdir(), 'premod-redis-'));
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const start = () =>
    spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory],
      {
        stdio: 'ignore',
      },
    );
  let child = start();
  await new Promise((done) => setTimeout(done, 500));
  return {
    url: `redis://127.0.0.1:${port}`,
    async kill() {
      child.kill('SIGKILL');
    },
    async restart() {
      child = start();
      await new Promise((done) => setTimeout(done, 500));
    },
  };
}
