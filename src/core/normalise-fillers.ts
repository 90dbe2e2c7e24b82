import { borrow, giveBack, type Log, type Traced } from './normalise-traced.js';
import { beginOfLetters, endOfLetters, isWord } from './normalise-vocabulary.js';

/** What stands in a text under way for every character that is drawn as a blank, but is none for a machine. */
export const FILLER = '\u3164';
const FILLER_UNIT = 0x3164;
const SPACE = 0x20;

/**
 * Reads the fillers of Hangul and the blank of Braille as nothing inside a word (`ki⠀ll`), told by what it makes of two pieces
 * that are not both words, and between letters of Hangul; as a blank elsewhere (`kill⠀them`).
 */
export function readFillers(traced: Traced, log: Log): Traced {
  let out: Traced | null = null;
  let kept = 0;
  const { units, length } = traced;
  for (let at = 0; at < length; at += 1) {
    if (units[at] !== FILLER_UNIT) continue;
    out ??= borrow(traced.length);
    out.pushFrom(traced, kept, at);
    kept = at + 1;
    if (isHangul(traced.unit(at - 1)) && isHangul(traced.unit(at + 1))) continue;
    if (joins(out, traced, at)) log.add('invisible', traced.begin(at), traced.end(at));
    else out.push(SPACE, traced.begin(at), traced.end(at));
  }
  if (out === null) return traced;
  out.pushFrom(traced, kept, length);
  giveBack(traced);
  return out;
}

/** Whether the letters that end what was written and those behind `at` are one word. */
function joins(written: Traced, traced: Traced, at: number): boolean {
  const begin = beginOfLetters(written, written.length);
  const end = endOfLetters(traced, at + 1);
  if (begin === written.length || end === at + 1) return false;
  const [before, after] = [written.text(begin), traced.text(at + 1, end)];
  return isWord(before + after) && !(isWord(before) && isWord(after));
}

/** A letter or a part of one. */
function isHangul(unit: number): boolean {
  return (unit >= 0x1100 && unit <= 0x11ff) || (unit >= 0x3131 && unit <= 0x318e) || (unit >= 0xa960 && unit <= 0xd7fb);
}
