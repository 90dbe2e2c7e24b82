import { Agent, request } from 'node:http';
import { commentOf, machine, startBenchService } from './support/service.js';

/**
 * How many comments a second are accepted durably, without waiting for decisions, while the line works on them: singly over 16
 * connections, and by batch.
 *
 *     npm run bench -- ingest
 */
const SINGLE = 6_000;
const BATCH = 30_000;
const service = await startBenchService();
try {
  console.log(machine());
  await singly(500, 'warm');
  const single = await singly(SINGLE, 'single');
  console.log(`singly, 16 connections: ${SINGLE} in ${single.toFixed(1)} s, ${Math.round(SINGLE / single)}/s`);
  await batch(1_000, 'warm-batch');
  const together = await batch(BATCH, 'batch');
  console.log(`by batch: ${BATCH} in ${together.toFixed(1)} s, ${Math.round(BATCH / together)}/s`);
} finally {
  await service.stop();
}

async function singly(count: number, name: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (next < count) {
        next += 1;
        await post(agent, '/v1/comments', line(name, next), 202);
      }
    }),
  );
  agent.destroy();
  return (performance.now() - began) / 1000;
}

async function batch(count: number, name: string): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const body = Array.from({ length: count }, (_, n) => `${line(name, n)}\n`).join('');
  const began = performance.now();
  const answer = await post(agent, '/v1/comments:batch', body, 200);
  agent.destroy();
  const accepted = answer.split('\n').filter((one) => one.includes('"status":202')).length;
  if (accepted !== count) throw new Error(`${accepted} of ${count} were accepted.`);
  return (performance.now() - began) / 1000;
}

function line(name: string, n: number): string {
  return JSON.stringify({
    id: `${name}-${n}`,
    articleId: 'harbour',
    author: { id: `a${n % 100}` },
    text: commentOf(32, n),
  });
}

async function post(agent: Agent, path: string, body: string, status: number): Promise<string> {
  return await new Promise((done, failed) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const sent = request(
      { agent, port: service.port, host: '127.0.0.1', method: 'POST', path, headers },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('end', () => {
          if (response.statusCode === status) done(Buffer.concat(parts).toString('utf8'));
          else failed(new Error(`answered ${response.statusCode}`));
        });
      },
    );
    sent.once('error', failed);
    sent.end(body);
  });
}
