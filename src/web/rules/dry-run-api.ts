import type { Desk } from '../review/desk.js';
import type { DryRun, DryRunChange, Page } from './shapes.js';

const WORK_MS = 30_000;

export type DryRunApi<Tried> = ReturnType<typeof createDryRunApi<Tried>>;

/** Dry runs of rules or of the policy, as the pages use them. `Tried` says of what, where there is a choice. */
export function createDryRunApi<Tried>(ask: Desk['ask'], under: '/v1/rules' | '/v1/policies') {
  const path = (id: string) => `${under}/dry-runs/${encodeURIComponent(id)}`;
  return {
    begin: (tried: Tried, from: string) =>
      ask<DryRun>('POST', `${under}/dry-runs`, { body: { ...tried, from }, timeout: WORK_MS }),
    read: (id: string) => ask<DryRun>('GET', path(id)),
    changes: (id: string, after: string | null) =>
      ask<Page<DryRunChange>>(
        'GET',
        `${path(id)}/changes${after === null ? '' : `?after=${encodeURIComponent(after)}`}`,
      ),
  };
}
