import type { Stretch } from './spans.js';

/**
 * Cuts a text that is too long for one pass of the model into windows that overlap, so that no sentence is lost at a cut
 * and the last line is read like the first.
 *
 * @param count how many tokens the text has.
 * @param size the most tokens a window may hold, ≥ 1.
 * @param overlap tokens that neighbours share at least, in [0, size).
 * @returns stretches in tokens that cover all of [0, count), each of `size` but for a text shorter than one window. The
 *   last one ends with the text, so it may share more with its neighbour. One empty window for an empty text.
 */
export function windowsOf(count: number, size: number, overlap: number): Stretch[] {
  if (!(size >= 1 && overlap >= 0 && overlap < size))
    throw new RangeError(`no windows of ${size} that share ${overlap}`);
  if (count <= size) return [{ begin: 0, end: count }];
  const windows: Stretch[] = [];
  for (let begin = 0; begin + size < count; begin += size - overlap) windows.push({ begin, end: begin + size });
  windows.push({ begin: count - size, end: count });
  return windows;
}
