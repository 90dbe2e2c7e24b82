import type { Label } from '../../core/labels.js';
import type { Desk } from '../review/desk.js';
import { createDryRunApi } from '../rules/dry-run-api.js';
import type { Check, Page, RevisionDiff, RevisionSummary } from '../rules/shapes.js';
import type { Consequence, Histogram, PolicyDraft, PolicyOverview } from './shapes.js';

const WORK_MS = 30_000;

export type PolicyApi = ReturnType<typeof createPolicyApi>;

/** `/v1/policies`, as the page uses it. */
export function createPolicyApi(ask: Desk['ask']) {
  const query = (values: Readonly<Record<string, string | null>>) =>
    new URLSearchParams(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  return {
    overview: () => ask<PolicyOverview>('GET', '/v1/policies'),
    draft: () => ask<PolicyDraft>('GET', '/v1/policies/draft'),
    keepDraft: (yaml: string) =>
      ask<{ readonly draft: PolicyDraft; readonly check: Check }>('PUT', '/v1/policies/draft', { body: { yaml } }),
    dropDraft: () => ask<void>('DELETE', '/v1/policies/draft'),
    check: (yaml: string) => ask<Check>('POST', '/v1/policies:check', { body: { yaml } }),
    /** @param seen the draft as it was looked at: there is only one */
    publish: ([seen]: readonly Pick<PolicyDraft, 'updatedAt'>[], why: string, expectedRevision: number) =>
      ask<RevisionSummary>('POST', '/v1/policies:publish', {
        body: { why, expectedRevision, expectedDraft: seen?.updatedAt },
        timeout: WORK_MS,
      }),
    revisions: (before: number | null) =>
      ask<Page<RevisionSummary>>('GET', `/v1/policies/revisions${before === null ? '' : `?before=${before}`}`),
    difference: (revision: number, against: number) =>
      ask<RevisionDiff>('GET', `/v1/policies/revisions/${revision}/diff?against=${against}`),
    rollBack: (revision: number, why: string, expectedRevision: number) =>
      ask<RevisionSummary>('POST', '/v1/policies:rollback', {
        body: { revision, why, expectedRevision },
        timeout: WORK_MS,
      }),
    dryRuns: createDryRunApi<object>(ask, '/v1/policies'),
    scores: (label: Label, section: string | null) =>
      ask<Histogram>('GET', `/v1/policies/scores?${query({ label, section })}`),
    thresholds: (label: Label, precision: number, section: string | null) =>
      ask<Consequence>('GET', `/v1/policies/thresholds?${query({ label, precision: String(precision), section })}`),
  };
}
