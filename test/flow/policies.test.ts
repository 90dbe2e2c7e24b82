import { describe, expect, it } from 'vitest';
import type { AuditVerdicts } from '../../src/core/audit-sample.js';
import { readPolicy } from '../../src/core/policy.js';
import { type PolicyDeps, thresholdFor, unmetIn } from '../../src/flow/policies.js';

/** A site whose audit has judged a thousand approvals and rejected none of them; nothing was ever flagged. */
function deps(change: Partial<PolicyDeps> = {}): PolicyDeps {
  const verdicts: readonly AuditVerdicts[] = [
    { outcome: 'approve', flags: [], weight: 100, rejected: false, label: null, count: 1_000 },
  ];
  return {
    evidenceOf: () => null,
    covered: ['spam'],
    countAudited: async () => 1_000,
    readAudit: async () => ({
      since: '2026-03-01T12:00:00Z',
      drawn: 1_000,
      judged: 1_000,
      population: { decisions: { approve: 100_000, review: 0, reject: 0 }, flagged: [] },
      verdicts,
    }),
    readAuditAbove: async () => ({ judged: 0, rejected: null }),
    policyOf: async () => readPolicy({ defaults: { thresholds: {} } }),
    ...change,
  };
}

describe('The share of comments that carry a label', () => {
  const priorIn = async (site: PolicyDeps, section: string | null = null) =>
    (await thresholdFor(site, 1, { label: 'spam', section })).prior;

  it('is the site’s own once enough draws are judged, also for a label that nobody found', async () => {
    const { share, source, interval } = await priorIn(deps());
    expect({ share, source, lowest: interval[0] }).toEqual({ share: 0, source: 'audit', lowest: 0 });
    expect(interval[1]).toBeLessThan(0.005);
    expect(await priorIn(deps(), 'courts')).toMatchObject({ share: 0, source: 'section-audit' });
  });

  it('is assumed before, and where most comments are of a kind that nobody has judged', async () => {
    expect(await priorIn(deps({ countAudited: async () => 199 }))).toMatchObject({ share: 0.02, source: 'assumed' });
    const unseen = await deps().readAudit(1, null);
    const population = { ...unseen.population, decisions: { approve: 100_000, review: 0, reject: 10_000 } };
    const seldom = deps({ readAudit: async () => ({ ...unseen, population }) });
    expect(await priorIn(seldom)).toMatchObject({ share: 0.02, source: 'assumed' });
  });
});

describe('A policy that is checked', () => {
  it('asks what persons decided once for each threshold, and nothing where no label rejects by itself', async () => {
    const asked: string[] = [];
    const site = deps({
      countAudited: async () => {
        asked.push('how many');
        return 0;
      },
      readAuditAbove: async (_site, _section, label, threshold) => {
        asked.push(`${label} from ${threshold}`);
        return { judged: 0, rejected: null };
      },
    });
    const thresholds = { hate: { review: 0.4 } };
    expect(await unmetIn(site, 1, readPolicy({ defaults: { thresholds } }))).toEqual([]);
    expect(asked).toEqual([]);
    const rejecting = { thresholds: { hate: { review: 0.4, reject: 0.9 } } };
    await unmetIn(site, 1, readPolicy({ defaults: rejecting, articles: { trial: { precision: 0.99 } } }));
    expect(asked).toEqual(['how many', 'hate from 0.9']);
  });
});
