import type { Express } from 'express';
import { z } from 'zod';
import { Id, Time } from '../core/incoming.js';
import { LABELS, type Label } from '../core/labels.js';
import type {
  AuditView,
  ConsequenceView,
  PolicyCheckView,
  PolicyInForceView,
  PolicyRevisionView,
} from '../core/policy-views.js';
import type {
  DiscardedDraft,
  DraftView,
  DryRunView,
  RevisionDiffView,
  RevisionHeadView,
} from '../core/revision-views.js';
import type { Actor } from '../flow/site.js';
import { actorOf } from './access.js';
import { bodyReader, readBody, readQuery } from './body.js';
import { DryRunScope, type ReadDryRunChanges, serveDryRuns } from './dry-runs.js';
import { type IdempotencyDeps, idempotent } from './idempotency.js';
import { NoQuery } from './page.js';
import { RevisionNumber, RollBackBody, Storable, Why } from './published.js';
import { serveRevisions } from './revisions.js';
import { route } from './route.js';

export type PolicyHttpDeps = IdempotencyDeps & {
  /** @throws NotFound where the service has never started on this store */
  policyInForce(site: number): Promise<PolicyInForceView>;
  /** Newest first; `before` is the number of the one before the first. */
  policyRevisions(site: number, limit: number, before: number | null): Promise<readonly RevisionHeadView[]>;
  /** @throws NotFound */
  policyRevision(site: number, revision: number): Promise<PolicyRevisionView>;
  /** What a revision says otherwise than another. @throws NotFound */
  diffPolicies(site: number, revision: number, against: number): Promise<RevisionDiffView>;
  /** @throws NotFound */
  policyDraft(site: number): Promise<DraftView>;
  /**
   * @param begunOn the revision on whose text it was begun; left out, what the draft says of that, or the one in force.
   * @param expected the `updatedAt` of the draft that it takes the place of, null for none; left out, whichever there is.
   * @throws NotFound where there is no such revision; DraftChanged
   */
  keepPolicyDraft(actor: Actor, yaml: string, begunOn?: number, expected?: string | null): Promise<DraftView>;
  /** @throws NotFound */
  dropPolicyDraft(site: number): Promise<DiscardedDraft>;
  checkPolicy(site: number, yaml: string): Promise<PolicyCheckView>;
  /** @throws FaultyPolicy, NotFound where there is no draft */
  startPolicyDryRun(actor: Actor, scope: DryRunScope): Promise<DryRunView>;
  /** @throws NotFound */
  readPolicyDryRun(site: number, id: string): Promise<DryRunView>;
  readPolicyDryRunChanges: ReadDryRunChanges;
  /** @throws FaultyPolicy, PrecisionNotMet, Overtaken, DraftChanged, DraftOutdated, Conflict, NotFound where there is no draft */
  publishPolicy(actor: Actor, request: z.infer<typeof PublishPolicyBody>): Promise<RevisionHeadView>;
  /** @throws PrecisionNotMet, Overtaken, Conflict, NotFound */
  rollBackPolicy(actor: Actor, request: z.infer<typeof RollBackBody>): Promise<RevisionHeadView>;
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

export const PolicyBody = z.strictObject({ yaml: Storable.max(LONGEST_YAML) });
export const PolicyDraftBody = z.strictObject({
  ...PolicyBody.shape,
  begunOn: z.exactOptional(RevisionNumber),
  /** The `updatedAt` of the draft that it takes the place of, as it was read; null: there was none. */
  expectedDraft: z.exactOptional(Time.nullable()),
});
export const PublishPolicyBody = z.strictObject({
  why: Why,
  expectedRevision: RevisionNumber,
  /** The `updatedAt` of the draft as it was read. */
  expectedDraft: z.exactOptional(Time),
  /** The revision on which the draft is to count as begun. */
  begunOn: z.exactOptional(RevisionNumber),
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
  serveRevisions(app, '/v1/policies', {
    list: deps.policyRevisions,
    read: deps.policyRevision,
    diff: deps.diffPolicies,
  });
  serveDryRuns(
    app,
    '/v1/policies',
    DryRunScope,
    { start: deps.startPolicyDryRun, read: deps.readPolicyDryRun, changes: deps.readPolicyDryRunChanges },
    deps,
  );

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
        const { yaml, begunOn, expectedDraft } = readBody(request, PolicyDraftBody);
        const draft = await deps.keepPolicyDraft(actor, yaml, begunOn, expectedDraft);
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
        response.json(await deps.rollBackPolicy(actorOf(request), readBody(request, RollBackBody)));
      },
    ],
  });
}
