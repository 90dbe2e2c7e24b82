import { FLAG_NAMES } from './normalise-table-emoji-names.js';
import { borrow, giveBack, type Log, type Traced } from './normalise-traced.js';
import { isHidden } from './normalise-vocabulary.js';

/** The halves of a regional indicator: the first is the same for all of them. */
const HIGH = 0xd83c;
const [FIRST, LAST] = [0xdde6, 0xddff] as const;
const FLAG = String.raw`\p{RGI_Emoji_Flag_Sequence}`;
// Not as a literal: TypeScript knows its mode for later targets only.
const FLAGS = new RegExp(`^(?:${FLAG})+$`, 'v');

const COUNTRIES = new Map(FLAG_NAMES.split('|').map((entry) => [entry.slice(0, 2), entry.slice(3)]));
/** As many as emoji of other kinds; more are a wall of pictures. */
const MOST_FLAGS = 500;

/**
 * Reads flags as the names of their countries, and more than two regional indicators in a row as the letters in their boxes (`🇰🇮🇱🇱`), unless they are flags, one beside
 * the other.
 */
export function readRegional(traced: Traced, log: Log): Traced {
  let out: Traced | null = null;
  let kept = 0;
  let named = 0;
  const { units, length } = traced;
  for (let at = 0; at < length; at += 1) {
    if (units[at] !== HIGH || !isRegional(traced, at)) continue;
    const begin = at;
    let letters = '';
    for (; isRegional(traced, at); at += 2) letters += String.fromCharCode(0x61 + traced.unit(at + 1) - FIRST);
    const flags = FLAGS.test(traced.text(begin, at)) && !isHidden(letters);
    if (!flags && letters.length < 3) continue;
    out ??= borrow(traced.length);
    out.pushFrom(traced, kept, begin);
    kept = at;
    if (flags) {
      log.add('emoji', traced.begin(begin), traced.end(at - 1));
      for (let index = 0; index < letters.length; index += 2) {
        // A flag that is repeated on the spot is said once.
        if (letters.slice(index, index + 2) === letters.slice(index - 2, index)) continue;
        named += 1;
        const name = named > MOST_FLAGS ? '' : `${COUNTRIES.get(letters.slice(index, index + 2)) ?? ''} `;
        out.pushText(` ${name}`, traced.begin(begin + 2 * index), traced.end(begin + 2 * index + 3));
      }
      continue;
    }
    for (let index = 0; index < letters.length; index += 1)
      out.push(letters.charCodeAt(index), traced.begin(begin + 2 * index), traced.end(begin + 2 * index + 1));
    log.add('letter-forms', traced.begin(begin), traced.end(at - 1));
  }
  if (out === null) return traced;
  out.pushFrom(traced, kept, length);
  giveBack(traced);
  return out;
}

function isRegional(traced: Traced, at: number): boolean {
  return traced.unit(at) === HIGH && traced.unit(at + 1) >= FIRST && traced.unit(at + 1) <= LAST;
}
