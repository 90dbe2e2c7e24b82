import { describe, expect, it } from 'vitest';
import { type AuditVerdicts, auditOf, coverShare, isDrawn, labelAudit } from '../../src/core/audit-sample.js';
import type { Outcome } from '../../src/core/decision.js';
import type { Estimate } from '../../src/core/intervals.js';
import { randomFrom } from '../../src/training/random.js';

/**
 * A stream of comments of which 3 % are hateful. The machine finds three quarters of those, rejects some by itself, and asks
 * about one harmless comment in twenty-five; persons judge what it asks about, and what is drawn.
 */
function stream(
  seed: number,
  comments: number,
  share: (comment: number) => number,
  rate: (comment: number) => number = () => 0.03,
) {
  const random = randomFrom(seed);
  const decisions = { approve: 0, review: 0, reject: 0 };
  const flagged = { approve: 0, review: 0, reject: 0 };
  const verdicts: AuditVerdicts[] = [];
  const truth = { hateful: 0, flaggedHateful: 0, flagged: 0 };
  for (let comment = 0; comment < comments; comment += 1) {
    const hateful = random() < rate(comment);
    const found = random() < (hateful ? 0.75 : 0.04);
    const outcome: Outcome = !found ? 'approve' : random() < (hateful ? 0.3 : 0.01) ? 'reject' : 'review';
    decisions[outcome] += 1;
    if (found) flagged[outcome] += 1;
    truth.hateful += hateful ? 1 : 0;
    truth.flagged += found ? 1 : 0;
    truth.flaggedHateful += hateful && found ? 1 : 0;
    const chance = share(comment);
    const judged = outcome === 'review' || isDrawn(random(), chance);
    if (!judged) continue;
    verdicts.push({
      outcome,
      flags: found ? ['hate'] : [],
      weight: outcome === 'review' ? 1 : 1 / chance,
      rejected: hateful,
      label: hateful ? 'hate' : null,
      count: 1,
    });
  }
  const audit = auditOf(
    {
      decisions,
      flagged: (['review', 'reject'] as const).map((outcome) => ({
        outcome,
        label: 'hate' as const,
        decisions: flagged[outcome],
      })),
    },
    verdicts,
  );
  const { hate } = audit.labels;
  if (hate === undefined) throw new Error('Nothing was found.');
  return {
    audit,
    hate,
    verdicts,
    truth: {
      baseRate: truth.hateful / comments,
      precision: truth.flaggedHateful / truth.flagged,
      recall: truth.flaggedHateful / truth.hateful,
    },
  };
}

const RUNS = 150;
const FIGURES = ['baseRate', 'precision', 'recall'] as const;

