import type { Stretch } from './spans.js';

/** How long the pieces are in which a long text is read, in tokens. */
export type WindowSizes = {
  /** A window takes whole sentences up to this. */
  readonly size: number;
  /** So much longer it may grow for a remainder that would be too short to be understood by itself. */
  readonly slack: number;
  /** What two windows share where a sentence is too long for one. */
  readonly overlap: number;
};

/**
 * Packs a text's sentences into windows, in order: whole sentences while they fit, and one that is too long for a window
 * by itself cut into windows that overlap. No token is left out.
 *
 * A threat of ten words is lost in the mean over a long window, so windows are short; cut at sentences, because half a
 * sentence can mean its opposite.
 *
 * @param lengths tokens of each sentence.
 * @returns stretches in tokens of the whole text; one empty window for an empty text.
 */
export function windowsOfSentences(lengths: readonly number[], sizes: WindowSizes): Stretch[] {
  const most = sizes.size + sizes.slack;
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total <= most) return [{ begin: 0, end: total }];

  const windows: Stretch[] = [];
  let begin = 0;
  let end = 0;
  const close = () => {
    if (end === begin) return;
    const previous = windows.at(-1);
    // A remainder goes to the window before it where that has room.
    if (previous !== undefined && end - begin < sizes.slack && end - previous.begin <= most) {
      windows[windows.length - 1] = { begin: previous.begin, end };
    } else windows.push({ begin, end });
    begin = end;
  };
  for (const length of lengths) {
    const fits = end + length - begin <= (length < sizes.slack ? most : sizes.size);
    if (!fits) close();
    end += length;
    if (end - begin > most) {
      const offset = begin;
      const parts = windowsOf(end - begin, most, sizes.overlap);
      windows.push(...parts.map((part) => ({ begin: part.begin + offset, end: part.end + offset })));
      begin = end;
    }
  }
  close();
  return windows;
}

/**
 * Cuts a text into windows that overlap, so that nothing is lost at a cut.
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
