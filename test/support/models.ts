import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { artefactId } from '../../src/model/manifest.js';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors.js';

/** A folder of models, and that of the artefact which is active in it. */
type Models = { readonly folder: string; readonly artefact: string };

/** A copy of the shipped models, for a test to change. */
export function copyModels(folder: string): Models {
  cpSync('models', folder, { recursive: true });
  return { folder, artefact: join(folder, readFileSync(join(folder, 'CURRENT'), 'utf8').trim()) };
}

/**
 * Puts an artefact beside the shipped one whose last layer says the contrary of everything, and signs it: a whole artefact that
 * judges otherwise.
 *
 * @returns its id.
 */
export function addContraryArtefact(models: Models, name: string): string {
  const folder = copyArtefact(models, name);
  const tensors = new Map(readSafetensors(readFileSync(join(folder, 'heads.safetensors'))));
  const last = [...tensors.keys()].filter((key) => /^heads\.\d+\.weight$/.test(key)).at(-1) ?? '';
  for (const key of [last, last.replace('weight', 'bias')]) {
    const tensor = tensors.get(key);
    if (tensor?.dtype !== 'F32') throw new Error('The last layer is not where it was.');
    tensors.set(key, { ...tensor, data: tensor.data.map((value) => -value) });
  }
  const bytes = writeSafetensors(tensors);
  writeFileSync(join(folder, 'heads.safetensors'), bytes);
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  manifest.name = name;
  manifest.files['heads.safetensors'] = {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.byteLength,
  };
  writeFileSync(path, JSON.stringify(manifest));
  return artefactId(manifest);
}

/**
 * Puts an artefact beside the shipped one that scores like it, but says how good it is only at the thresholds that were measured when
 * it was made, as those of before `evidence` do.
 */
export function addUnmeasuredArtefact(models: Models, name: string): void {
  const folder = copyArtefact(models, name);
  const path = join(folder, 'manifest.json');
  const { evidence: _, ...manifest } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...manifest, name }));
}

function copyArtefact({ folder, artefact }: Models, name: string): string {
  const copy = join(folder, name);
  cpSync(artefact, copy, { recursive: true });
  return copy;
}
