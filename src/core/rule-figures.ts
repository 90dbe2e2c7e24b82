/** What one rule did in the last 90 days. */
export type RuleFigures = {
  /** Texts in which it was found; of a rule in shadow, in which it would have been. */
  readonly hits: number;
  readonly lastFired: string | null;
  /** So many of these a person judged … */
  readonly judged: number;
  /** … and so many of those as the rule would: rejected, or approved where it approves. */
  readonly agreed: number;
  /** The 95 % interval (Wilson) of that share; null before anybody judged. */
  readonly interval: readonly [number, number] | null;
  /** In words, why its rate is remarkable; null where it is not. */
  readonly alarm: string | null;
};

/** A share of what was judged in a stretch of time. */
export type Rate = { readonly hits: number; readonly judged: number };

/** A rate that jumps: what it is in the last hour or day, and what it was in the seven days before. */
export type RateAlarm = { readonly within: 'hour' | 'day'; readonly now: Rate; readonly before: Rate };

/** Of the normal distribution: 95 % lie within so many standard deviations. */
const Z = 1.959964;

/** Wilson's 95 % interval of a share; null of nothing. */
export function wilsonInterval(count: number, of: number): readonly [number, number] | null {
  if (of === 0) return null;
  const share = count / of;
  const z2 = Z * Z;
  const middle = (share + z2 / (2 * of)) / (1 + z2 / of);
  const half = (Z * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of))) / (1 + z2 / of);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Fewer hits within a day are no jump, whatever they were before. */
export const LEAST_HITS = 10;
const ALARM = {
  /** With fewer comments before there is no usual rate. */
  leastJudged: 200,
  times: 3,
  deviations: 4,
} as const;

/**
 * Whether a rule's rate jumps. It does where, within the last hour or the last day, at least ten texts met the rule, at least
 * three times as many as its share of the seven days before would let expect, and more than four standard deviations (Poisson)
 * above that. Nothing is said before 200 texts were judged in those days.
 *
 * @param rates of what was judged while the rule was in force.
 * @returns the hour's alarm before the day's; null where there is none.
 */
export function alarmOf(rates: { readonly hour: Rate; readonly day: Rate; readonly week: Rate }): RateAlarm | null {
  const { week } = rates;
  if (week.judged < ALARM.leastJudged) return null;
  for (const within of ['hour', 'day'] as const) {
    const now = rates[within];
    // One hit more than there was, so that a rule that never fired has a rate too.
    const expected = (now.judged * (week.hits + 1)) / week.judged;
    const jumps =
      now.hits >= LEAST_HITS &&
      now.hits >= ALARM.times * expected &&
      now.hits > expected + ALARM.deviations * Math.sqrt(expected);
    if (jumps) return { within, now, before: week };
  }
  return null;
}

export function alarmInWords({ within, now, before }: RateAlarm): string {
  return `Found in ${now.hits} of ${now.judged} comments (${percent(now)}) in the last ${within}; in the seven days before in ${percent(before)}.`;
}

/** The share itself, in [0, 1]; 0 of nothing. */
export function shareOf({ hits, judged }: Rate): number {
  return hits / Math.max(1, judged);
}

function percent(rate: Rate): string {
  const value = shareOf(rate) * 100;
  return `${value >= 10 || value === 0 ? Math.round(value) : value.toFixed(1)} %`;
}
