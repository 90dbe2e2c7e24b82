import { normalise } from '../core/normalise.js';
import { embeddingOf, type Model } from '../model/model.js';
import { type Progress, runWindows } from './features.js';
import { worstOfWindows } from './judge.js';
import { answersOf } from './measure.js';
import { readings } from './prepare.js';

const CHUNK = 2_000;

/** @returns the largest logit over each text's windows. [texts, labels] */
export async function logitsOf(
  model: Model,
  texts: readonly (readonly Int32Array[])[],
  progress: Progress,
): Promise<Float32Array> {
  const width = model.manifest.labels.length;
  const logits = await outputOf(model, 'logits', width, texts.flat(), progress);
  const counts = texts.map((own) => own.length);
  return worstOfWindows(logits, counts, width);
}

/** What the service would answer for texts as they were written: normalised, both readings. */
export async function answersFor(
  model: Model,
  texts: readonly string[],
  progress: Progress,
): Promise<ReturnType<typeof answersOf>> {
  const windows = texts.map((text) => readings(model.tokenizer, normalise(text).text));
  return answersOf(model.manifest, await logitsOf(model, windows, progress));
}

/** A text's embedding as the service compares it with others; every text that is asked for must be among those given. */
export async function embeddingsFor(
  model: Model,
  texts: readonly string[],
  progress: Progress,
): Promise<(text: string) => Float32Array> {
  const width = model.manifest.encoder.hidden;
  const cut = texts.map((text) => model.tokenizer.passages(text));
  const numbers = await outputOf(model, 'embedding', width, cut.flat(), progress);
  const known = new Map<string, Float32Array>();
  let next = 0;
  texts.forEach((text, i) => {
    const windows = cut[i] ?? [];
    const results = windows.map(() => {
      const embedding = numbers.slice(next * width, (next + 1) * width);
      next++;
      return { embedding };
    });
    const lengths = windows.map((window) => window.length);
    known.set(text, embeddingOf(results, lengths));
  });
  return (text) => {
    const embedding = known.get(text);
    if (embedding === undefined) throw new Error('a text was not embedded');
    return embedding;
  };
}

async function outputOf(
  { executor, manifest }: Model,
  output: string,
  width: number,
  windows: readonly Int32Array[],
  progress: Progress,
): Promise<Float32Array> {
  const numbers = new Float32Array(windows.length * width);
  const run = { executor, output, width, padding: manifest.tokens.padding };
  for (let begin = 0; begin < windows.length; begin += CHUNK) {
    numbers.set(await runWindows(run, windows.slice(begin, begin + CHUNK)), begin * width);
    progress('evaluating', Math.min(begin + CHUNK, windows.length), windows.length);
  }
  return numbers;
}
