/** Windows of about one length, side by side, as the graph takes them. */
export type Batch = {
  readonly rows: number;
  /** Tokens per row, padding included. */
  readonly length: number;
  readonly ids: Int32Array;
  readonly bias: Float32Array;
  readonly average: Float32Array;
};

/** Far enough below every attention score that padding gets a share of exactly zero. */
const NOTHING = -1e9;

/** Lays windows side by side; shorter ones are padded and the padding masked, so that it changes no result. */
export function toBatch(windows: readonly Int32Array[], padding: number, multiple = 1): Batch {
  const rows = windows.length;
  const longest = windows.reduce((most, window) => Math.max(most, window.length), 0);
  const length = Math.ceil(longest / multiple) * multiple;
  const ids = new Int32Array(rows * length).fill(padding);
  const bias = new Float32Array(rows * length).fill(NOTHING);
  const average = new Float32Array(rows * length);
  windows.forEach((window, row) => {
    const begin = row * length;
    ids.set(window, begin);
    bias.fill(0, begin, begin + window.length);
    average.fill(1 / window.length, begin, begin + window.length);
  });
  return { rows, length, ids, bias, average };
}
