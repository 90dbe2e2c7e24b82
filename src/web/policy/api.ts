import type { Label } from '../../core/labels.js';
import type { AuditView } from '../../core/policy-views.js';
import type { ArticleView } from '../../core/views.js';
import type { Desk } from '../review/desk.js';
import type { SeenDraft } from '../rules/api.js';
import { createDryRunApi } from '../rules/dry-run-api.js';
import type { Check, Page, RevisionDiff, RevisionSummary } from '../rules/shapes.js';
import type { Consequence, Histogram, PolicyDraft, PolicyOverview } from './shapes.js';

/** A policy that rejects is held against ninety days of decisions. */
const WORK_MS = 30_000;

export type PolicyApi = ReturnType<typeof createPolicyApi>;

/** `/v1/policies`, as the page uses it. */
export function createPolicyApi(ask: Desk['ask']) {
  const query = (values: Readonly<Record<string, string | null>>) =>
    new URLSearchParams(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  return {
    overview: () => ask<PolicyOverview>('GET', '/v1/policies'),
    draft: () => ask<PolicyDraft>('GET', '/v1/policies/draft'),
    /**
     * @param begunOn the revision on whose text it was begun
     * @param onto the `updatedAt` of the draft that it takes the place of, null for none: another one is not written over
     */
    keepDraft: (yaml: string, begunOn: number, onto: string | null) =>
      ask<{ readonly draft: PolicyDraft; readonly check: Check }>('PUT', '/v1/policies/draft', {
        body: { yaml, begunOn, expectedDraft: onto },
        timeout: WORK_MS,
      }),
    dropDraft: () => ask<void>('DELETE', '/v1/policies/draft'),
    check: (yaml: string) => ask<Check>('POST', '/v1/policies:check', { body: { yaml }, timeout: WORK_MS }),
    /** @param seen the draft as it was looked at: there is only one */
    publish: ([seen]: readonly SeenDraft[], why: string, expectedRevision: number) =>
      ask<RevisionSummary>('POST', '/v1/policies:publish', {
        body: { why, expectedRevision, expectedDraft: seen?.updatedAt, begunOn: seen?.takesBack ?? undefined },
        timeout: WORK_MS,
      }),
    revisions: (before: number | null) =>
      ask<Page<RevisionSummary>>('GET', `/v1/policies/revisions${before === null ? '' : `?before=${before}`}`),
    revision: (revision: number) => ask<{ readonly yaml: string }>('GET', `/v1/policies/revisions/${revision}`),
    difference: (revision: number, against: number) =>
      ask<RevisionDiff>('GET', `/v1/policies/revisions/${revision}/diff?against=${against}`),
    rollBack: (revision: number, why: string, expectedRevision: number) =>
      ask<RevisionSummary>('POST', '/v1/policies:rollback', {
        body: { revision, why, expectedRevision },
        timeout: WORK_MS,
      }),
    article: (id: string) => ask<ArticleView>('GET', `/v1/articles/${encodeURIComponent(id)}`),
    dryRuns: createDryRunApi<object>(ask, '/v1/policies'),
    /** Ninety days of decisions are counted for it. */
    audit: (section: string | null) =>
      ask<AuditView>('GET', `/v1/policies/audit?${query({ section })}`, { timeout: WORK_MS }),
    scores: (label: Label, section: string | null) =>
      ask<Histogram>('GET', `/v1/policies/scores?${query({ label, section })}`),
    thresholds: (label: Label, precision: number, section: string | null) =>
      ask<Consequence>('GET', `/v1/policies/thresholds?${query({ label, precision: String(precision), section })}`),
  };
}
