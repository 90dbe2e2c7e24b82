import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { encoderWeights, headsWeights, readArtefact } from '../model/artefact.js';
import { readSafetensors, type StoredTensor, type StoredTensors, writeSafetensors } from '../model/safetensors.js';

/**
 * What a run ended with: its checkpoint, or the artefact that it made, whose weights are rounded to half precision.
 *
 * @param path a file, or an artefact's folder.
 * @throws ArtefactDamaged where a byte of the artefact is not the one that was published.
 */
export async function readRun(path: string): Promise<{ readonly tensors: StoredTensors; readonly bytes: Uint8Array }> {
  if (!(await stat(path)).isDirectory()) {
    const bytes = await readFile(path);
    return { tensors: readSafetensors(bytes), bytes };
  }
  const artefact = await readArtefact(path);
  const weights = [...encoderWeights(artefact).others, ...headsWeights(artefact)];
  const files = (['encoder.safetensors', 'heads.safetensors'] as const).map((file) => artefact.files.get(file));
  return {
    tensors: new Map(weights.map(([name, { shape, data }]) => [`average ${name}`, { dtype: 'F32', shape, data }])),
    bytes: Buffer.concat(files.filter((file) => file !== undefined)),
  };
}

/**
 * What several runs averaged over their last steps, averaged over the runs. The one with the most outputs says which weights there
 * are; outputs that another has not, because an artefact keeps no `mention`, stay that one's.
 *
 * @throws Error where one of them is of another shape.
 */
export function meanOf(checkpoints: readonly StoredTensors[]): StoredTensors {
  const [first, ...others] = [...checkpoints].sort((a, b) => outputsOf(b) - outputsOf(a));
  if (first === undefined) throw new Error('there is no run to go on from');
  return new Map(
    [...first]
      .filter(([name]) => name.startsWith('average '))
      .map(([name, { shape, data }]) => {
        const sum = Float32Array.from(data);
        for (const other of others) {
          const more = overlaid({ shape, data }, other.get(name));
          if (more === null) throw new Error(`the runs to go on from differ in shape: ${name}`);
          for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (more[i] as number);
        }
        return [name, { dtype: 'F32', shape, data: sum.map((value) => value / checkpoints.length) }];
      }),
  );
}

/** Outputs of all layers of a run's heads together; of runs that fit each other, the last layer tells. */
function outputsOf(run: StoredTensors): number {
  return [...run].reduce(
    (sum, [name, { data }]) => sum + (/^average heads\.\d+\.bias$/.test(name) ? data.length : 0),
    0,
  );
}

/**
 * The numbers of another run in the shape of these weights; of the last outputs, where that run has fewer, these stay.
 *
 * @returns null where it is of another shape otherwise, or has no such weights.
 */
export function overlaid(
  { shape, data }: Pick<StoredTensor, 'shape' | 'data'>,
  over: Pick<StoredTensor, 'shape' | 'data'> | undefined,
): Float32Array | null {
  const columns = shape.at(-1) ?? 1;
  const theirs = over?.shape.at(-1) ?? 1;
  if (over === undefined || theirs > columns || over.data.length * columns !== data.length * theirs) return null;
  return Float32Array.from(data, (own, i) => {
    const column = i % columns;
    return column < theirs ? (over.data[Math.floor(i / columns) * theirs + column] as number) : own;
  });
}

/** Where a run keeps what it needs to go on after being cut. */
export type Checkpoints = {
  /** Puts what was kept into the variables. @returns how many epochs are done; 0 where nothing was kept. */
  restore(variables: readonly Variable[]): Promise<number>;
  keep(epoch: number, variables: readonly Variable[]): Promise<void>;
};

/**
 * Checkpoints in a folder, one file, replaced whole.
 *
 * @param name of what the run depends on: another recipe or other data must not resume this one.
 */
export function checkpointsIn(
  folder: string,
  name: string,
  tensorOf: (data: Float32Array, shape: number[]) => Tensor,
): Checkpoints {
  const path = join(folder, `${name}.safetensors`);
  return {
    restore: async (variables) => {
      const file = await readFile(path).catch(() => null);
      if (file === null) return 0;
      const tensors = readSafetensors(file);
      variables.forEach((variable, i) => {
        const kept = tensors.get(`${i}`);
        if (kept?.dtype !== 'F32') throw new Error(`${path} does not fit this run`);
        const tensor = tensorOf(kept.data, [...kept.shape]);
        variable.assign(tensor as typeof variable);
        tensor.dispose();
      });
      const epoch = tensors.get('epoch')?.data[0];
      if (epoch === undefined) throw new Error(`${path} does not say how far it got`);
      return epoch;
    },
    keep: async (epoch, variables) => {
      const tensors = new Map<string, StoredTensor>(
        variables.map((variable, i) => [
          `${i}`,
          { dtype: 'F32', shape: variable.shape, data: Float32Array.from(variable.dataSync()) },
        ]),
      );
      tensors.set('epoch', { dtype: 'F32', shape: [1], data: Float32Array.of(epoch) });
      await mkdir(folder, { recursive: true });
      await writeFile(`${path}.writing`, writeSafetensors(tensors));
      await rename(`${path}.writing`, path);
    },
  };
}
