import type { LineCounter, YAMLParseError, YAMLWarning } from 'yaml';
import type { Position } from './yaml-document.js';

type Slip = YAMLParseError | YAMLWarning;

/** How many blanks stand before the dash and before the key with which a line begins; null where it has none. */
type Begun = { readonly dash: number | null; readonly key: number | null };

export const MISPLACED =
  /^(?:All (?:mapping|sequence) items must start|Sequence item without|A block sequence may not be used as)/;

/**
 * The first line that does not stand under the lines it belongs to. What the parser says of such a line, and of all that follows
 * from it or from a bracket that is not closed, is about keys and sequences that nobody wrote.
 *
 * @param slips all that the parser found.
 * @returns what is wrong, null where it is a bracket; and the offset from which on everything else follows from that.
 */
export function misplacedLine(
  slips: readonly Slip[],
  text: string,
  counter: LineCounter,
): { readonly fault: (Position & { readonly detail: string }) | null; readonly from: number } {
  const lines = text.split('\n');
  const goOn = new Set(slips.filter(({ code }) => code === 'MULTILINE_IMPLICIT_KEY').map(({ pos }) => pos[0]));
  for (const { message, pos } of [...slips].sort((one, other) => one.pos[0] - other.pos[0])) {
    const [from] = pos;
    const { line, col } = counter.linePos(from);
    if (/^Flow (?:map|sequence) in block collection/.test(message)) return { fault: null, from: from + 1 };
    let at: number | null = null;
    if (MISPLACED.test(message)) at = line;
    else if (message === 'Unexpected scalar at node end' && lines[line - 1]?.slice(0, col - 1).trim() === '') at = line;
    // A value that goes on in the next lines, one of which is a key: that one stands too far right.
    else if (message.startsWith('Nested mappings') && goOn.has(from)) at = nextKey(lines, line);
    const fault = at === null ? null : faultIn(lines, at);
    if (fault !== null) return { fault, from };
  }
  return { fault: null, from: text.length + 1 };
}

/** @param line from 1, as is what is returned */
function nextKey(lines: readonly string[], line: number): number | null {
  for (let index = line; index < lines.length; index += 1) {
    if (typeof begunBy(lines[index])?.key === 'number') return index + 1;
  }
  return null;
}

/** Where a line begins, and where those above it do that are nearest to it. @param line from 1 */
function faultIn(lines: readonly string[], line: number): (Position & { readonly detail: string }) | null {
  const begun = begunBy(lines[line - 1]);
  if (begun === null) return null;
  const sign = begun.dash === null ? 'key' : 'dash';
  const blanks = begun[sign] ?? 0;
  const open: { readonly line: number; readonly blanks: number }[] = [];
  for (let above = line - 1; above > 0 && !open.some((one) => one.blanks <= blanks); above -= 1) {
    const other = begunBy(lines[above - 1])?.[sign] ?? null;
    // What stands further left closes everything that stood further right before it.
    if (other !== null && open.every((one) => other < one.blanks)) open.push({ line: above, blanks: other });
  }
  const nearest = Math.min(...open.map((one) => Math.abs(one.blanks - blanks)));
  const meant = open.filter((one) => Math.abs(one.blanks - blanks) === nearest);
  // One that stands under another is wrong in some other way.
  if (meant.length === 0 || nearest === 0) return null;
  const others = meant.map((one) => `the ${sign} in line ${one.line} after ${one.blanks}`);
  return {
    line,
    column: blanks + 1,
    detail: `stands too far left or right: it begins after ${blanks === 1 ? '1 blank' : `${blanks} blanks`}, ${others.reverse().join(', ')}`,
  };
}

/** Null for a line that begins nothing: one that goes on, a comment, an empty one. */
function begunBy(line = ''): Begun | null {
  const [, blanks = '', dashes = '', key] =
    /^( *)((?:- +|-$)*)((?:[^\s#'"{[:-]|[:-](?=\S))(?:[^:]|:(?=\S))*:(?=\s|$)|(["'])[^"']*\4 *:(?=\s|$))?/.exec(line) ??
    [];
  if (dashes === '' && key === undefined) return null;
  return {
    dash: dashes === '' ? null : blanks.length,
    key: key === undefined ? null : blanks.length + dashes.length,
  };
}
