import { describe, expect, it } from 'vitest';
import type { AuditVerdicts } from '../../src/core/audit-sample.js';
import { readPolicy } from '../../src/core/policy.js';
import { auditFor, type PolicyDeps, thresholdFor, unmetIn } from '../../src/flow/policies.js';

/** A site whose audit has judged a thousand approvals and rejected none of them; nothing was ever flagged. */
function deps(change: Partial<PolicyDeps> = {}): PolicyDeps {
  const verdicts: readonly AuditVerdicts[] = [
    { outcome: 'approve', flags: [], weight: 100, rejected: false, label: null, count: 1_000 },
  ];
  return {
    evidenceOf: () => null,
    covered: ['spam'],
    carriedSections: async () => [],
    countAudited: async () => 1_000,
    readAudit: async () => ({
      since: '2026-03-01T12:00:00Z',
      drawn: 1_000,
      judged: 1_000,
      population: { decisions: { approve: 100_000, review: 0, reject: 0 }, flagged: [] },
      verdicts,
    }),
    readAuditAbove: async (_site, _section, thresholds) => thresholds.map(() => ({ judged: 0, rejected: null })),
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

describe('What the audit says', () => {
  const readSite = deps().readAudit;
  /** Of the section fewer draws are judged than of the whole site. */
  const readAudit: PolicyDeps['readAudit'] = async (site, section) => ({
    ...(await readSite(site, section)),
    ...(section !== null && { drawn: 199, judged: 199 }),
  });

  it('names the share by which thresholds are reckoned: the section’s, the site’s, or what is assumed', async () => {
    const sourceIn = async (section: string | null, change: Partial<PolicyDeps> = {}) =>
      (await auditFor(deps(change), 1, section)).priors.spam.source;
    expect(await sourceIn(null)).toBe('audit');
    expect(await sourceIn('courts')).toBe('section-audit');
    expect(await sourceIn('courts', { readAudit })).toBe('audit');
    const few = async (site: number, section: string | null) => ({ ...(await readSite(site, section)), judged: 199 });
    const assumed = await auditFor(deps({ readAudit: few, countAudited: async () => 199 }), 1, null);
    expect(assumed.priors.spam).toEqual({ share: 0.02, source: 'assumed', interval: [0.02, 0.02] });
  });

  it('names the shares at which the policy draws, also where sections and articles have their own', async () => {
    const policy = readPolicy({
      defaults: { thresholds: {}, audit: { share: 0.02 } },
      sections: { courts: { audit: { share: 0.1 } }, sport: { moderation: 'after' } },
      articles: { harbour: { audit: { share: 0 } } },
    });
    const sharesIn = async (section: string | null) =>
      (await auditFor(deps({ policyOf: async () => policy }), 1, section)).shares;
    expect(await sharesIn(null)).toEqual({ least: 0, most: 0.1 });
    expect(await sharesIn('courts')).toEqual({ least: 0.1, most: 0.1 });
    expect(await sharesIn('sport')).toEqual({ least: 0.02, most: 0.02 });
  });
});

describe('A policy that is checked', () => {
  it('asks once what persons decided, of each threshold once, and nothing where no label rejects by itself', async () => {
    const asked: unknown[] = [];
    const site = deps({
      countAudited: async () => {
        asked.push('how many');
        return 0;
      },
      readAuditAbove: async (_site, _section, thresholds) => {
        asked.push(thresholds.map(({ label, threshold }) => `${label} from ${threshold}`));
        return thresholds.map(() => ({ judged: 0, rejected: null }));
      },
    });
    const thresholds = { hate: { review: 0.4 } };
    expect(await unmetIn(site, 1, readPolicy({ defaults: { thresholds } }))).toEqual([]);
    expect(asked).toEqual([]);
    const rejecting = {
      thresholds: { hate: { review: 0.4, reject: 0.9 }, spam: { review: 0.7, reject: 0.8 } },
    };
    await unmetIn(site, 1, readPolicy({ defaults: rejecting, articles: { trial: { precision: 0.99 } } }));
    expect(asked).toEqual(['how many', ['hate from 0.9', 'spam from 0.8']]);
  });

  it('hears of each threshold what persons decided of that one', async () => {
    const kept = { judged: 40, rejected: { value: 0.5, lower: 0.35, upper: 0.65 } };
    const site = deps({
      readAuditAbove: async (_site, _section, thresholds) =>
        thresholds.map(({ label }) => (label === 'spam' ? kept : { judged: 0, rejected: null })),
    });
    const rejecting = {
      thresholds: { hate: { review: 0.4, reject: 0.9 }, spam: { review: 0.7, reject: 0.8 } },
    };
    const unmet = await unmetIn(site, 1, readPolicy({ defaults: rejecting }));
    expect(unmet.map(({ label, audited }) => ({ label, audited }))).toEqual([
      { label: 'hate', audited: null },
      { label: 'spam', audited: kept },
    ]);
  });
});
