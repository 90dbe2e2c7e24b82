import type { Express } from 'express';
import { z } from 'zod';
import { Time } from '../core/incoming.js';
import type { DryRunChangeView, DryRunView } from '../core/revision-views.js';
import type { Actor } from '../flow/site.js';
import { actorOf } from './access.js';
import { bodyReader, readBody, readQuery } from './body.js';
import { idOf } from './comments.js';
import { type IdempotencyDeps, idempotent } from './idempotency.js';
import { NoQuery, toPage } from './page.js';
import { route } from './route.js';

/** Which stored comments are asked. */
export const DryRunScope = z.strictObject({
  from: Time.nullable().default(null),
  until: Time.nullable().default(null),
  /** So many of the newest comments. */
  limit: z.int().min(1).max(200_000).default(10_000),
});
export type DryRunScope = z.infer<typeof DryRunScope>;

export const DryRunChangesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'The cursor is not one that this service gave.')
    .optional(),
});

/** A page of the decisions that would change, in the order in which the comments came; `after` is the number of the last one. */
export type ReadDryRunChanges = (
  site: number,
  id: string,
  limit: number,
  after: number | null,
) => Promise<readonly (DryRunChangeView & { readonly number: number })[]>;

/** Drafts tried on stored comments. */
type DryRunDeps<Request> = {
  /** @throws NotFound, and with every fault of the drafts */
  start(actor: Actor, request: Request): Promise<DryRunView>;
  /** @throws NotFound */
  read(site: number, id: string): Promise<DryRunView>;
  changes: ReadDryRunChanges;
};

/** What would be decided otherwise: started, followed, and read. */
export function serveDryRuns<Body extends z.ZodType>(
  app: Express,
  under: '/v1/rules' | '/v1/policies',
  body: Body,
  deps: DryRunDeps<z.infer<Body>>,
  once: IdempotencyDeps,
): void {
  route(app, `${under}/dry-runs`, {
    post: [
      bodyReader,
      idempotent(once),
      async (request, response) => {
        response.status(202).json(await deps.start(actorOf(request), readBody(request, body)));
      },
    ],
  });
  route(app, `${under}/dry-runs/:id`, {
    get: async (request, response) => {
      readQuery(request, NoQuery);
      response.json(await deps.read(actorOf(request).site, idOf(request.params.id)));
    },
  });
  route(app, `${under}/dry-runs/:id/changes`, {
    get: async (request, response) => {
      const { limit, after } = readQuery(request, DryRunChangesQuery);
      const { site } = actorOf(request);
      const id = idOf(request.params.id);
      await deps.read(site, id);
      const rows = await deps.changes(site, id, limit + 1, after === undefined ? null : Number(after));
      const { page, next } = toPage(rows, limit, ({ number }) => number);
      response.json({ items: page.map(({ number: _, ...change }) => change), next });
    },
  });
}
