/** Times and numbers as the desk writes them, in the viewer's zone. */

const LOCALE = 'en-GB';
const hourMinute = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const dayMonth = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long' });
const dayMonthYear = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', year: 'numeric' });
const monthYear = new Intl.DateTimeFormat(LOCALE, { month: 'long', year: 'numeric' });
const whole = new Intl.NumberFormat(LOCALE);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `19:42`; with the day where it is not today's. */
export function clockTime(at: number | string, now: number): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return '';
  const time = hourMinute.format(then);
  if (then.toDateString() === new Date(now).toDateString()) return time;
  return `${day(at, now)}, ${time}`;
}

/** `3 October`; with the year where it is not this one. */
export function day(at: number | string, now: number): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return '';
  return (then.getFullYear() === new Date(now).getFullYear() ? dayMonth : dayMonthYear).format(then);
}

/** `March 2021` */
export function month(at: string): string {
  const then = new Date(at);
  return Number.isNaN(then.getTime()) ? '' : monthYear.format(then);
}

/** A duration in ms as `40 seconds`, `26 min`, `2 h 10 min`, `3 days`. Never negative: clocks differ. */
export function duration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < MINUTE) {
    const seconds = Math.round(length / 1_000);
    return seconds === 1 ? '1 second' : `${seconds} seconds`;
  }
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < 2 * DAY) {
    const minutes = Math.floor((length % HOUR) / MINUTE);
    return minutes === 0 ? `${Math.floor(length / HOUR)} h` : `${Math.floor(length / HOUR)} h ${minutes} min`;
  }
  return `${Math.floor(length / DAY)} days`;
}

/** How long ago: `just now`, `40 seconds ago`, `26 min ago`. */
export function ago(ms: number): string {
  return ms < 2_500 ? 'just now' : `${duration(ms)} ago`;
}

/** What is left of a lease: `4:32`. */
export function minutesSeconds(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A probability as `.91`; 1 stays `1.00`. */
export function score(probability: number): string {
  return probability.toFixed(2).replace(/^0/, '');
}

/** A threshold as somebody wrote it, in two decimals at least and four at most: `.285`, `.20`. */
export function threshold(written: number): string {
  const exact = String(Number(written.toFixed(4)));
  return exact.length > written.toFixed(2).length ? exact.replace(/^0/, '') : score(written);
}

/** `1,284` */
export function count(n: number): string {
  return whole.format(n);
}

/** The share of `part` in `total` in whole per cent; of nothing it is nought. */
export function percent(part: number, total: number): string {
  return `${total === 0 ? 0 : Math.round((100 * part) / total)} %`;
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

const CARDINALS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** `three`, `11` */
export function cardinal(n: number): string {
  return CARDINALS[n] ?? count(n);
}

/** `second`, `11th` */
export function ordinal(n: number): string {
  const word = ORDINALS[n - 1];
  if (word !== undefined) return word;
  const tail = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${tail}`;
}
