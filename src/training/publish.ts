import { createHash } from 'node:crypto';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { TopicPrototypes } from '../core/topic.js';
import { type ArtefactFile, currentArtefact, PROTOTYPES, readManifest } from '../model/artefact.js';
import { EMBEDDING } from '../model/graph/heads.js';
import { narrow } from '../model/half.js';
import { artefactId, CARD, Manifest } from '../model/manifest.js';
import { type StoredTensor, writeSafetensors } from '../model/safetensors.js';
import type { Weights } from '../model/weights.js';

/**
 * Sees that an artefact can be written into a folder without anything else being lost.
 *
 * @param replace whether an artefact that lies there may go.
 * @throws Error where something lies there that may not: anything but an artefact, or the active one.
 */
export async function seeThatFree(directory: string, replace: boolean): Promise<void> {
  if (!(await isThere(directory))) return;
  const active = await currentArtefact(dirname(directory)).catch(() => null);
  if (active !== null && resolve(active) === resolve(directory))
    throw new Error(`${directory} is the active artefact: name another folder.`);
  if (!replace) throw new Error(`${directory} is there already: name another folder, or --replace the artefact in it.`);
  await readManifest(directory);
}

/**
 * Writes an artefact: its files, then a manifest with the sha256 of each. Its folder gets all of it or nothing; an artefact that it
 * replaces is gone only when the new one is in its place, and lies beside it as `.replaced-…` where the process is killed between.
 *
 * @param replace whether an artefact that lies there may go.
 * @returns the artefact's id.
 * @throws Error where something else lies there.
 */
export async function publishArtefact(
  directory: string,
  files: ReadonlyMap<ArtefactFile, Uint8Array>,
  about: Omit<Manifest, 'files'>,
  replace = false,
): Promise<string> {
  await seeThatFree(directory, replace);
  const entries = [...files].map(
    ([name, bytes]) => [name, { sha256: sha256(bytes), bytes: bytes.byteLength }] as const,
  );
  const manifest = Manifest.parse({ ...about, files: Object.fromEntries(entries) });
  const written = join(dirname(directory), `.writing-${basename(directory)}`);
  await rm(written, { recursive: true, force: true });
  await mkdir(written, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(written, name), bytes);
  await writeFile(join(written, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  if (!(await isThere(directory))) {
    await rename(written, directory);
    return artefactId(manifest);
  }
  const replaced = join(dirname(directory), `.replaced-${basename(directory)}`);
  await rm(replaced, { recursive: true, force: true });
  await rename(directory, replaced);
  await rename(written, directory);
  await rm(replaced, { recursive: true });
  return artefactId(manifest);
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

/** Gives an artefact another card; its id stays what it was. */
export async function rewriteCard(directory: string, card: string): Promise<void> {
  const manifest = await readManifest(directory);
  const bytes = new TextEncoder().encode(card);
  const files = { ...manifest.files, [CARD]: { sha256: sha256(bytes), bytes: bytes.byteLength } };
  const written = [
    [CARD, bytes],
    ['manifest.json', `${JSON.stringify({ ...manifest, files }, null, 2)}\n`],
  ] as const;
  for (const [name, content] of written) await writeFile(join(directory, `${name}.writing`), content);
  for (const [name] of written) await rename(join(directory, `${name}.writing`), join(directory, name));
}

/**
 * Has an artefact's manifest say how validation rows score. Its weights stay as they are; as it says more, its id is another one.
 *
 * @returns the new id.
 */
export async function keepEvidence(directory: string, evidence: NonNullable<Manifest['evidence']>): Promise<string> {
  const manifest = Manifest.parse({ ...(await readManifest(directory)), evidence });
  const path = join(directory, 'manifest.json');
  await writeFile(`${path}.writing`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${path}.writing`, path);
  return artefactId(manifest);
}

/** Matrices that are kept in half precision. */
export const HALVED = ['heads.0.weight', `${EMBEDDING}.weight`];

/**
 * The heads' file. Their first and largest matrix, and the embedding's, are kept in half precision, like the encoder's,
 * which changes no score by more than a few ten-thousandths; the rest is small and kept whole.
 */
export function headsFile(heads: Weights, prototypes: TopicPrototypes): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { shape, data }] of heads) {
    tensors.set(
      name,
      HALVED.includes(name) ? { dtype: 'F16', shape, data: narrow(data) } : { dtype: 'F32', shape, data },
    );
  }
  for (const kind of ['site', 'reaction', 'background'] as const) {
    const vectors = prototypes[kind];
    const width = vectors[0]?.length ?? 0;
    const data = new Float32Array(vectors.length * width);
    for (const [i, vector] of vectors.entries()) data.set(vector, i * width);
    tensors.set(PROTOTYPES[kind], { dtype: 'F16', shape: [vectors.length, width], data: narrow(data) });
  }
  return writeSafetensors(tensors);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
