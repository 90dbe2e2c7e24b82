import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planOf, seedOf } from '../../src/training/plan.js';
import { readRecipe } from '../../src/training/recipe.js';
import { isOfOthers, type Row, readRows } from '../../src/training/rows.js';
import { TRAINING_LABELS } from '../../src/training/targets.js';
import { writeTinyData } from '../support/tiny-training.js';

let folder: string;
let rows: readonly Row[];

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const values = (row: Row | undefined) =>
  Object.fromEntries(Object.entries(row?.targets ?? {}).map(([label, { value }]) => [label, value]));
const rowOf = (id: string) => rows.find((row) => row.id === id);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-rows-'));
  const own = { file: 'own.jsonl', folder: 'own', weight: 3, times: 2, validation: 0.5, why: 'a test' };
  const labels = { folder: 'labels', weight: 5, times: 4, validation: 0.01, unmeasured: [], why: 'a test' };
  const path = await writeTinyData(join(folder, 'data'), folder, 1, { own, labels });
  const third = ['both agree', 'they differ', 'one cannot tell', 'nobody can tell', 'unread'].map((text, i) => ({
    id: `third-${i}`,
    text,
    labels: { hate: 1, spam: 1 },
    split: 'train',
  }));
  const lines = third.map((row) => JSON.stringify(row)).join('\n');
  await writeFile(join(folder, 'data', 'third.jsonl.gz'), gzipSync(lines));
  await writeFile(join(folder, 'data', 'named.tsv'), 'set\tid\tlabels\nthird\tthird-0\tD\nthird\tthird-4\tI\n');
  await mkdir(join(folder, 'labels'));
  const readings = [
    ['both agree', 'IT', 'a'],
    ['both agree', 'IT', 'b'],
    ['they differ', 'H', 'a'],
    ['they differ', 'C', 'b'],
    ['one cannot tell', 'U', 'a'],
    ['one cannot tell', 'S', 'b'],
    ['nobody can tell', 'U', 'a'],
    ['A debater asks.', '-', 'a'],
    ['Another one answers.', 'H', 'a'],
    ['read twice', 'HS', 'a'],
  ].map(([text = '', letters, reader]) => `${sha256(text)}\t${letters}\tround-1\t${reader}`);
  await writeFile(join(folder, 'labels', 'round-1.tsv'), `sha256\tlabels\tround\treader\n${readings.join('\n')}\n`);
  await mkdir(join(folder, 'rudeness'));
  const rude = [
    ['both agree', '9NA', 'a'],
    ['nobody can tell', '3P', 'a'],
    ['nobody can tell', '6', 'b'],
    ['unread', 'U', 'a'],
    ['Another one answers.', '0', 'a'],
    ['read twice', '2', 'a'],
  ].map(([text = '', read, reader]) => `${sha256(text)}\t${read}\tround-1\t${reader}`);
  await writeFile(join(folder, 'rudeness', 'round-1.tsv'), `sha256\tlabels\tround\treader\n${rude.join('\n')}\n`);
  await mkdir(join(folder, 'own'));
  const frames = ['river', 'bridge', 'harbour', 'school', 'square', 'park'].map(
    (frame) =>
      `- frame: ${frame}\n  voice: "somebody, somewhere"\n  comments:\n    - [D H, "one of the ${frame}"]\n    - [-, "two of the ${frame}"]\n    - [S, "three: of the ${frame}"]\n`,
  );
  await writeFile(join(folder, 'own', 'frames.yaml'), frames.join(''));
  const recipe = await readRecipe(path);
  const set = { set: 'third', labels: { hate: 'hate', spam: 'spam' }, weight: 1, times: 1, why: 'a test' } as const;
  const debate = (title: string, comments: readonly string[], held: boolean) => ({
    ...{ title, summary: title, held },
    comments: comments.map((text) => text.toLowerCase()),
    sha256s: comments.map(sha256),
  });
  rows = await readRows({ ...recipe, sets: [set] }, join(folder, 'data'), folder, [
    debate('first', ['A debater asks.', 'Nobody has read this one.'], false),
    debate('second', ['Another one answers.'], true),
  ]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('A reading of our own', () => {
  it('says of its six labels what is known, whatever the set or another list says', () => {
    const read = { incitement: 1, threat: 1, hate: 0, dehumanisation: 0, severe_toxicity: 0, mention: 0, spam: 1 };
    expect(values(rowOf('third-0'))).toEqual(read);
    expect(rowOf('third-0')?.targets.threat?.weight).toBe(5);
    expect(rowOf('third-0')?.times).toBe(4);
  });

  it('is the mean of two that differ', () => {
    expect(values(rowOf('third-1'))).toMatchObject({ hate: 0.5, mention: 0.5, incitement: 0 });
  });

  it('does not count where the reader could not tell', () => {
    expect(values(rowOf('third-2'))).toMatchObject({ severe_toxicity: 1, hate: 0 });
    expect(values(rowOf('third-3'))).toEqual({ spam: 1 });
  });

  it("leaves a row that its set keeps for measuring there, and the set's word beside its own", async () => {
    const recipe = await readRecipe(join(folder, 'recipe.yaml'));
    const kept = { id: 'kept', text: 'both agree', labels: { hate: 1 }, split: 'dev' };
    const learnt = { id: 'learnt', text: 'they differ', labels: { hate: 1 }, split: 'train' };
    await writeFile(
      join(folder, 'data', 'kept.jsonl.gz'),
      gzipSync([kept, learnt].map((row) => JSON.stringify(row)).join('\n')),
    );
    const set = { set: 'kept', labels: { hate: 'hate' }, weight: 2, times: 1, why: 'a test' } as const;
    const read = async (validation: number) => {
      const labels = { folder: 'labels', weight: 5, times: 4, validation, unmeasured: [], why: 'a test' };
      const found = await readRows({ ...recipe, labels, sets: [set] }, join(folder, 'data'), folder, []);
      return (id: string) => found.find((row) => row.id === id);
    };
    const few = await read(0.000_001);
    expect(few('kept')).toMatchObject({ split: 'validation', moved: false, byItsSet: { hate: { value: 1 } } });
    expect(values(few('kept'))).toMatchObject({ hate: 0, incitement: 1 });
    expect(few('kept')?.byReaders).toMatchObject({ hate: { value: 0 }, incitement: { value: 1 } });
    expect(few('learnt')).toMatchObject({ split: 'train', moved: false });
    expect(few('learnt')).not.toHaveProperty('byReaders');
    const all = await read(1);
    expect(all('learnt')).toMatchObject({ split: 'validation', moved: true });
    expect(all('learnt')).not.toHaveProperty('byItsSet');
  });

  it("counts as much as its set's word where both mean the same, but on a row that is measured on", async () => {
    const recipe = await readRecipe(join(folder, 'recipe.yaml'));
    const row = (id: string, text: string, split: string) => ({ id, text, labels: { hate: 1, spam: 1 }, split });
    const lines = [row('alike', 'both agree', 'train'), row('held', 'both agree', 'dev'), row('un', 'nobody', 'train')];
    await writeFile(
      join(folder, 'data', 'alike.jsonl.gz'),
      gzipSync(lines.map((one) => JSON.stringify(one)).join('\n')),
    );
    const labels = { folder: 'labels', weight: 5, times: 4, validation: 0.000_001, unmeasured: [], why: 'a test' };
    const set = { set: 'alike', labels: { hate: 'hate', spam: 'spam' }, weight: 8, times: 1, why: 'a test' } as const;
    const found = await readRows(
      { ...recipe, labels, sets: [{ ...set, alike: ['hate'] }] },
      join(folder, 'data'),
      folder,
      [],
    );
    const of = (id: string) => found.find((one) => one.id === id)?.targets;
    expect(of('alike')).toMatchObject({ hate: { value: 0.5, weight: 8 }, incitement: { value: 1, weight: 5 } });
    expect(of('alike')?.spam).toEqual({ value: 1, weight: 8 });
    expect(of('held')?.hate).toEqual({ value: 0, weight: 5 });
    expect(of('un')?.hate).toEqual({ value: 1, weight: 8 });
  });

  it('is not measured on where a run goes on from weights that may know the text', async () => {
    const recipe = await readRecipe(join(folder, 'recipe.yaml'));
    const set = { set: 'third', labels: { hate: 'hate' }, weight: 1, times: 1, why: 'a test' } as const;
    const read = async (unmeasured: string[]) => {
      const labels = { folder: 'labels', weight: 5, times: 4, validation: 1, unmeasured, why: 'a test' };
      const found = await readRows({ ...recipe, labels, sets: [set] }, join(folder, 'data'), folder, []);
      return found.filter(({ id }) => id.startsWith('third')).map(({ id, split }) => `${id} ${split}`);
    };
    expect(await read([])).toContain('third-1 validation');
    const without = await read(['round-1']);
    expect(without).not.toContain('third-1 validation');
    expect(without).not.toContain('third-1 train');
    expect(without.some((row) => row.startsWith('third-4'))).toBe(true);
  });

  it('is learnt from although its set is cut short, with no row more that nobody read', async () => {
    const recipe = await readRecipe(join(folder, 'recipe.yaml'));
    const texts = ['both agree', 'they differ', 'one cannot tell', 'plain', 'plainer', 'plainest'];
    const lines = texts.map((text) => JSON.stringify({ id: text, text, labels: { hate: 0 }, split: 'train' }));
    await writeFile(join(folder, 'data', 'long.jsonl.gz'), gzipSync(lines.join('\n')));
    const read = async (most: number) => {
      const set = { set: 'long', labels: { hate: 'hate' }, rows: most, weight: 1, times: 1, why: 'a test' } as const;
      const found = await readRows({ ...recipe, sets: [set] }, join(folder, 'data'), folder, []);
      return found.flatMap((row) => (row.set === 'long' ? [row.text] : []));
    };
    const kept = await read(2);
    expect(kept.sort()).toEqual(['both agree', 'one cannot tell', 'they differ']);
    expect(await read(4)).toHaveLength(4);
  });

  it('leaves other texts to the other list', () => {
    expect(values(rowOf('third-4'))).toEqual({ incitement: 1, dehumanisation: 0, hate: 0, spam: 1 });
  });

  it('is known of a comment under a debate too, which stays on the side of its debate', () => {
    const harmless = { incitement: 0, threat: 0, hate: 0, dehumanisation: 0, severe_toxicity: 0, mention: 0, spam: 0 };
    expect(values(rowOf('thread-1-1'))).toEqual(harmless);
    expect(rowOf('thread-1-1')).toMatchObject({ split: 'train', times: 4, targets: { hate: { weight: 5 } } });
    expect(values(rowOf('thread-1-2'))).toEqual({ spam: 0 });
    expect(values(rowOf('thread-2-1'))).toEqual({ ...harmless, hate: 1, identity_attack: 1 });
    expect(rowOf('thread-2-1')?.split).toBe('validation');
  });
});

describe('A file of a writer of whom no run reads anything', () => {
  const heldOut = async (files: readonly string[]) => {
    const recipe = await readRecipe(join(folder, 'recipe.yaml'));
    const own = { ...recipe.own, folder: 'own', heldOut: [...files] };
    return await readRows({ ...recipe, own, sets: [] }, join(folder, 'data'), folder, []);
  };

  it('is measured on whole, as a source of its own, and quoted as ours', async () => {
    const found = (await heldOut(['frames.yaml'])).filter(({ set }) => set === 'own-held-out');
    expect(found).toHaveLength(18);
    expect(new Set(found.map(({ split }) => split))).toEqual(new Set(['validation']));
    expect(found.some(isOfOthers)).toBe(false);
    expect(new Set(rows.filter(({ set }) => set === 'own').map(({ split }) => split)).size).toBe(2);
  });

  it('that is not there is not held out quietly', async () => {
    await expect(heldOut(['frame.yaml'])).rejects.toThrow('frame.yaml');
  });
});

it('A row that was given one kind of a label may be of another: what it was not given is unknown', async () => {
  const recipe = await readRecipe(join(folder, 'recipe.yaml'));
  const lines = [
    { id: 'one', text: 'of one kind', labels: { hate: 1, incitement: 0, dehumanisation: 1 }, split: 'train' },
    { id: 'none', text: 'of no kind', labels: { hate: 0, incitement: 0, dehumanisation: 0 }, split: 'dev' },
  ];
  await writeFile(join(folder, 'data', 'kinds.jsonl.gz'), gzipSync(lines.map((row) => JSON.stringify(row)).join('\n')));
  const labels = { hate: 'hate', incitement: 'incitement', dehumanisation: 'dehumanisation' } as const;
  const set = { set: 'kinds', labels, kindsOf: 'hate', weight: 1, times: 1, why: 'a test' } as const;
  const found = await readRows({ ...recipe, sets: [set] }, join(folder, 'data'), folder, []);
  expect(values(found.find(({ id }) => id === 'one'))).toEqual({ hate: 1, dehumanisation: 1 });
  expect(values(found.find(({ id }) => id === 'none'))).toEqual({ hate: 0, incitement: 0, dehumanisation: 0 });
});

describe('What a reading says of other labels', () => {
  it('is known where nobody was asked: what is hate attacks an identity, what is severe is toxic', () => {
    expect(values(rowOf('third-1'))).toMatchObject({ hate: 0.5, identity_attack: 0.5 });
    expect(rowOf('third-1')?.targets.identity_attack?.weight).toBe(5);
    expect(values(rowOf('third-2'))).toMatchObject({ severe_toxicity: 1, toxicity: 1 });
    expect(values(rowOf('third-2'))).not.toHaveProperty('identity_attack');
  });

  const read = async (validation: number) => {
    const recipe = await readRecipe(join(folder, 'recipe.yaml'));
    const row = { id: 'twice', text: 'read twice', labels: { toxicity: 0.25 }, split: 'train' };
    await writeFile(join(folder, 'data', 'twice.jsonl.gz'), gzipSync(JSON.stringify(row)));
    const set = { set: 'twice', labels: { toxicity: 'toxicity' }, weight: 1, times: 1, why: 'a test' } as const;
    const labels = { folder: 'labels', weight: 5, times: 4, validation, unmeasured: [], why: 'a test' };
    const rudeness = { folder: 'rudeness', weight: 1, times: 3, why: 'a test' };
    const found = await readRows({ ...recipe, labels, rudeness, sets: [set] }, join(folder, 'data'), folder, []);
    return values(found.find(({ id }) => id === 'twice'));
  };

  it('is not taken back by a reading of rudeness', async () => {
    expect(await read(0.000_001)).toMatchObject({ hate: 1, identity_attack: 1, severe_toxicity: 1, toxicity: 1 });
  });

  it("leaves a row that is measured on to its raters' word", async () => {
    expect(await read(1)).toMatchObject({ identity_attack: 1, severe_toxicity: 1, toxicity: 0.25 });
  });
});

describe('A reading of rudeness', () => {
  const read = async (split: string) => {
    const recipe = await readRecipe(join(folder, 'recipe.yaml'));
    const rated = [
      { id: 'rated-0', text: 'both agree', labels: { toxicity: 0.5, insult: 0 }, split },
      { id: 'rated-1', text: 'nobody can tell', labels: {}, split },
      { id: 'rated-2', text: 'unread', labels: { toxicity: 0.25 }, split },
      { id: 'rated-3', text: 'both agree', labels: { toxicity: 0.2, insult: 0 }, raters: 3, split },
      { id: 'rated-4', text: 'nobody can tell', labels: { toxicity: 0 }, raters: 4, split },
    ];
    const lines = rated.map((row) => JSON.stringify(row)).join('\n');
    await writeFile(join(folder, 'data', 'rated.jsonl.gz'), gzipSync(lines));
    const labels = { toxicity: 'toxicity', insult: 'insult' } as const;
    const set = { set: 'rated', labels, weight: 2, times: 1, why: 'a test' } as const;
    const rudeness = { folder: 'rudeness', weight: 1, times: 3, why: 'a test' };
    const without = { ...recipe, labels: undefined, rudeness, sets: [set] };
    const found = await readRows(without, join(folder, 'data'), folder, [
      {
        title: 'second',
        summary: 'second',
        held: true,
        comments: ['another'],
        sha256s: [sha256('Another one answers.')],
      },
    ]);
    return new Map(found.map((row) => [row.id, row]));
  };

  it("is learnt as the mean of the set's raters and the readers, and alone where nobody else was asked", async () => {
    const rated = await read('train');
    expect(rated.get('rated-0')?.targets).toMatchObject({
      toxicity: { value: 0.75, weight: 2 },
      insult: { value: 0.5, weight: 2 },
      identity_attack: { value: 1, weight: 1 },
      profanity: { value: 0, weight: 1 },
    });
    expect(rated.get('rated-1')?.targets).toMatchObject({
      toxicity: { value: 0.5, weight: 1 },
      profanity: { value: 0.5, weight: 1 },
    });
    expect(rated.get('rated-1')?.times).toBe(3);
    expect(values(rated.get('rated-2'))).toEqual({ toxicity: 0.25 });
    expect(values(rated.get('thread-1-1'))).toMatchObject({ toxicity: 0, insult: 0, spam: 0 });
  });

  it('counts as much as one of the raters where the set says how many it asked', async () => {
    const rated = await read('train');
    const { toxicity, insult, identity_attack } = rated.get('rated-3')?.targets ?? {};
    expect(toxicity?.value).toBeCloseTo((3 * 0.2 + 1) / 4, 12);
    expect(insult?.value).toBeCloseTo(1 / 4, 12);
    expect(identity_attack?.value).toBe(1);
    expect(rated.get('rated-4')?.targets.toxicity?.value).toBeCloseTo((2 * 0.5) / 6, 12);
  });

  it('leaves a row that is measured on to its raters, and says only what they were not asked', async () => {
    const rated = await read('dev');
    expect(rated.get('rated-0')).toMatchObject({ split: 'validation' });
    expect(values(rated.get('rated-0'))).toEqual({ toxicity: 0.5, insult: 0, identity_attack: 1, profanity: 0 });
    expect(rated.get('rated-0')?.byReaders).toMatchObject({ toxicity: { value: 1 }, insult: { value: 1 } });
    expect(rated.get('rated-2')).not.toHaveProperty('byReaders');
  });
});

describe('A comment written by hand', () => {
  const ownRows = () => rows.filter(({ id }) => id.startsWith('frames.yaml'));

  it('is known in every label', () => {
    expect(ownRows()).toHaveLength(18);
    for (const row of ownRows()) expect(Object.keys(row.targets).sort()).toEqual([...TRAINING_LABELS].sort());
    const carried = (text: string) =>
      Object.entries(values(ownRows().find((row) => row.text.startsWith(text)))).flatMap(([label, value]) =>
        value === 1 ? [label] : [],
      );
    expect(carried('one').sort()).toEqual(['dehumanisation', 'hate', 'identity_attack']);
    expect(carried('two')).toEqual([]);
    expect(carried('three').sort()).toEqual(['severe_toxicity', 'toxicity']);
  });

  it('is held out with its whole frame', () => {
    const sides = new Map<string, Set<string>>();
    for (const { id, split } of ownRows()) {
      const frame = id.replace(/-\d+$/, '');
      sides.set(frame, (sides.get(frame) ?? new Set()).add(split));
    }
    expect([...sides.values()].map((own) => own.size)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set([...sides.values()].flatMap((own) => [...own])).size).toBe(2);
  });
});

it('a plan reads each example as often as it is told, in batches of about one length', () => {
  const examples = Array.from({ length: 400 }, (_, i) => ({
    length: 1 + ((i * 37) % 100),
    times: i % 2 === 0 ? 1 : 3,
  }));
  const plan = planOf(examples, { batch: 16, seed: 3 });
  const count = new Map<number, number>();
  for (const i of plan.flat()) count.set(i, (count.get(i) ?? 0) + 1);
  expect(examples.map((_, i) => count.get(i))).toEqual(examples.map(({ times }) => times));
  const padded = plan.reduce(
    (sum, batch) => sum + batch.length * Math.max(...batch.map((i) => examples[i]?.length ?? 0)),
    0,
  );
  const read = plan.flat().reduce((sum, i) => sum + (examples[i]?.length ?? 0), 0);
  expect(padded / read).toBeLessThan(1.1);
  expect(planOf(examples, { batch: 16, seed: 3 })).toEqual(plan);
  expect(planOf(examples, { batch: 16, seed: 4 })).not.toEqual(plan);
  const halves = planOf(
    examples.map(({ length }) => ({ length, times: 0.5 })),
    { batch: 16, seed: 3 },
  ).flat().length;
  expect(Math.abs(halves - 200)).toBeLessThan(40);
});

it('a plan of fewer steps reads every example more seldom, none as often as another is left out', () => {
  const examples = Array.from({ length: 2000 }, (_, i) => ({ length: 1 + ((i * 37) % 100), times: 2 }));
  const whole = planOf(examples, { batch: 16, seed: 3 });
  const limit = whole.length / 2;
  const plan = planOf(examples, { batch: 16, seed: 3, limit });
  expect(Math.abs(plan.length - limit)).toBeLessThanOrEqual(1);
  const count = new Map<number, number>();
  for (const i of plan.flat()) count.set(i, (count.get(i) ?? 0) + 1);
  const twice = [...count.values()].filter((times) => times > 1).length;
  expect({ twice, once: count.size > 1950 }).toEqual({ twice: 0, once: true });
  expect(planOf(examples, { batch: 16, seed: 3, limit: whole.length })).toEqual(whole);
  expect(planOf(examples, { batch: 16, seed: 3, limit: 0 })).toEqual([]);
});

it('a run that goes on from another one reads other batches, and is the same run when it is begun again', () => {
  expect(seedOf(5, undefined)).toBe(5);
  expect(seedOf(5, 'a')).not.toBe(5);
  expect(seedOf(5, 'a')).not.toBe(seedOf(5, 'b'));
  expect(seedOf(5, 'a')).toBe(seedOf(5, 'a'));
});
