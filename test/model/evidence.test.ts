import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseThreshold } from '../../src/core/consequences.js';
import { shippedPolicy } from '../../src/core/policy.js';
import { readArtefact } from '../../src/model/artefact.js';
import { evidenceOf } from '../../src/model/evidence.js';
import { EVIDENCE_BINS } from '../../src/model/manifest.js';
import { suggestedThresholds } from '../../src/model/suggested-thresholds.js';
import { histogramsOf } from '../../src/training/evidence.js';
import { keepEvidence } from '../../src/training/publish.js';
import { shippedThresholds } from '../../src/training/shipped-thresholds.js';
import { writeTinyArtefact } from '../support/artefact.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-evidence-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rows = [
  { score: 0, carries: false },
  { score: 0.004, carries: false },
  { score: 0.005, carries: true },
  { score: 0.9999, carries: true },
  { score: 1, carries: true },
];

describe('The scores of validation rows', () => {
  it('are counted apart for those that carry the label, the highest in the last part', () => {
    const { positives, negatives } = histogramsOf(rows);
    expect(positives).toHaveLength(EVIDENCE_BINS);
    expect([positives[0], positives[1], positives.at(-1)]).toEqual([0, 1, 2]);
    expect(negatives[0]).toBe(2);
  });

  it('are kept by an artefact that was made without them: another id, the same files', async () => {
    const directory = join(folder, 'tiny');
    const before = await writeTinyArtefact(directory);
    const { manifest: without } = await readArtefact(directory);
    expect(evidenceOf(without, 'hate')).toMatchObject({ evidence: { kind: 'points' } });
    const id = await keepEvidence(directory, { hate: histogramsOf(rows) });
    expect(id).not.toBe(before);
    const read = await readArtefact(directory);
    expect(read.id).toBe(id);
    expect(read.manifest.files).toEqual(without.files);
    expect(evidenceOf(read.manifest, 'hate')).toMatchObject({
      evidence: { kind: 'histogram' },
      source: 'validation rows of tiny',
    });
    expect(evidenceOf(read.manifest, 'off_topic')).toBeNull();
  });
});

describe('An artefact that keeps no scores', () => {
  it('says what was measured at its thresholds, for every label that it covers', async () => {
    const current = (await readFile('models/CURRENT', 'utf8')).trim();
    const { manifest } = await readArtefact(join('models', current));
    const { evidence: _, ...without } = manifest;
    for (const label of manifest.labels) {
      const known = evidenceOf(without, label);
      expect(known).toMatchObject({ evidence: { kind: 'points' } });
      if (known === null) throw new Error('Nothing is known.');
      const measured = manifest.thresholds[label]?.review;
      const prior = { share: { value: 0.02, lower: 0.02, upper: 0.02 }, source: 'assumed' } as const;
      // The figures that were worked out when it was made; its manifest keeps shares to four digits.
      const { consequence } = chooseThreshold(known.evidence, 0.9999, prior);
      if (manifest.thresholds[label]?.reject !== null) continue;
      expect(consequence?.precision.value).toBeCloseTo(measured?.precision ?? 0, 2);
      expect(consequence?.precision.lower).toBeCloseTo(measured?.precisionLow ?? 0, 2);
    }
  });
});

describe('The thresholds that an artefact suggests', () => {
  it('let a label reject only from where its precision is as certain as the shipped policy asks, whatever it was made for', async () => {
    const current = (await readFile('models/CURRENT', 'utf8')).trim();
    const { manifest } = await readArtefact(join('models', current));
    const hate = manifest.thresholds.hate;
    if (hate === undefined) throw new Error('It does not cover hate.');
    // Found without one false alarm among so many.
    const reject = (negatives: number) => {
      const review = { ...hate.review, negatives };
      const measured = { ...review, threshold: 0.9, recall: 0.9, falsePositiveRate: 0 };
      const { evidence: _, ...without } = manifest;
      return suggestedThresholds({ ...without, thresholds: { hate: { review, reject: measured } } }).hate?.reject;
    };
    expect(reject(100)).toBeNull();
    expect(reject(100_000)).toBe(0.9);
  });

  it('let a label reject where its own rows show that it may, and the shipped policy rejects by no score all the same', async () => {
    const current = (await readFile('models/CURRENT', 'utf8')).trim();
    const { manifest } = await readArtefact(join('models', current));
    const suggested = suggestedThresholds(manifest);
    const { thresholds } = shippedPolicy(suggested).defaults;
    expect(Object.values(thresholds).map(({ reject }) => reject)).toEqual(Object.keys(suggested).map(() => null));
    // What a report says of a label, with the artefact's own measurements and with some that show more.
    const shown = { positives: [...Array(199).fill(0), 2_000], negatives: [100_000, ...Array(199).fill(0)] };
    const able = { ...manifest, evidence: { ...manifest.evidence, spam: shown } };
    for (const one of [manifest, able]) {
      const { reject = null } = suggestedThresholds(one).spam ?? {};
      const review = thresholds.spam?.review ?? Number.NaN;
      // Nothing is rejected that nobody would be asked about.
      const shown = { review, reject: reject === null ? null : Math.max(reject, review) };
      expect(shippedThresholds(one).spam).toEqual(shown);
    }
    expect(suggestedThresholds(able).spam?.reject).toBe(0.005);
  });
});
