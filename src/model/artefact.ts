import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { TopicPrototypes } from '../core/topic.js';
import { ArtefactDamaged } from './errors.js';
import { ARTEFACT_NAME, artefactId, CARD, Manifest } from './manifest.js';
import { readSafetensors, type StoredTensors } from './safetensors.js';
import { type EncoderWeights, toEncoderWeights, toWeights, type Weights } from './weights.js';

/** The files of an artefact beside its manifest. */
export const ARTEFACT_FILES = ['encoder.safetensors', 'heads.safetensors', 'tokenizer.json', CARD] as const;
export type ArtefactFile = (typeof ARTEFACT_FILES)[number];

/** A verified artefact: every byte is the one its manifest names. */
export type Artefact = {
  /** sha256 of the manifest's canonical content; see {@link artefactId}. */
  readonly id: string;
  readonly directory: string;
  readonly manifest: Manifest;
  /** The files' verified content, by name. */
  readonly files: ReadonlyMap<ArtefactFile, Uint8Array>;
};

/**
 * Reads an artefact and verifies every byte of it.
 *
 * @param directory the folder with `manifest.json`.
 * @throws ArtefactDamaged naming the file that is missing, altered or unreadable.
 */
export async function readArtefact(directory: string): Promise<Artefact> {
  const manifest = await readManifest(directory);
  const files = new Map<ArtefactFile, Uint8Array>();
  await Promise.all(
    ARTEFACT_FILES.map(async (name) => {
      const path = join(directory, name);
      const expected = manifest.files[name];
      if (expected === undefined) throw new ArtefactDamaged(join(directory, 'manifest.json'), `does not list ${name}`);
      const bytes = await read(path);
      if (bytes.byteLength !== expected.bytes) {
        throw new ArtefactDamaged(path, `has ${bytes.byteLength} bytes instead of ${expected.bytes}`);
      }
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (sha256 !== expected.sha256)
        throw new ArtefactDamaged(path, `is not the one that was published (sha256 ${sha256})`);
      files.set(name, bytes);
    }),
  );
  return { id: artefactId(manifest), directory, manifest, files };
}

/** Reads and checks the manifest alone, without the weights. @throws ArtefactDamaged */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, 'manifest.json');
  const bytes = await read(path);
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ArtefactDamaged(path, 'is not JSON');
  }
  const parsed = Manifest.safeParse(content);
  if (!parsed.success)
    throw new ArtefactDamaged(path, `does not have the expected form: ${z.prettifyError(parsed.error)}`);
  const manifest = parsed.data;
  const uncovered = manifest.labels.filter((label) => manifest.calibration[label] === undefined);
  if (uncovered.length > 0) throw new ArtefactDamaged(path, `has no calibration for ${uncovered.join(', ')}`);
  // Without one the shipped policy would never ask about the label.
  const unmeasured = manifest.labels.filter((label) => manifest.thresholds[label] === undefined);
  if (unmeasured.length > 0) throw new ArtefactDamaged(path, `has no thresholds for ${unmeasured.join(', ')}`);
  if (new Set(manifest.labels).size < manifest.labels.length) throw new ArtefactDamaged(path, 'lists a label twice');
  if (manifest.topic.features.length !== manifest.topic.coefficients.length) {
    throw new ArtefactDamaged(path, 'does not have one coefficient per off-topic feature');
  }
  const { window, slack, passage } = manifest.tokens;
  if (Math.max(window + slack, passage) > manifest.encoder.positions) {
    throw new ArtefactDamaged(path, 'has windows longer than the encoder can read');
  }
  return manifest;
}

/** Which artefact `models/CURRENT` names. @throws ArtefactDamaged where there is none. */
export async function currentArtefact(models: string): Promise<string> {
  const path = join(models, 'CURRENT');
  const name = new TextDecoder().decode(await read(path)).trim();
  if (!ARTEFACT_NAME.test(name)) throw new ArtefactDamaged(path, 'does not name an artefact');
  return join(models, name);
}

/** The encoder's weights. @throws ArtefactDamaged, NotANumber */
export function encoderWeights(artefact: Artefact): EncoderWeights {
  return tensorsOf(artefact, 'encoder.safetensors', toEncoderWeights);
}

/** The heads' weights and the off-topic prototypes. @throws ArtefactDamaged, NotANumber */
export function headsWeights(artefact: Artefact): Weights {
  return tensorsOf(artefact, 'heads.safetensors', toWeights);
}

/** Where the heads' file keeps the off-topic prototypes. */
export const PROTOTYPES = {
  site: 'topic.site',
  reaction: 'topic.reaction',
  background: 'topic.background',
} as const;

/** The vectors that off-topic judges by besides article and parent. */
export function prototypesOf(heads: Weights): TopicPrototypes {
  const rows = (name: string) => {
    const { shape, data } = heads.get(name) ?? { shape: [0, 0], data: new Float32Array() };
    const [count = 0, width = 0] = shape;
    return Array.from({ length: count }, (_, i) => data.slice(i * width, (i + 1) * width));
  };
  return {
    site: rows(PROTOTYPES.site),
    reaction: rows(PROTOTYPES.reaction),
    background: rows(PROTOTYPES.background),
  };
}

export function tokenizerOf(artefact: Artefact): object {
  const name = 'tokenizer.json';
  return JSON.parse(new TextDecoder().decode(artefact.files.get(name))) as object;
}

function tensorsOf<W>(artefact: Artefact, name: ArtefactFile, convert: (stored: StoredTensors, file: string) => W): W {
  const path = join(artefact.directory, name);
  try {
    return convert(readSafetensors(artefact.files.get(name) as Uint8Array), path);
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError || error instanceof z.ZodError) {
      throw new ArtefactDamaged(path, `cannot be read: ${error.message}`);
    }
    throw error;
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ArtefactDamaged(path, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}
