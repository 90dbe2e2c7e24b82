import type { Traced } from './normalise-traced.js';
import { CLASS, classOf } from './normalise-units.js';
import type { Stretch } from './spans.js';

/** Nothing shorter that was left alone holds a gap over which nothing reaches. */
export const SHORTEST_FIRM = 3;

/**
 * The stretches of a pass's output that the next one has to read again: around every place that was changed, up to gaps over
 * which nothing reaches. All else it would read as it did before, and leave alone.
 *
 * @param kept what was left alone and is no shorter than `SHORTEST_FIRM`, in order; places of the output.
 */
export function unsettled(output: Traced, kept: readonly Stretch[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let begin = 0;
  for (const stretch of kept) {
    const first = firmGap(output, stretch, 1);
    if (first < 0) continue;
    if (stretch.begin > 0) stretches.push({ begin, end: first });
    begin = firmGap(output, stretch, -1) + 1;
  }
  const last = kept.at(-1);
  const settled = last !== undefined && last.end === output.length && begin > last.begin;
  if (!settled) stretches.push({ begin, end: output.length });
  return stretches;
}

/**
 * The first or the last blank of a stretch with two letters or digits right before it; -1 where there is none. No address holds
 * it, and no run of single letters, whatever follows, comes from what is before it.
 */
function firmGap(output: Traced, { begin, end }: Stretch, step: 1 | -1): number {
  for (let at = step > 0 ? begin + 2 : end - 1; at >= begin + 2 && at < end; at += step) {
    const unit = output.unit(at);
    if ((unit === 0x20 || unit === 0x0a) && isInWord(output, at - 1) && isInWord(output, at - 2)) return at;
  }
  return -1;
}

function isInWord(output: Traced, at: number): boolean {
  const kind = classOf(output.unit(at), output.twin(at));
  return kind === CLASS.latin || kind === CLASS.digit || kind === CLASS.letter;
}
