import type { Desk } from '../review/desk.js';
import { createDryRunApi } from './dry-run-api.js';
import type {
  Check,
  Draft,
  FoundRules,
  ListDocument,
  Page,
  RevisionDiff,
  RevisionSummary,
  RulesOverview,
  Trial,
} from './shapes.js';

/** Compiling every list, or laying a comment before the model, takes longer than reading a row. */
const WORK_MS = 30_000;

export type RulesApi = ReturnType<typeof createRulesApi>;

/** A draft as it was looked at, with the revision whose changes it is known to take back; null where it takes none back. */
export type SeenDraft = Pick<Draft, 'name' | 'updatedAt'> & { readonly takesBack: number | null };

/** `/v1/rules`, as the page uses it. */
export function createRulesApi(ask: Desk['ask']) {
  const named = (name: string) => encodeURIComponent(name);
  return {
    overview: () => ask<RulesOverview>('GET', '/v1/rules'),
    find: (text: string) => ask<FoundRules>('POST', '/v1/rules:find', { body: { text } }),
    list: (name: string) => ask<ListDocument>('GET', `/v1/rules/lists/${named(name)}`),
    draft: (name: string) => ask<Draft>('GET', `/v1/rules/drafts/${named(name)}`),
    /**
     * @param onto the `updatedAt` of the draft that it takes the place of, null for none: another one is not written over
     * @param begunOn the revision on whose text it was begun; left out, the one in force
     */
    keepDraft: (name: string, yaml: string, onto: string | null, begunOn?: number) =>
      ask<{ readonly draft: Draft; readonly check: Check }>('PUT', `/v1/rules/drafts/${named(name)}`, {
        body: { yaml, begunOn, expectedDraft: onto },
        timeout: WORK_MS,
      }),
    dropDraft: (name: string) => ask<void>('DELETE', `/v1/rules/drafts/${named(name)}`),
    check: (name: string, yaml: string) =>
      ask<Check>('POST', '/v1/rules:check', { body: { name, yaml }, timeout: WORK_MS }),
    try: (text: string) => ask<Trial>('POST', '/v1/rules:try', { body: { text, drafts: true }, timeout: WORK_MS }),
    dryRuns: createDryRunApi<{ readonly drafts: readonly string[] }>(ask, '/v1/rules'),
    publish: (drafts: readonly SeenDraft[], why: string, expectedRevision: number) =>
      ask<RevisionSummary>('POST', '/v1/rules:publish', {
        body: {
          drafts: drafts.map(({ name }) => name),
          why,
          expectedRevision,
          expectedDrafts: Object.fromEntries(drafts.map(({ name, updatedAt }) => [name, updatedAt])),
          begunOn: Object.fromEntries(
            drafts.flatMap(({ name, takesBack }) => (takesBack === null ? [] : [[name, takesBack]])),
          ),
        },
        timeout: WORK_MS,
      }),
    revisions: (before: number | null) =>
      ask<Page<RevisionSummary>>('GET', `/v1/rules/revisions${before === null ? '' : `?before=${before}`}`),
    /** The site's lists as they were written in a revision, by name. */
    documents: async (revision: number) =>
      (await ask<{ readonly documents: Readonly<Record<string, string>> }>('GET', `/v1/rules/revisions/${revision}`))
        .documents,
    difference: (revision: number, against: number) =>
      ask<RevisionDiff>('GET', `/v1/rules/revisions/${revision}/diff?against=${against}`),
    rollBack: (revision: number, why: string, expectedRevision: number) =>
      ask<RevisionSummary>('POST', '/v1/rules:rollback', {
        body: { revision, why, expectedRevision },
        timeout: WORK_MS,
      }),
  };
}
