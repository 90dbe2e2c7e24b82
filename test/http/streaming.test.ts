import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { RecentIds } from '../../src/http/recent-ids.js';
import { drained, moving, SERVER_TIMES, wholeInTime } from '../../src/http/streaming.js';
import { pause, until } from '../support/wait.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on a free port, and a raw connection to it, on which nothing is hidden by a client's own patience. */
async function serveTo(listener: RequestListener): Promise<Socket & { received(): string }> {
  const server = createServer(SERVER_TIMES, listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  let received = '';
  return Object.assign(socket, { received: () => received }).on('data', (bytes) => {
    received += bytes;
  });
}

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const part = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

async function dribble(socket: Socket, times: number, everyMs: number): Promise<void> {
  for (let n = 0; n < times && !socket.destroyed; n += 1) {
    socket.write(part('x'));
    await pause(everyMs);
  }
}

describe('The server', () => {
  it('sets no limit on how long a body may come, and keeps the one on headers', () => {
    const server = createServer(SERVER_TIMES);
    expect(server).toMatchObject({ requestTimeout: 0, headersTimeout: 60_000 });
  });
});

describe('A body', () => {
  it.for([
    ['that nobody reads', express().get('/', () => undefined)],
    ['that is read to its end', express.raw({ type: () => true })],
    ['whose request was answered already', ((_request, response) => response.status(401).end()) as express.Handler],
  ] as const)('%s is cut where it is not whole in time, however it dribbles', async ([, handler]) => {
    const socket = await serveTo(express().use(wholeInTime(200), handler));
    socket.write(HEAD);
    await dribble(socket, 100, 20);
    expect(socket.destroyed).toBe(true);
  });

  it('that is whole in time may be answered later', async () => {
    const app = express().use(wholeInTime(100), express.raw({ type: () => true }), (_request, response) => {
      setTimeout(() => response.send('late'), 300);
    });
    const socket = await serveTo(app);
    socket.write(`${HEAD}${part('x')}0\r\n\r\n`);
    await until('it is answered', () => socket.received().includes('late'), 3_000);
  });
});

describe('A stream', () => {
  const reading = (idleMs: number, seen: string[]) =>
    express().use(wholeInTime(100), async (request, response) => {
      for await (const bytes of moving(request, idleMs)) seen.push(bytes.toString());
      response.send('whole');
    });

  it('may take as long as it likes while it moves', async () => {
    const seen: string[] = [];
    const socket = await serveTo(reading(1_500, seen));
    socket.write(HEAD);
    await dribble(socket, 20, 100);
    socket.write('0\r\n\r\n');
    await until('it is answered', () => socket.received().includes('whole'), 3_000);
    expect(seen.join('')).toBe('x'.repeat(20));
  });

  it('that stands still is cut', async () => {
    const seen: string[] = [];
    const socket = await serveTo(reading(200, seen));
    socket.write(HEAD + part('x'));
    await until('it is cut', () => socket.destroyed, 3_000);
    expect(seen).toEqual(['x']);
    expect(socket.received()).not.toContain('whole');
  });
});

describe('An answer whose reader does not read', () => {
  /** Writes so much that the reader must be waited for, and says when the waiting is over. */
  async function fill(mostMs: number) {
    const over: { after?: boolean } = {};
    const socket = await serveTo(async (_request, response) => {
      // More than the kernel keeps for a connection.
      response.write('y'.repeat(50_000_000));
      await drained(response, mostMs);
      over.after = response.destroyed;
    });
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await pause(300);
    return { socket, over };
  }

  it('is waited for, and goes on when it reads', async () => {
    const { socket, over } = await fill(20_000);
    expect(over).toEqual({});
    socket.resume();
    await until('the waiting is over', () => over.after === false);
  });

  it('is not waited for when it has left', async () => {
    const { socket, over } = await fill(20_000);
    expect(over).toEqual({});
    socket.destroy();
    await until('the waiting is over', () => over.after === true, 5_000);
  });

  it('is cut when it stands still', async () => {
    const { over } = await fill(600);
    await until('the waiting is over', () => over.after === true, 5_000);
  });

  it('leaves no listeners behind', async () => {
    const counts: number[] = [];
    const socket = await serveTo(async (_request, response) => {
      for (let n = 0; n < 20; n += 1) {
        if (!response.write('y'.repeat(1_000_000))) await drained(response);
        counts.push(response.listenerCount('close') + response.listenerCount('drain'));
      }
      response.end();
    });
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until('all is written', () => counts.length === 20, 10_000);
    expect(counts.at(-1)).toBe(counts[0]);
  });
});

describe('The ids of a stream', () => {
  it('are remembered for a while and never all of them', () => {
    const ids = new RecentIds(10);
    const isNew = (n: number) => ids.add(`id-${n}`);
    expect(Array.from({ length: 10 }, (_, n) => isNew(n))).toEqual(Array(10).fill(true));
    expect(Array.from({ length: 10 }, (_, n) => isNew(n))).toEqual(Array(10).fill(false));
    for (let n = 10; n < 1_000; n += 1) {
      expect(isNew(n)).toBe(true);
      expect(isNew(n - 9)).toBe(false);
      expect(ids.size).toBeLessThanOrEqual(20);
    }
    expect(isNew(0)).toBe(true);
  });
});
