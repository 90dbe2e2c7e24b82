import { type Log, Traced } from './normalise-traced.js';
import { isHidden } from './normalise-vocabulary.js';

/** The halves of a regional indicator: the first is the same for all of them. */
const HIGH = 0xd83c;
const [FIRST, LAST] = [0xdde6, 0xddff] as const;
const FLAG = String.raw`\p{RGI_Emoji_Flag_Sequence}`;
// Not as a literal: TypeScript knows its mode for later targets only.
const FLAGS = new RegExp(`^(?:${FLAG})+$`, 'v');

/**
 * Reads more than two regional indicators in a row as the letters in their boxes (`🇰🇮🇱🇱`), unless they are flags, one beside
 * the other.
 */
export function readRegional(traced: Traced, log: Log): Traced {
  let out: Traced | null = null;
  let kept = 0;
  for (let at = 0; at < traced.length; at += 1) {
    if (!isRegional(traced, at)) continue;
    const begin = at;
    let letters = '';
    for (; isRegional(traced, at); at += 2) letters += String.fromCharCode(0x61 + traced.unit(at + 1) - FIRST);
    if (letters.length < 3 || (FLAGS.test(traced.text(begin, at)) && !isHidden(letters))) continue;
    out ??= new Traced(traced.length);
    out.pushFrom(traced, kept, begin);
    for (let index = 0; index < letters.length; index += 1)
      out.push(letters.charCodeAt(index), traced.begin(begin + 2 * index), traced.end(begin + 2 * index + 1));
    log.add('letter-forms', traced.begin(begin), traced.end(at - 1));
    kept = at;
  }
  out?.pushFrom(traced, kept, traced.length);
  return out ?? traced;
}

function isRegional(traced: Traced, at: number): boolean {
  return traced.unit(at) === HIGH && traced.unit(at + 1) >= FIRST && traced.unit(at + 1) <= LAST;
}
