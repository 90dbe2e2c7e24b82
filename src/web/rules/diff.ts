/** One line of a comparison. */
export type DiffLine = { readonly kind: 'same' | 'added' | 'removed'; readonly text: string };
/** A run of lines; `skipped` unchanged lines stand before it. */
export type Hunk = { readonly skipped: number; readonly lines: readonly DiffLine[] };

/** Longer middles are shown as replaced whole: comparing every line with every other would hold the page up. */
const MOST_CELLS = 4_000_000;

/** What changes line by line from one text to another: a longest common subsequence, removals before additions. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return [
    ...old.slice(0, head).map((text): DiffLine => ({ kind: 'same', text })),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map((text): DiffLine => ({ kind: 'same', text })),
  ];
}

/** The changed lines with so many unchanged ones around them; nothing where nothing changed. */
export function hunksOf(lines: readonly DiffLine[], around = 2): readonly Hunk[] {
  const near = (index: number) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same');
  const hunks: { skipped: number; lines: DiffLine[] }[] = [];
  let skipped = 0;
  let open = false;
  for (const [index, line] of lines.entries()) {
    if (near(index)) {
      if (!open) hunks.push({ skipped, lines: [] });
      hunks.at(-1)?.lines.push(line);
      open = true;
      skipped = 0;
    } else {
      open = false;
      skipped += 1;
    }
  }
  return hunks;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function middle(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  const removed = old.map((text): DiffLine => ({ kind: 'removed', text }));
  const added = now.map((text): DiffLine => ({ kind: 'added', text }));
  if (old.length * now.length > MOST_CELLS) return [...removed, ...added];
  // common[i][j]: how many lines old[i…] and now[j…] have in common.
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = common[i];
    if (row === undefined) continue;
    for (let j = now.length - 1; j >= 0; j -= 1) {
      row[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    const text = old[i];
    if (i < old.length && j < now.length && text === now[j]) {
      lines.push({ kind: 'same', text: text ?? '' });
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: text ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: now[j] ?? '' });
      j += 1;
    }
  }
  return lines;
}
