import type { Express } from 'express';
import { z } from 'zod';
import { NotFound } from '../core/errors.js';
import { readPolicy } from '../core/policy.js';
import { actorOf } from './access.js';
import { bodyReader, readBody, readQuery } from './body.js';
import { idOf } from './comments.js';
import { listQuery, NoQuery, toPage } from './page.js';
import { route } from './route.js';

type PipelineView = {
  readonly pipeline: number;
  readonly fingerprint: string;
  readonly artefact: string;
  readonly artefactName: string;
  readonly normaliser: string;
  readonly ruleRevision: number;
  readonly policyRevision: number;
  readonly createdAt: string;
};

export type ModelDeps = {
  /** Newest first; `before` is the number of the one before the first. */
  listPipelines(site: number, limit: number, before: number | null): Promise<readonly PipelineView[]>;
  /** The sha256 of each file of weights; null where the artefact is not among this machine's models. */
  readWeights(artefact: string): Promise<Readonly<Record<string, string>> | null>;
  /** With rules and policy; null where the site has none of this fingerprint. */
  readPipeline(
    site: number,
    which: number | string,
  ): Promise<
    | (PipelineView & {
        readonly rules: { content: unknown; sha256: string };
        readonly policy: { content: unknown; sha256: string };
      })
    | null
  >;
  activePipeline(site: number): Promise<number | null>;
  readFailures(site: number, limit: number, before: number | null): Promise<readonly { readonly seq: number }[]>;
  retryFailures(site: number, seq: number | null): Promise<number>;
};

export const LongListQuery = listQuery(100, 100);
export const RetryBody = z.strictObject({ seq: z.int().optional() });

/** What judges: pipelines with the revisions they are made of, and the work that failed for good. */
export function serveModels(app: Express, deps: ModelDeps): void {
  route(app, '/v1/models', {
    get: async (request, response) => {
      const { limit, cursor } = readQuery(request, LongListQuery);
      const { site } = actorOf(request);
      const active = await deps.activePipeline(site);
      const current = active === null ? null : await deps.readPipeline(site, active);
      const rows = await deps.listPipelines(site, limit + 1, numberOf(cursor));
      const { page, next } = toPage(rows, limit, ({ pipeline }) => pipeline);
      const pipelines = [];
      for (const row of page) {
        const weights = await deps.readWeights(row.artefact);
        pipelines.push(toView(row, weights, row.fingerprint === current?.fingerprint));
      }
      response.json({ active: current?.fingerprint ?? null, pipelines, next });
    },
  });

  route(app, '/v1/models/:id', {
    get: async (request, response) => {
      readQuery(request, NoQuery);
      const { site } = actorOf(request);
      const id = idOf(request.params.id);
      const pipeline = await deps.readPipeline(site, id);
      if (pipeline === null) throw new NotFound('pipeline', id);
      const active = await deps.activePipeline(site);
      const current = active === null ? null : await deps.readPipeline(site, active);
      const weights = await deps.readWeights(pipeline.artefact);
      response.json({
        ...toView(pipeline, weights, current?.fingerprint === id),
        policy: readPolicy(pipeline.policy.content),
      });
    },
  });

  route(app, '/v1/failures', {
    get: async (request, response) => {
      const { limit, cursor } = readQuery(request, LongListQuery);
      const rows = await deps.readFailures(actorOf(request).site, limit + 1, numberOf(cursor));
      const { page, next } = toPage(rows, limit, ({ seq }) => seq);
      response.json({ failures: page, next });
    },
  });
  route(app, '/v1/failures\\:retry', {
    post: [
      bodyReader,
      async (request, response) => {
        const empty = !(request.body instanceof Uint8Array) || request.body.length === 0;
        const { seq } = empty ? { seq: undefined } : readBody(request, RetryBody);
        response.json({ retried: await deps.retryFailures(actorOf(request).site, seq ?? null) });
      },
    ],
  });
}

const numberOf = (cursor: string | undefined) => (cursor === undefined ? null : Number(cursor));

/** The artefact is addressed by the sha256 of its manifest, which names its files; a file of weights has one of its own. */
function toView(pipeline: PipelineView, weights: Readonly<Record<string, string>> | null, active: boolean) {
  const { fingerprint, artefact, artefactName, normaliser, ruleRevision, policyRevision, createdAt } = pipeline;
  return {
    id: fingerprint,
    active,
    model: artefactName,
    artefactSha256: artefact,
    weightsSha256: weights,
    ruleRevision,
    policyRevision,
    normaliser,
    createdAt,
  };
}
