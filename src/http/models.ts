import type { Express } from 'express';
import { z } from 'zod';
import { NotFound } from '../core/errors.js';
import { actorOf } from './access.js';
import { bodyReader, readBody } from './body.js';
import { idOf } from './comments.js';
import { route } from './route.js';

type PipelineView = {
  readonly fingerprint: string;
  readonly artefact: string;
  readonly artefactName: string;
  readonly normaliser: string;
  readonly ruleRevision: number;
  readonly policyRevision: number;
  readonly createdAt: string;
};

export type ModelDeps = {
  listPipelines(site: number): Promise<readonly PipelineView[]>;
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
  readFailures(site: number, limit: number): Promise<readonly unknown[]>;
  retryFailures(site: number, seq: number | null): Promise<number>;
};

/** What judges: pipelines with the revisions they are made of, and the work that failed for good. */
export function serveModels(app: Express, deps: ModelDeps): void {
  route(app, '/v1/models', {
    get: async (request, response) => {
      const { site } = actorOf(request);
      const active = await deps.activePipeline(site);
      const current = active === null ? null : await deps.readPipeline(site, active);
      const pipelines = await deps.listPipelines(site);
      response.json({
        active: current?.fingerprint ?? null,
        pipelines: pipelines.map((pipeline) => toView(pipeline, pipeline.fingerprint === current?.fingerprint)),
      });
    },
  });

  route(app, '/v1/models/:id', {
    get: async (request, response) => {
      const { site } = actorOf(request);
      const id = idOf(request.params.id);
      const pipeline = await deps.readPipeline(site, id);
      if (pipeline === null) throw new NotFound('pipeline', id);
      const active = await deps.activePipeline(site);
      const current = active === null ? null : await deps.readPipeline(site, active);
      response.json({ ...toView(pipeline, current?.fingerprint === id), policy: pipeline.policy.content });
    },
  });

  for (const part of ['rules', 'policy'] as const) {
    route(app, part === 'rules' ? '/v1/rules' : '/v1/policies', {
      get: async (request, response) => {
        const { site } = actorOf(request);
        const active = await deps.activePipeline(site);
        const pipeline = active === null ? null : await deps.readPipeline(site, active);
        if (pipeline === null) throw new NotFound('pipeline', 'active');
        const revision = part === 'rules' ? pipeline.ruleRevision : pipeline.policyRevision;
        response.json({ revision, ...pipeline[part] });
      },
    });
  }

  route(app, '/v1/failures', {
    get: async (request, response) => {
      response.json({ failures: await deps.readFailures(actorOf(request).site, 100) });
    },
  });
  route(app, '/v1/failures\\:retry', {
    post: [
      bodyReader,
      async (request, response) => {
        const empty = !(request.body instanceof Uint8Array) || request.body.length === 0;
        const { seq } = empty ? { seq: undefined } : readBody(request, z.strictObject({ seq: z.int().optional() }));
        response.json({ retried: await deps.retryFailures(actorOf(request).site, seq ?? null) });
      },
    ],
  });
}

function toView(pipeline: PipelineView, active: boolean) {
  const { fingerprint, artefact, artefactName, normaliser, ruleRevision, policyRevision, createdAt } = pipeline;
  return {
    id: fingerprint,
    active,
    model: artefactName,
    sha256: artefact,
    ruleRevision,
    policyRevision,
    normaliser,
    createdAt,
  };
}
