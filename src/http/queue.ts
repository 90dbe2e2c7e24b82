import type { Express } from 'express';
import { z } from 'zod';
import { Id, Name } from '../core/incoming.js';
import { QUEUE_LISTS, type QueueCounts, type QueueItemView, type QueueList, type QueuePage } from '../core/views.js';
import { actorOf } from './access.js';
import { bodyReader, readBody, readQuery } from './body.js';
import { route } from './route.js';

type Filter = { readonly list: QueueList; readonly article: string | null };

export type QueueDeps = {
  readQueue(site: number, filter: Filter, limit: number, cursor: string | null): Promise<QueuePage>;
  countQueue(site: number): Promise<QueueCounts>;
  claimItems(
    site: number,
    claim: { desk: string; by: string; leaseSeconds: number; filter: Filter; skip: readonly string[] } & (
      | { count: number }
      | { items: readonly string[] }
    ),
  ): Promise<readonly QueueItemView[]>;
  releaseItems(site: number, desk: string, items: readonly string[]): Promise<void>;
  judgeQueueAnew(site: number): Promise<number>;
};

/** How long a claimed comment is kept for the desk that claimed it. */
export const LEASE_SECONDS = 300;

const filter = {
  list: z.enum(QUEUE_LISTS).default('all'),
  article: Id.optional(),
};
const ItemId = z.string().regex(/^\d{1,15}$/, 'An item’s id is a number.');

export const QueueQuery = z.strictObject({
  ...filter,
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

export const ClaimBody = z
  .strictObject({
    desk: Name,
    count: z.int().min(1).max(20).optional(),
    items: z.array(ItemId).min(1).max(20).optional(),
    ...filter,
    skip: z.array(ItemId).max(1_000).default([]),
    leaseSeconds: z.int().min(10).max(3_600).default(LEASE_SECONDS),
  })
  .refine(({ count, items }) => count === undefined || items === undefined, 'Either "count" or "items", not both.');

export const ReleaseBody = z.strictObject({ desk: Name, items: z.array(ItemId).max(100) });

export function serveQueue(app: Express, deps: QueueDeps): void {
  route(app, '/v1/queue', {
    get: async (request, response) => {
      const { list, article, limit, cursor } = readQuery(request, QueueQuery);
      const { site } = actorOf(request);
      response.json(await deps.readQueue(site, { list, article: article ?? null }, limit, cursor ?? null));
    },
  });

  route(app, '/v1/queue/claims', {
    post: [
      bodyReader,
      async (request, response) => {
        const body = readBody(request, ClaimBody);
        const { site, actor: by } = actorOf(request);
        const items = await deps.claimItems(site, {
          desk: body.desk,
          by,
          leaseSeconds: body.leaseSeconds,
          filter: { list: body.list, article: body.article ?? null },
          skip: body.skip,
          ...(body.items === undefined ? { count: body.count ?? 1 } : { items: body.items }),
        });
        response.json({ items, counts: await deps.countQueue(site) });
      },
    ],
  });

  route(app, '/v1/queue/claims\\:release', {
    post: [
      bodyReader,
      async (request, response) => {
        const { desk, items } = readBody(request, ReleaseBody);
        await deps.releaseItems(actorOf(request).site, desk, items);
        response.status(204).end();
      },
    ],
  });

  route(app, '/v1/queue\\:judge-anew', {
    post: async (request, response) => {
      response.json({ asked: await deps.judgeQueueAnew(actorOf(request).site) });
    },
  });
}
