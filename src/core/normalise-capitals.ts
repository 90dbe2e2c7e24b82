import { findLinks, type Link } from './normalise-links.js';
import type { Log, Traced } from './normalise-traced.js';
import { isCapital, isSmall } from './normalise-units.js';
import { isWord } from './normalise-vocabulary.js';

const [SMALL_I, SMALL_L, CAPITAL_I] = [0x69, 0x6c, 0x49] as const;

/**
 * Reads a capital I behind a small letter as the l that it is drawn like (`kiII`), and a small l among capitals as an I
 * (`KlLL`), where that gives a word and what is written gives none: `McIlroy`, `WWII` and `OpenAI` stay. Changes the units in
 * place.
 *
 * @param original what was written; the text under way no longer has its case.
 */
export function readCapitals(traced: Traced, original: string, log: Log): void {
  const written = (at: number): number => original.charCodeAt(traced.begin(at));
  let links: readonly Link[] | undefined;
  let next = 0;
  const { units, length } = traced;
  for (let at = 1; at < length; at += 1) {
    const unit = units[at];
    if (unit !== SMALL_I && unit !== SMALL_L) continue;
    const before = written(at - 1);
    const suspect = unit === SMALL_I ? written(at) === CAPITAL_I && isSmall(before) : isCapital(before);
    if (!suspect) continue;

    let begin = at;
    while (isSmall(traced.unit(begin - 1))) begin -= 1;
    let end = at + 1;
    while (isSmall(traced.unit(end))) end += 1;
    const meant = unit === SMALL_I ? inSmall(traced, begin, end, written) : inCapitals(traced, begin, end, written);
    const word = traced.text(begin, end);
    at = end;
    if (meant === null || isWord(word) || !isWord(meant)) continue;
    // An address is told from others letter by letter: `paypaI.com` is not `paypal.com`.
    links ??= findLinks(traced.text(), units);
    while ((links[next]?.end ?? Number.POSITIVE_INFINITY) <= begin) next += 1;
    if ((links[next]?.begin ?? Number.POSITIVE_INFINITY) <= begin) continue;
    log.add('look-alikes', traced.begin(begin), traced.end(end - 1));
    for (let place = begin; place < end; place += 1) units[place] = meant.charCodeAt(place - begin);
  }
}

/** A word with every capital I behind its first small letter read as an l. */
function inSmall(traced: Traced, begin: number, end: number, written: (at: number) => number): string {
  let word = '';
  let small = false;
  for (let at = begin; at < end; at += 1) {
    word += small && written(at) === CAPITAL_I ? 'l' : String.fromCharCode(traced.unit(at));
    small ||= isSmall(written(at));
  }
  return word;
}

/** A word with every small l read as an i; null where it is not otherwise in capitals, two at least. */
function inCapitals(traced: Traced, begin: number, end: number, written: (at: number) => number): string | null {
  let word = '';
  let capitals = 0;
  for (let at = begin; at < end; at += 1) {
    if (isCapital(written(at))) capitals += 1;
    else if (written(at) !== SMALL_L) return null;
    word += written(at) === SMALL_L ? 'i' : String.fromCharCode(traced.unit(at));
  }
  return capitals < 2 ? null : word;
}
