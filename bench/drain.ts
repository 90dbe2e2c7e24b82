import { modelAlone } from './support/model-alone.js';
import { commentOf, machine, pause, startBenchService } from './support/service.js';

/**
 * The line drained end to end against what the model alone does on the same cores, in one run: comments are accepted by batch,
 * then the clock runs until the last one is decided. Also memory of all processes along the way.
 *
 *     npm run bench -- drain [postgres|redis] [COMMENTS]
 */
const [queue = 'postgres', many = '4000'] = process.argv.slice(2);
const COUNT = Number(many);
console.log(`${machine()}, queue ${queue}`);

const alone = await modelAlone(Math.min(COUNT, 2_000));
console.log(`the model alone: ${alone.toFixed(0)} comments/s of 32 tokens`);

const service = await startBenchService(
  queue === 'redis' ? { REDIS_URL: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' } : {},
);
try {
  await send(300, 'warm');
  await drained();
  const ready = service.memory();
  console.log(`memory at the start: ${describe(ready)}`);
  const began = performance.now();
  let sent = 0;
  while (sent < COUNT) {
    const chunk = Math.min(5_000, COUNT - sent);
    await send(chunk, `drain-${sent}`);
    sent += chunk;
    // Never so far ahead that what is measured is the waiting.
    while ((await undecided()) > 8_000) await pause(250);
    if (COUNT > 10_000) console.log(`  ${sent} accepted: ${describe(service.memory())}`);
  }
  await drained();
  const seconds = (performance.now() - began) / 1000;
  const line = COUNT / seconds;
  console.log(
    `the line: ${COUNT} in ${seconds.toFixed(1)} s, ${line.toFixed(0)}/s, ${((line / alone) * 100).toFixed(0)} % of the model alone`,
  );
  console.log(`memory at the end: ${describe(service.memory())}`);
} finally {
  await service.stop();
}
const again = await modelAlone(Math.min(COUNT, 2_000));
console.log(`the model alone, again: ${again.toFixed(0)} comments/s`);

async function send(count: number, name: string): Promise<void> {
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify({ id: `${name}-${n}`, articleId: 'harbour', author: { id: `a${n % 100}` }, text: commentOf(32, n) }),
  );
  await service.call('POST', '/v1/comments:batch', `${lines.join('\n')}\n`);
}

async function undecided(): Promise<number> {
  const { json } = await service.call('GET', '/metrics');
  return Number(/^premod_undecided_comments (\d+)/m.exec(String(json))?.[1] ?? 0);
}

async function drained(): Promise<void> {
  while ((await undecided()) > 0) await pause(100);
}

function describe({ service: main, inference, postgres }: ReturnType<typeof service.memory>): string {
  return `service ${main} + inference ${inference} + PostgreSQL ${postgres} = ${main + inference + postgres} MiB`;
}
