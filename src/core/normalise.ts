import { readCapitals } from './normalise-capitals.js';
import { readCharacters } from './normalise-characters.js';
import { figureHabit } from './normalise-figures.js';
import { readFillers } from './normalise-fillers.js';
import type { Link } from './normalise-links.js';
import { Readings } from './normalise-readings.js';
import { readRegional } from './normalise-regional.js';
import { drawsOut } from './normalise-spelling.js';
import { readTags } from './normalise-tags.js';
import { giveBack, Log, type Traced, type Transformation } from './normalise-traced.js';
import { readWords, type Swept } from './normalise-words.js';
import type { Stretch } from './spans.js';

export type { Link } from './normalise-links.js';
export type { Transformation, TransformationKind } from './normalise-traced.js';

/** Goes up with every change that makes any text read differently; part of the pipeline. */
export const NORMALISER_VERSION = '7';

/** A text as it is meant, whatever it is written with. */
export type Normalised = {
  /**
   * Lower case, plain letters, sentence punctuation and apostrophes kept, blanks single. Addresses stand as `[link]` and
   * `[mail]`, emoji as words.
   */
  readonly text: string;
  /** What was undone, each with its stretch of the original, in order. Lower case is not counted. */
  readonly transformations: readonly Transformation[];
  /** Web and mail addresses, at the places of their stand-ins in `text`. */
  readonly links: readonly Link[];
  /** The stretch of the original that a stretch of `text` stands for. @throws RangeError outside `text`. */
  toOriginal(stretch: Stretch): Stretch;
};

/** Later sweeps only see what earlier ones made, so that few have anything left to do. */
const MOST_SWEEPS = 5;

/**
 * Turns what is written to evade, or just carelessly, into what is meant, and keeps for every character the stretch of the
 * original that it stands for.
 *
 * Never throws, whatever the string; takes time in proportion to its length; reading its own result changes nothing. Words
 * in other scripts are left alone: only letters inside an otherwise Latin word are read as Latin ones.
 */
export function normalise(original: string): Normalised {
  const log = new Log();
  let traced = readRegional(readFillers(readCharacters(original, log), log), log);
  readCapitals(traced, original, log);
  traced = readTags(traced, original, log);
  traced.dropBlanks();
  let text = traced.text();
  let links: readonly Link[] = [];
  let stretches: readonly Stretch[] | undefined;
  const readings = new Readings(drawsOut(traced));
  let figured = 0;
  let mixed = 0;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep += 1) {
    const swept = readWords(traced, text, original, log, readings, stretches);
    const settled = swept.text === text;
    figured += swept.figured;
    // Later passes meet only what is left.
    if (sweep === 0) mixed = swept.mixed;
    const figures = figureHabit(figured, mixed);
    stretches = figures === readings.habit ? swept.unsettled : undefined;
    readings.habit = figures;
    if (swept.traced !== traced) {
      links = links.length === 0 ? swept.links : inOrder([...moved(links, traced, swept), ...swept.links]);
      giveBack(traced);
      traced = swept.traced;
    }
    text = swept.text;
    if (settled) break;
  }

  const { length } = traced;
  const begins = traced.begins.slice(0, length);
  const ends = traced.ends.slice(0, length);
  giveBack(traced);
  return {
    text,
    transformations: log.inOrder(),
    links,
    toOriginal({ begin, end }) {
      if (!(begin >= 0 && begin <= end && end <= length)) throw new RangeError(`no stretch ${begin}–${end}`);
      const from = begins[begin] ?? original.length;
      return { begin: from, end: end > begin ? (ends[end - 1] ?? from) : from };
    },
  };
}

function inOrder(links: Link[]): readonly Link[] {
  return links.sort((a, b) => a.begin - b.begin);
}

/**
 * The links of an earlier sweep, at the places to which the later one moved their stand-ins; or at that of the link that took
 * a stand-in in (`w w w.(a.com)`).
 */
function moved(links: readonly Link[], before: Traced, { traced, text, links: found }: Swept): Link[] {
  let at = 0;
  let next = 0;
  return links.map((link) => {
    const origin = before.begin(link.begin);
    while (at < traced.length && traced.begin(at) < origin) at += 1;
    const standIn = before.text(link.begin, link.end);
    for (; at < traced.length && traced.begin(at) === origin; at += 1)
      if (text.startsWith(standIn, at)) {
        const begin = at;
        // Two that come from one stretch of the original (`href="http://a.com http://b.com"`) stand one behind the other.
        at += standIn.length;
        return { ...link, begin, end: at };
      }
    while (next < found.length - 1 && traced.end((found[next]?.end ?? 0) - 1) <= origin) next += 1;
    const { begin, end } = found[next] ?? { begin: at, end: at };
    return { ...link, begin, end };
  });
}
