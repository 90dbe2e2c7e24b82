import type { Express } from 'express';
import { z } from 'zod';
import { Id } from '../core/incoming.js';
import { LABELS, type Label } from '../core/labels.js';
import type {
  AuditView,
  ConsequenceView,
  PolicyCheckView,
  PolicyDraftView,
  PolicyInForceView,
  PolicyRevisionHead,
  PolicyRevisionView,
} from '../core/policy-views.js';
import type { Actor } from '../flow/site.js';
import { actorOf } from './access.js';
import { bodyReader, readBody, readQuery } from './body.js';
import { idOf } from './comments.js';
import { type IdempotencyDeps, idempotent } from './idempotency.js';
import { NoQuery, toPage } from './page.js';
import { Storable, Why } from './published.js';
import { route } from './route.js';

export type PolicyHttpDeps = IdempotencyDeps & {
  /** @throws NotFound where the service has never started on this store */
  policyInForce(site: number): Promise<PolicyInForceView>;
  /** Newest first; `before` is the number of the one before the first. */
  policyRevisions(site: number, limit: number, before: number | null): Promise<readonly PolicyRevisionHead[]>;
  /** @throws NotFound */
  policyRevision(site: number, revision: number): Promise<PolicyRevisionView>;
  /** @throws NotFound */
  policyDraft(site: number): Promise<PolicyDraftView>;
  keepPolicyDraft(actor: Actor, yaml: string): Promise<PolicyDraftView>;
  /** @throws NotFound */
  dropPolicyDraft(site: number): Promise<void>;
  checkPolicy(site: number, yaml: string): Promise<PolicyCheckView>;
  /** @throws FaultyPolicy, PrecisionNotMet, Overtaken, Conflict, NotFound where there is no draft */
  publishPolicy(actor: Actor, request: { why: string; expectedRevision: number }): Promise<PolicyRevisionHead>;
  /** @throws PrecisionNotMet, Conflict, NotFound */
  rollBackPolicy(actor: Actor, request: { revision: number; why: string }): Promise<PolicyRevisionHead>;
  thresholdFor(
    site: number,
    asked: { label: Label; precision?: number | undefined; prior?: number | undefined; section: string | null },
  ): Promise<ConsequenceView>;
  readScores(
    site: number,
    label: Label,
    section: string | null,
  ): Promise<{ readonly label: Label; readonly total: number; readonly bins: readonly number[] }>;
  readAudit(site: number, section: string | null): Promise<AuditView>;
};

/** What people still read, many times over. */
const LONGEST_YAML = 1_048_576;

const RevisionNumber = z.int().positive();

export const PolicyBody = z.strictObject({ yaml: Storable.max(LONGEST_YAML) });
export const PublishPolicyBody = z.strictObject({ why: Why, expectedRevision: RevisionNumber });
export const RollBackPolicyBody = z.strictObject({ revision: RevisionNumber, why: Why });
export const PolicyRevisionsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  before: z.coerce.number().int().positive().optional(),
});
export const ThresholdsQuery = z.strictObject({
  label: z.enum(LABELS),
  precision: z.coerce.number().gt(0).lt(1).optional(),
  prior: z.coerce.number().gt(0).lt(1).optional(),
  section: Id.optional(),
});
export const ScoresQuery = z.strictObject({ label: z.enum(LABELS), section: Id.optional() });
export const AuditQuery = z.strictObject({ section: Id.optional() });

/** The site's policy: read, drafted, checked, published, rolled back; and what thresholds do. */
export function servePolicies(app: Express, deps: PolicyHttpDeps): void {
  route(app, '/v1/policies', {
    get: async (request, response) => {
      readQuery(request, NoQuery);
      response.json(await deps.policyInForce(actorOf(request).site));
    },
  });
  serveDraft(app, deps);
  servePublishing(app, deps);

  route(app, '/v1/policies/thresholds', {
    get: async (request, response) => {
      const { section, ...asked } = readQuery(request, ThresholdsQuery);
      response.json(await deps.thresholdFor(actorOf(request).site, { ...asked, section: section ?? null }));
    },
  });
  route(app, '/v1/policies/scores', {
    get: async (request, response) => {
      const { label, section } = readQuery(request, ScoresQuery);
      response.json(await deps.readScores(actorOf(request).site, label, section ?? null));
    },
  });
  route(app, '/v1/policies/audit', {
    get: async (request, response) => {
      const { section } = readQuery(request, AuditQuery);
      response.json(await deps.readAudit(actorOf(request).site, section ?? null));
    },
  });
}

function serveDraft(app: Express, deps: PolicyHttpDeps): void {
  route(app, '/v1/policies/draft', {
    get: async (request, response) => {
      response.json(await deps.policyDraft(actorOf(request).site));
    },
    put: [
      bodyReader,
      async (request, response) => {
        const actor = actorOf(request);
        const { yaml } = readBody(request, PolicyBody);
        const draft = await deps.keepPolicyDraft(actor, yaml);
        response.json({ draft, check: await deps.checkPolicy(actor.site, yaml) });
      },
    ],
    delete: async (request, response) => {
      await deps.dropPolicyDraft(actorOf(request).site);
      response.status(204).end();
    },
  });
  route(app, '/v1/policies\\:check', {
    post: [
      bodyReader,
      async (request, response) => {
        const { yaml } = readBody(request, PolicyBody);
        response.json(await deps.checkPolicy(actorOf(request).site, yaml));
      },
    ],
  });
}

function servePublishing(app: Express, deps: PolicyHttpDeps): void {
  route(app, '/v1/policies\\:publish', {
    post: [
      bodyReader,
      idempotent(deps),
      async (request, response) => {
        response.json(await deps.publishPolicy(actorOf(request), readBody(request, PublishPolicyBody)));
      },
    ],
  });
  route(app, '/v1/policies\\:rollback', {
    post: [
      bodyReader,
      idempotent(deps),
      async (request, response) => {
        response.json(await deps.rollBackPolicy(actorOf(request), readBody(request, RollBackPolicyBody)));
      },
    ],
  });
  route(app, '/v1/policies/revisions', {
    get: async (request, response) => {
      const { limit, before } = readQuery(request, PolicyRevisionsQuery);
      const rows = await deps.policyRevisions(actorOf(request).site, limit + 1, before ?? null);
      const { page, next } = toPage(rows, limit, ({ revision }) => revision);
      response.json({ items: page, next });
    },
  });
  route(app, '/v1/policies/revisions/:id', {
    get: async (request, response) => {
      response.json(await deps.policyRevision(actorOf(request).site, Number(idOf(request.params.id))));
    },
  });
}
