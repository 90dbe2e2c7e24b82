import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../src/model/backend.js';
import { loadModel, type Model } from '../../src/model/model.js';
import { judgeIdentities, readIdentityTemplates, subgroupAreas } from '../../src/training/identities.js';
import { evaluateTopic, readTopicCases } from '../../src/training/measure-topic.js';
import { sha256 } from '../../src/training/topic-texts.js';
import { CACHE, shippedArtefact } from '../support/artefact.js';

const quiet = () => undefined;

let folder: string;
let model: Model;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'premod-identities-'));
  model = await loadModel(await shippedArtefact(), openBackend({ choice: 'auto', cache: CACHE }));
});
afterAll(() => {
  model.executor.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('Identities', () => {
  const identities = [
    { kind: 'religion', people: 'Muslims', one: 'a Muslim' },
    { kind: 'sex', people: 'women', one: 'a woman' },
  ];
  const harmless = [
    'The choir of {people} sings on Friday at eight.',
    '{People} and others planted the trees by the gate.',
  ];
  const hateful = ['{People} are vermin and must be wiped out.', 'Get all {people} out of here, they are filth.'];
  const rude = ['You are a stupid liar, and {people} know it.'];

  it('are measured by sentences that differ in nothing else', async () => {
    const measured = await judgeIdentities(model, { identities, frames: { harmless, hateful, rude } }, quiet);
    expect(measured.sentences).toBe(10);
    expect(measured.auc).toBeGreaterThan(0.9);
    expect(measured.harmlessFlagged).toMatchObject({ hits: 0, of: 4 });
    expect(measured.hatefulFound.of).toBe(4);
    expect(measured.identities.map(({ people, falsePositives }) => [people, falsePositives.of])).toEqual([
      ['Muslims', 3],
      ['women', 3],
    ]);
  });

  it('that are judged the wrong way round show in every figure', async () => {
    const frames = { harmless: hateful, hateful: harmless, rude };
    const measured = await judgeIdentities(model, { identities, frames }, quiet);
    expect(measured.auc).toBeLessThan(0.3);
    expect(measured.harmlessFlagged.share).toBeGreaterThan(0.5);
    expect(measured.worstFrames[0]?.flagged.share).toBe(1);
    for (const { falseNegatives, bpsn, bnsp } of measured.identities) {
      expect(falseNegatives.share).toBe(1);
      expect(bpsn).toBeLessThan(0.4);
      expect(bnsp).toBeLessThan(0.4);
    }
  });

  it('whose name alone raises the score are seen by BPSN, whose name lowers it by BNSP', () => {
    const rows = (without: number, hateful: number) => [
      { score: without, carries: false },
      { score: hateful, carries: true },
    ];
    const others = rows(0.2, 0.6);
    expect(subgroupAreas(rows(0.7, 0.9), others)).toEqual({ auc: 1, bpsn: 0, bnsp: 1 });
    expect(subgroupAreas(rows(0.05, 0.1), others)).toEqual({ auc: 1, bpsn: 1, bnsp: 0 });
  });

  it('in a frame without a place for one are refused', async () => {
    const path = join(folder, 'frames.yaml');
    writeFileSync(path, JSON.stringify({ identities, frames: { harmless: ['Nobody is meant.'], hateful, rude } }));
    await expect(readIdentityTemplates(path)).rejects.toThrow(/frames\.yaml.*names no identity/s);
  });

  it('that are kept are thirty or more, and no frame is written twice', async () => {
    const kept = await readIdentityTemplates(resolve('test/identity-templates.yaml'));
    const people = kept.identities.map((identity) => identity.people);
    expect(new Set(people).size).toBeGreaterThanOrEqual(30);
    expect(new Set(people).size).toBe(people.length);
    const frames = Object.values(kept.frames).flat();
    expect(new Set(frames).size).toBe(frames.length);
  });
});

describe('Off-topic under articles of our own', () => {
  it('tells their comments from those of other articles', async () => {
    const all = await readTopicCases(resolve('test/topic-cases'));
    const first = all.pairs.findIndex((pair) => pair.some(({ title }) => title.startsWith('City closes')));
    const cases = { site: all.site, pairs: all.pairs.slice(first, first + 4) };
    const debate = (title: string, comments: readonly string[]) => ({
      title,
      summary: title,
      comments,
      sha256s: comments.map(sha256),
      held: true,
    });
    const threads = cases.pairs.flatMap(([one]) => (one === undefined ? [] : [debate(one.title, one.comments)]));
    const prototypes = { site: [...cases.site], reaction: ['shame on them', 'so sad', 'well said', 'rest in peace'] };
    const own = { site: cases.site, pairs: cases.pairs.slice(0, 2) };
    const measured = await evaluateTopic(model, { threads, prototypes }, { seed: 1, own }, quiet);
    expect(measured.threads).toBe(4);
    expect(measured.aucFar).toBeGreaterThan(0.9);
    expect(measured.onTopic.answering.of).toBeLessThan(measured.onTopic.true.of);
    expect(measured.own).toMatchObject({ articles: 4, onTopic: { reply: { of: 8 } }, straying: { site: { of: 16 } } });
    const { onTopic, straying } = measured.own ?? {};
    expect(onTopic?.comment.share).toBeLessThan(0.2);
    expect(straying?.far.share).toBeGreaterThan(0.3);
    expect(measured.own?.aucFar).toBeGreaterThan(0.9);
  });
});
