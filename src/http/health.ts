import type { Express } from 'express';
import { actorOf } from './access.js';
import { readQuery } from './body.js';
import { NoQuery } from './page.js';
import { route } from './route.js';

export type Readiness = {
  readonly ready: boolean;
  /** Ready, but overloaded: some live comments are judged by the rules alone, and batches are refused. */
  readonly degraded: boolean;
  /** What was looked at, and how it is; no comment text. */
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail?: string }>>;
};

export type HealthDeps = {
  readiness(): Promise<Readiness>;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  session(site: number): Promise<Readonly<Record<string, unknown>>>;
};

/** Whether the service lives and can do its work: open to whoever watches over it. */
export function serveHealth(app: Express, deps: HealthDeps): void {
  route(app, '/healthz', {
    get: (_request, response) => {
      response.json({ alive: true });
    },
  });
  route(app, '/readyz', {
    get: async (_request, response) => {
      const readiness = await deps.readiness();
      response.status(readiness.ready ? 200 : 503).json(readiness);
    },
  });
  route(app, '/metrics', {
    get: async (_request, response) => {
      const { contentType, text } = await deps.metrics();
      response.set('Content-Type', contentType).send(text);
    },
  });
}

/** What the pages ask first: where they are, as whom, and what judges here. */
export function serveSession(app: Express, deps: HealthDeps, access: 'open' | 'key'): void {
  route(app, '/v1/session', {
    get: async (request, response) => {
      readQuery(request, NoQuery);
      const { site, actor } = actorOf(request);
      response.json({ ...(await deps.session(site)), actor: { id: actor, name: actor }, access });
    },
  });
}
