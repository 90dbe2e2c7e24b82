import { Agent, request } from 'node:http';
import { type BenchService, commentOf, machine, pause, percentile, startBenchService } from './support/service.js';

/**
 * How long a sender waits for a decision: `POST /v1/comments?wait=` over HTTP, 1, 8 and 20 clients of 32-token texts, and 120-token
 * texts at an open-loop rate of 15/s (sent whether or not the one before was answered).
 *
 *     npm run bench -- latency
 */
const service = await startBenchService();
let counter = 0;
try {
  console.log(machine());
  await closedLoop(service, 4, 60, 32);
  for (const clients of [1, 8, 20]) {
    const times = await closedLoop(service, clients, clients === 1 ? 200 : 600, 32);
    print(`${clients} clients, 32 tokens`, times);
  }
  print('open loop 15/s, 120 tokens', await openLoop(service, 15, 20_000, 120));
} finally {
  await service.stop();
}

async function closedLoop(
  { port }: BenchService,
  clients: number,
  requests: number,
  tokens: number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  let left = requests;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left > 0) {
        left -= 1;
        times.push(await timed(agent, port, tokens));
      }
    }),
  );
  agent.destroy();
  return times;
}

async function openLoop({ port }: BenchService, perSecond: number, forMs: number, tokens: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  const waiting: Promise<unknown>[] = [];
  const began = performance.now();
  for (let n = 0; (n * 1000) / perSecond < forMs; n += 1) {
    const due = began + (n * 1000) / perSecond;
    await pause(Math.max(0, due - performance.now()));
    waiting.push(timed(agent, port, tokens).then((time) => times.push(time)));
  }
  await Promise.all(waiting);
  agent.destroy();
  return times;
}

async function timed(agent: Agent, port: number, tokens: number): Promise<number> {
  counter += 1;
  const body = JSON.stringify({
    id: `latency-${counter}`,
    articleId: 'harbour',
    author: { id: `a${counter % 100}` },
    text: commentOf(tokens, counter),
  });
  const began = performance.now();
  await new Promise<void>((done, failed) => {
    const sent = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/v1/comments?wait=10000',
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      },
      (response) => {
        if (response.statusCode !== 200) failed(new Error(`answered ${response.statusCode}`));
        response.resume();
        response.once('end', done);
      },
    );
    sent.once('error', failed);
    sent.end(body);
  });
  return performance.now() - began;
}

function print(what: string, times: readonly number[]): void {
  const ms = (share: number) => percentile(times, share).toFixed(0);
  console.log(
    `${what}: n ${times.length}, p50 ${ms(0.5)} ms, p90 ${ms(0.9)} ms, p99 ${ms(0.99)} ms, most ${Math.max(...times).toFixed(0)} ms`,
  );
}
