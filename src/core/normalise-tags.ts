import { borrow, giveBack, type Log, type Traced } from './normalise-traced.js';
import { isCapital, isSmall } from './normalise-units.js';
import { isWord } from './normalise-vocabulary.js';

const [AT, HASH, BLANK] = [0x40, 0x23, 0x20] as const;
/** What may stand before the sign; behind anything else it is part of an address or of a word. */
const BEFORE = new Set('\0 \n"\'([*@#'.split('').map((sign) => sign.charCodeAt(0)));
const LONG_ENOUGH = 3;

/**
 * Sets apart the words that a mention or a hashtag runs together, told by their capitals (`#SendThemBack`). The sign stays, so
 * that a rule can ask for it; underscores stay, since nothing reads over them. Changing case (`#KiLlThEm`) is not words.
 *
 * @param original what was written; the text under way no longer has its case.
 */
export function readTags(traced: Traced, original: string, log: Log): Traced {
  let out: Traced | null = null;
  let kept = 0;
  const { units, length } = traced;
  for (let sign = 0; sign < length; sign += 1) {
    const unit = units[sign];
    if ((unit !== AT && unit !== HASH) || !BEFORE.has(traced.unit(sign - 1))) continue;
    let end = sign + 1;
    while (isNamePart(traced.unit(end))) end += 1;
    for (const at of boundaries(traced, original, sign + 1, end)) {
      out ??= borrow(traced.length);
      out.pushFrom(traced, kept, at);
      out.push(BLANK, traced.begin(at), traced.end(at));
      log.add('run-together', traced.begin(at), traced.end(at));
      kept = at;
    }
    sign = end - 1;
  }
  if (out === null) return traced;
  out.pushFrom(traced, kept, length);
  giveBack(traced);
  return out;
}

/** Where words begin inside a name; nowhere, where one of them would be too short to be one. */
function boundaries(traced: Traced, original: string, begin: number, end: number): readonly number[] {
  const found: number[] = [];
  let last = begin;
  for (let at = begin + 1; at <= end; at += 1) {
    if (at < end && !beginsWord(original, traced.begin(at))) continue;
    if (at - last < LONG_ENOUGH && !isWord(traced.text(last, at))) return [];
    if (at < end) found.push(at);
    last = at;
  }
  return found;
}

/** Whether a capital begins a word: behind what is no capital, or as the last of several. */
function beginsWord(original: string, at: number): boolean {
  if (!isCapital(original.charCodeAt(at))) return false;
  return !isCapital(original.charCodeAt(at - 1)) || isSmall(original.charCodeAt(at + 1));
}

function isNamePart(unit: number): boolean {
  return isSmall(unit) || (unit >= 0x30 && unit <= 0x39);
}
