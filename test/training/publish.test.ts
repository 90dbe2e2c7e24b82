import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArtefact } from '../../src/model/artefact.js';
import { publishArtefact } from '../../src/training/publish.js';
import { type TrainOptions, train } from '../../src/training/train.js';
import { writeTinyArtefact } from '../support/artefact.js';

let models: string;

beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), 'premod-publish-'));
  await writeTinyArtefact(join(models, 'whole'));
});

afterAll(() => rm(models, { recursive: true, force: true }));

describe('Training is refused before it begins', () => {
  /** Nothing of what it would read is there. */
  const refused = (out: string, replace?: boolean) => {
    const nowhere = { recipe: 'none.yaml', data: 'none', encoder: 'none', work: join(models, 'work') };
    const options = { ...nowhere, out: join(models, out), now: new Date(0), progress: () => undefined };
    return expect(train({ ...options, ...(replace && { replace }) } as unknown as TrainOptions)).rejects;
  };

  it('where its folder holds an artefact that it was not told to replace', async () => {
    await refused('whole').toThrow('is there already');
  });

  it('where its folder holds anything else', async () => {
    await mkdir(join(models, 'notes'));
    await writeFile(join(models, 'notes', 'mine.txt'), 'kept');
    await refused('notes').toThrow('is there already');
    await refused('notes', true).toThrow('manifest.json');
    expect(await readFile(join(models, 'notes', 'mine.txt'), 'utf8')).toBe('kept');
  });

  it('where its folder is that of the active artefact', async () => {
    await writeFile(join(models, 'CURRENT'), 'whole\n');
    await refused('whole', true).toThrow('is the active artefact');
    await rm(join(models, 'CURRENT'));
  });
});

describe('An artefact', () => {
  it('is replaced where that is asked for, with nothing left beside it', async () => {
    const { manifest, files } = await readArtefact(join(models, 'whole'));
    const directory = join(models, 'elsewhere', 'whole');
    const first = await publishArtefact(directory, files, manifest);
    const later = { ...manifest, trainedAt: '2031-05-08T12:00:00.000Z' };
    await expect(publishArtefact(directory, files, later)).rejects.toThrow('is there already');
    expect((await readArtefact(directory)).id).toBe(first);
    const second = await publishArtefact(directory, files, later, true);
    expect(second).not.toBe(first);
    expect((await readArtefact(directory)).id).toBe(second);
    expect(await readdir(join(models, 'elsewhere'))).toEqual(['whole']);
  });
});