describe('The random audit', () => {
  it('finds the truth about all comments from one in twenty of the automatic ones', () => {
    const inside = { baseRate: 0, precision: 0, recall: 0 };
    const sums = { baseRate: 0, precision: 0, recall: 0 };
    const said = { baseRate: 0, precision: 0, recall: 0 };
    for (let run = 0; run < RUNS; run += 1) {
      const { hate, truth } = stream(run, 15_000, () => 0.05);
      for (const figure of FIGURES) {
        // Where by chance not one of the rejections was drawn, it does not say how precise they are.
        const found = hate[figure];
        if (found === null) continue;
        said[figure] += 1;
        sums[figure] += found.value - truth[figure];
        if (found.lower <= truth[figure] && truth[figure] <= found.upper) inside[figure] += 1;
      }
    }
    for (const figure of FIGURES) {
      expect(said[figure] / RUNS).toBeGreaterThan(0.95);
      expect(inside[figure] / said[figure]).toBeGreaterThan(0.93);
    }
    expect(Math.abs(sums.baseRate / RUNS)).toBeLessThan(0.002);
    expect(Math.abs(sums.precision / RUNS)).toBeLessThan(0.01);
    expect(Math.abs(sums.recall / RUNS)).toBeLessThan(0.05);
  });

  it('weighs each draw by its own chance, where the share was changed on the way', () => {
    let off = 0;
    let inside = 0;
    for (let run = 0; run < RUNS; run += 1) {
      // The later half is drawn ten times as often, and is five times as bad.
      const { hate, truth } = stream(
        5_000 + run,
        15_000,
        (comment) => (comment < 7_500 ? 0.01 : 0.1),
        (comment) => (comment < 7_500 ? 0.01 : 0.05),
      );
      off += (hate.baseRate?.value ?? 0) - truth.baseRate;
      if ((hate.baseRate?.lower ?? 1) <= truth.baseRate && truth.baseRate <= (hate.baseRate?.upper ?? 0)) inside += 1;
    }
    expect(Math.abs(off / RUNS)).toBeLessThan(0.002);
    expect(inside / RUNS).toBeGreaterThan(0.93);
  });

  it('is not what the review band alone would say', () => {
    const { verdicts, truth, hate } = stream(1, 40_000, () => 0.05);
    const band = verdicts.filter(({ outcome }) => outcome === 'review');
    const naive = band.filter(({ rejected }) => rejected).length / band.length;
    expect(naive).toBeGreaterThan(5 * truth.baseRate);
    expect(hate.baseRate?.value).toBeCloseTo(truth.baseRate, 2);
  });

  it('says how wide the unknown is where no draw found anything', () => {
    const { hate } = stream(7, 2_000, () => 0.05);
    const { lower, upper } = hate.recall as Estimate;
    expect(upper - lower).toBeGreaterThan(0.2);
  });

  it('says nothing about all comments where nothing of most of them was judged', () => {
    const nothing = auditOf(
      {
        decisions: { approve: 1_000, review: 50, reject: 0 },
        flagged: [{ outcome: 'review', label: 'hate', decisions: 50 }],
      },
      [{ outcome: 'review', flags: ['hate'], weight: 1, rejected: true, label: 'hate', count: 50 }],
    );
    expect(nothing.labels.hate).toMatchObject({ baseRate: null, recall: null, precision: { value: 1 } });
    expect(nothing.labels.hate?.judged).toEqual({ flagged: 50, rejected: 50 });
    expect(nothing.outcomes).toMatchObject({ approve: { judged: 0, rejected: null }, review: { judged: 50 } });
  });

  it('says by how many verdicts: on what is flagged, and of those that reject for it', () => {
    const asked = { outcome: 'review', flags: ['hate'], weight: 1, rejected: true, label: 'insult', count: 7 } as const;
    const drawn = { outcome: 'approve', flags: [], weight: 100, rejected: true, label: 'hate', count: 3 } as const;
    const { any, labels } = auditOf({ decisions: { approve: 1_000, review: 7, reject: 0 }, flagged: [] }, [
      asked,
      drawn,
    ]);
    expect(labels.hate?.judged).toEqual({ flagged: 7, rejected: 3 });
    expect(labels.insult?.judged).toEqual({ flagged: 0, rejected: 7 });
    expect(any.judged).toEqual({ flagged: 7, rejected: 10 });
  });

  it('leaves a label that nobody named out of its list, but knows how rare it is', () => {
    const population = { decisions: { approve: 100_000, review: 50, reject: 0 }, flagged: [] };
    const kept = { outcome: 'approve', flags: [], weight: 100, rejected: false, label: null, count: 1_000 } as const;
    const asked = { outcome: 'review', flags: [], weight: 1, rejected: false, label: null, count: 50 } as const;
    expect(auditOf(population, [kept, asked]).labels).toEqual({});
    const { baseRate } = labelAudit(population, [kept, asked], 'spam');
    expect(baseRate).toMatchObject({ value: 0, lower: 0 });
    expect(baseRate?.upper).toBeGreaterThan(0.001);
    expect(baseRate?.upper).toBeLessThan(0.005);
  });
});

describe('A draw', () => {
  it('takes all that a smaller share would, and none at nought', () => {
    for (const place of [0, 0.001, 0.5, 0.999]) {
      expect(isDrawn(place, 0)).toBe(false);
      expect(isDrawn(place, 1)).toBe(true);
    }
    expect(isDrawn(0.009, 0.01)).toBe(true);
    expect(isDrawn(0.011, 0.01)).toBe(false);
  });

  it('is covered by about as many of those that wait anyway', () => {
    expect(coverShare({ automatic: 950, asked: 50 }, 0.01)).toBeCloseTo(0.19);
    expect(coverShare({ automatic: 999, asked: 1 }, 0.01)).toBe(0.5);
    expect(coverShare({ automatic: 10, asked: 0 }, 0.01)).toBe(0);
    expect(coverShare({ automatic: 10, asked: 10 }, 0)).toBe(0);
  });
});
