import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.js';
import { ARTEFACT_FILES, currentArtefact, readArtefact } from '../../src/model/artefact.js';
import { openBackend } from '../../src/model/backend.js';
import { toBatch } from '../../src/model/batch.js';
import { ArtefactDamaged, NotANumber } from '../../src/model/errors.js';
import { artefactId } from '../../src/model/manifest.js';
import { loadModel, scoresOf } from '../../src/model/model.js';
import { rewriteCard } from '../../src/training/publish.js';
import { CACHE, MODELS, shippedArtefact, writeTinyArtefact } from '../support/artefact.js';

let folder: string;
let sound: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-artefact-'));
  sound = join(folder, 'tiny');
  await writeTinyArtefact(sound);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of the sound artefact to damage. */
async function copy(): Promise<string> {
  const path = join(folder, `copy-${++count}`);
  await cp(sound, path, { recursive: true });
  return path;
}

const wasm = () => openBackend({ choice: 'wasm', cache: CACHE });

describe('An artefact', () => {
  it('is read when every byte is the one that was published', async () => {
    const { id, manifest } = await readArtefact(sound);
    expect(id).toBe(artefactId(manifest));
    expect(manifest.labels).toEqual(['hate', 'identity_attack', 'toxicity']);
  });

  it.for(ARTEFACT_FILES)('with one flipped bit in %s is refused, and the error names the file', async (name) => {
    const path = await copy();
    const bytes = await readFile(join(path, name));
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    await writeFile(join(path, name), bytes);
    const failure = await loadModel(path, wasm()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ArtefactDamaged);
    expect((failure as ArtefactDamaged).file).toBe(join(path, name));
  });

  it.for(ARTEFACT_FILES)('without %s, or with a byte more of it, is refused', async (name) => {
    const longer = await copy();
    await appendFile(join(longer, name), '\n');
    await expect(readArtefact(longer)).rejects.toMatchObject({ code: 'artefact-damaged', file: join(longer, name) });
    const missing = await copy();
    await rm(join(missing, name));
    await expect(readArtefact(missing)).rejects.toMatchObject({ code: 'artefact-damaged', file: join(missing, name) });
  });

  it('with another card is the same artefact, and the card is verified as every file is', async () => {
    const path = await copy();
    await rewriteCard(path, '# Measured anew\n');
    const { id, files } = await readArtefact(path);
    expect(id).toBe((await readArtefact(sound)).id);
    expect(new TextDecoder().decode(files.get('CARD.md'))).toBe('# Measured anew\n');
    await appendFile(join(path, 'CARD.md'), 'and embellished\n');
    await expect(readArtefact(path)).rejects.toMatchObject({ file: join(path, 'CARD.md') });
  });

  it('with a changed manifest is another artefact', async () => {
    const path = await copy();
    const manifest = JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    await writeFile(join(path, 'manifest.json'), JSON.stringify({ ...manifest, sentencesFrom: 0.9 }));
    expect((await readArtefact(path)).id).not.toBe((await readArtefact(sound)).id);
  });

  it('with a manifest that is none is refused', async () => {
    for (const content of ['', '{', '[]', '{"format":2}']) {
      const path = await copy();
      await writeFile(join(path, 'manifest.json'), content);
      await expect(readArtefact(path)).rejects.toMatchObject({ file: join(path, 'manifest.json') });
    }
  });

  it.for([
    [{ labels: ['hate', 'hate', 'toxicity'] }, 'lists a label twice'],
    [{ thresholds: {} }, 'has no thresholds for hate, identity_attack, toxicity'],
    [{ calibration: {} }, 'has no calibration for hate, identity_attack, toxicity'],
    [{ languages: ['English'] }, 'does not have the expected form'],
  ] as const)('with a manifest that says %j is refused: it %s', async ([change, what]) => {
    const path = await copy();
    const manifest = JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    await writeFile(join(path, 'manifest.json'), JSON.stringify({ ...manifest, ...change }));
    const refused = { file: join(path, 'manifest.json'), message: expect.stringContaining(what) };
    await expect(readArtefact(path)).rejects.toMatchObject(refused);
  });

  it('whose calibration gives no number gives an error, not a score', () => {
    const calibration = { hate: { kind: 'isotonic' as const, logits: [-1, 0, 1], probabilities: [0.1, 0.2] } };
    const scored = (...logits: number[]) =>
      scoresOf(
        { labels: ['hate'], calibration },
        logits.map((logit) => ({ logits: Float32Array.of(logit) })),
      );
    expect(scored(-0.5)).toEqual({ hate: expect.closeTo(0.15) });
    expect(() => scored(0.5)).toThrow(RangeError);
    expect(() => scored()).toThrow(RangeError);
  });

  it.for([Number.NaN, Number.POSITIVE_INFINITY])('with %f among its weights is refused', async (broken) => {
    const path = join(folder, `broken-${++count}`);
    await writeTinyArtefact(path, { broken });
    await expect(loadModel(path, wasm())).rejects.toThrow(NotANumber);
  });

  it('whose numbers overflow while it judges gives an error, not a score', async () => {
    const path = join(folder, `overflow-${++count}`);
    await writeTinyArtefact(path, { broken: 3e38 });
    const model = await loadModel(path, wasm());
    const rows = model.tokenizer.passages('a comment like any other');
    await expect(model.executor.run(toBatch(rows, 0)).then((found) => found.logits)).rejects.toThrow(NotANumber);
  });
});

describe('The shipped artefact', () => {
  it('is the one that CURRENT names, and whole', async () => {
    const { directory, manifest } = await readArtefact(await currentArtefact(MODELS));
    expect(directory.endsWith(manifest.name)).toBe(true);
  });

  it('takes no more than 35 MB', async () => {
    const directory = await shippedArtefact();
    const sizes = await Promise.all(
      (await readdir(directory)).map(async (name) => (await readFile(join(directory, name))).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(35_000_000);
  });

  it('covers the labels that it calibrates and gives evidence for each threshold', async () => {
    const { manifest } = await readArtefact(await shippedArtefact());
    for (const label of manifest.labels) {
      expect(manifest.calibration[label]).toBeDefined();
      const review = manifest.thresholds[label]?.review;
      expect(review?.prior).toBe(0.02);
      expect(review?.precisionLow).toBeLessThanOrEqual(review?.precisionHigh ?? 0);
    }
  });
});

describe('A CURRENT that leads elsewhere', () => {
  it.for(['../elsewhere', '/etc', '', 'a b'])('(%s) is refused', async (name) => {
    const models = join(folder, `models-${++count}`);
    await cp(sound, join(models, 'tiny'), { recursive: true });
    await writeFile(join(models, 'CURRENT'), `${name}\n`);
    await expect(currentArtefact(models)).rejects.toThrow(ArtefactDamaged);
  });
});

it('canonical JSON does not depend on the order of keys', () => {
  expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: 'x' })).toBe(canonicalJson({ a: 'x', b: [1, { c: 2, d: 1 }] }));
});
