import type { Express } from 'express';
import { z } from 'zod';
import { Id, Time } from '../core/incoming.js';
import type { Actor } from '../flow/site.js';
import { actorOf } from './access.js';
import { bodyReader, readBody, readQuery } from './body.js';
import { idOf } from './comments.js';
import { type IdempotencyDeps, idempotent } from './idempotency.js';
import { listQuery, toPage } from './page.js';
import { route } from './route.js';
import { drained } from './streaming.js';

export type RescoreRequest = {
  readonly section: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** Name or sha256 of another artefact; null: the active pipeline. */
  readonly artefact: string | null;
  readonly open: boolean;
};

export type RescoreView = { readonly id: string; readonly status: string };

export type RescoreHttpDeps = IdempotencyDeps & {
  startRescore(actor: Actor, request: RescoreRequest): Promise<RescoreView>;
  /** Newest first; `after` is the id of the one before the first. */
  listRescores(site: number, limit: number, after: string | null): Promise<readonly RescoreView[]>;
  readRescore(site: number, id: string): Promise<RescoreView>;
  changeRescore(site: number, id: string, change: 'pause' | 'resume'): Promise<void>;
  readFlips(site: number, id: string, limit: number, offset: number): Promise<readonly unknown[]>;
};

export const RescoreBody = z.strictObject({
  section: Id.optional(),
  from: Time.optional(),
  to: Time.optional(),
  artefact: z.string().min(1).max(200).optional(),
  open: z.boolean().default(false),
});

export const RescoresQuery = listQuery(100, 20);

const FLIP_PAGE = 500;

export function serveRescores(app: Express, deps: RescoreHttpDeps): void {
  route(app, '/v1/rescores', {
    get: async (request, response) => {
      const { limit, cursor } = readQuery(request, RescoresQuery);
      const rows = await deps.listRescores(actorOf(request).site, limit + 1, cursor ?? null);
      const { page, next } = toPage(rows, limit, ({ id }) => id);
      response.json({ rescores: page, next });
    },
    post: [
      bodyReader,
      idempotent(deps),
      async (request, response) => {
        const { section, from, to, artefact, open } = readBody(request, RescoreBody);
        const started = await deps.startRescore(actorOf(request), {
          section: section ?? null,
          from: from ?? null,
          to: to ?? null,
          artefact: artefact ?? null,
          open,
        });
        response.status(201).json(started);
      },
    ],
  });

  route(app, '/v1/rescores/:id', {
    get: async (request, response) => {
      response.json(await deps.readRescore(actorOf(request).site, idOf(request.params.id)));
    },
  });

  for (const change of ['pause', 'resume'] as const) {
    route(app, `/v1/rescores/:id/${change}`, {
      post: async (request, response) => {
        const { site } = actorOf(request);
        const id = idOf(request.params.id);
        await deps.changeRescore(site, id, change);
        response.json(await deps.readRescore(site, id));
      },
    });
  }

  route(app, '/v1/rescores/:id/flips', {
    get: async (request, response) => {
      const { site } = actorOf(request);
      const id = idOf(request.params.id);
      await deps.readRescore(site, id);
      response.status(200).type('application/x-ndjson');
      for (let offset = 0; ; offset += FLIP_PAGE) {
        const page = await deps.readFlips(site, id, FLIP_PAGE, offset);
        const lines = page.map((flip) => `${JSON.stringify(flip)}\n`).join('');
        if (lines !== '' && !response.write(lines)) await drained(response);
        if (page.length < FLIP_PAGE || response.destroyed) break;
      }
      response.end();
    },
  });
}
