import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { guard } from '../../src/http/access.js';
import { ANSWERS } from '../../src/http/answers.js';
import { serveBatch } from '../../src/http/batch.js';
import { problemHandler } from '../../src/http/problem.js';

it('Overload that begins in the middle of a batch refuses the lines from then on, and nothing of them is kept', async () => {
  const kept: string[] = [];
  let overloaded: number | null = null;
  const logError = () => undefined;
  const app = express().use(guard({ kind: 'open' }));
  serveBatch(app, {
    ingestMany: async (_actor, comments) => {
      kept.push(...comments.map(({ id }) => id));
      overloaded = 42;
      return comments.map(({ id }) => ({
        kind: 'accepted',
        id,
        commentId: 1,
        revision: 1,
        state: 'pending',
        stateVersion: 1,
      }));
    },
    overloadedSeconds: () => overloaded,
    logError,
  });
  app.use(problemHandler(logError));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/comments:batch`;

  const lines = Array.from({ length: 500 }, (_, n) =>
    n === 450
      ? 'not JSON'
      : JSON.stringify({ id: `b${n}`, articleId: 'harbour', author: { id: 'mara' }, text: 'Late.' }),
  );
  try {
    const response = await fetch(url, { method: 'POST', body: lines.join('\n') });
    expect(response.status).toBe(200);
    const answers = (await response.text())
      .trim()
      .split('\n')
      .map((line) => ANSWERS.BatchLine.parse(JSON.parse(line)));
    expect(answers.map(({ line }) => line)).toEqual(lines.map((_, n) => n + 1));
    expect(new Set(answers.slice(0, kept.length).map(({ status }) => status))).toEqual(new Set([202]));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(450);
    expect(answers[450]).toMatchObject({ status: 400 });
    expect(answers[499]).toMatchObject({
      id: 'b499',
      status: 429,
      error: { type: '/problems/overloaded', retryAfterSeconds: 42 },
    });

    const refused = await fetch(url, { method: 'POST', body: lines.join('\n') });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('42');
    expect(kept).toHaveLength(answers.filter(({ status }) => status === 202).length);
  } finally {
    server.close();
  }
});
