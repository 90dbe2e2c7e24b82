import { borrow, giveBack, type Log, type Traced } from './normalise-traced.js';
import { isSmall } from './normalise-units.js';
import { beginOfLetters, endOfLetters, isWordIn } from './normalise-vocabulary.js';

/** A character that says in which direction what follows is shown. */
export type Turn = {
  readonly code: number;
  /** How many units of the text under way stand before it. */
  readonly at: number;
  /** Its stretch of the original. */
  readonly begin: number;
  readonly end: number;
};

const [OVERRIDE, POP, POP_ISOLATE] = [0x202e, 0x202c, 0x2069] as const;
/** Embeddings, overrides and isolates: what they hold is shown in its own direction. */
const OPENS = new Set([0x202a, 0x202b, 0x202d, OVERRIDE, 0x2066, 0x2067, 0x2068]);
const FIRST_ISOLATE = 0x2066;
/** As deep as Unicode nests them, and as often as we turn what was turned. */
const DEEPEST = 125;
const MOST_TURNS = 3;
const LINE = 0x0a;
const FIRST_MARK = 0x300;
/** Letters of scripts that are written from right to left, which an override shows as they are read. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** By UTF-16 unit, the one that it is drawn like backwards; 0 for those that are drawn alike. */
const MIRRORED = new Uint16Array(0x10000);
for (const pair of ['()', ')(', '[]', '][', '{}', '}{']) MIRRORED[pair.charCodeAt(0)] = pair.charCodeAt(1);

export function isTurn(code: number): boolean {
  return OPENS.has(code) || code === POP || code === POP_ISOLATE;
}

/** What is shown in another order than it stands, and its stretch of the original; `to` and `end` are exclusive. */
type Run = { readonly from: number; readonly to: number; readonly begin: number; readonly end: number };

/**
 * Reads what stands behind a right-to-left override as it is shown: from its end to its beginning. Letters that are written from
 * right to left stand in their order already, and what is a text of more words as it stands was not turned to hide it.
 *
 * Places of the original cannot go back, so that every letter of such a run stands for all of it, with what turned it.
 */
export function readDirection(traced: Traced, turns: readonly Turn[], log: Log): Traced {
  if (!turns.some(({ code }) => code === OVERRIDE)) return traced;
  const out = borrow(traced.length);
  let kept = 0;
  /** How often each unit is turned. */
  const turned = new Uint8Array(traced.length);
  for (const run of runsOf(traced, turns, turned)) {
    const shown = shownOrder(traced, run, turned);
    if (shown === null) continue;
    out.pushFrom(traced, kept, run.from);
    let { end } = run;
    for (let at = run.from; at < run.to; at += 1) end = Math.max(end, traced.end(at));
    for (const at of shown) {
      const unit = traced.unit(at);
      out.push(MIRRORED[unit] || unit, run.begin, end, traced.twin(at));
    }
    log.add('invisible', run.begin, end);
    kept = run.to;
  }
  out.pushFrom(traced, kept, traced.length);
  giveBack(traced);
  return out;
}

/** The runs that begin with an override and end where it does, at the latest with their line. Fills in how often units are turned. */
function runsOf(traced: Traced, turns: readonly Turn[], turned: Uint8Array): Run[] {
  const runs: Run[] = [];
  const open: { readonly code: number; readonly turned: number }[] = [];
  let begun: { at: number; begin: number } | null = null;
  const finish = (to: number, end: number): void => {
    if (begun !== null && to > begun.at)
      runs.push({ from: begun.at, to, begin: begun.begin, end: Math.max(end, begun.begin + 1) });
    begun = null;
  };
  let next = 0;
  for (let at = 0; at <= traced.length; at += 1) {
    for (let turn = turns[next]; turn !== undefined && turn.at <= at; next += 1, turn = turns[next]) {
      if (OPENS.has(turn.code)) {
        const before = open.at(-1)?.turned ?? 0;
        const backward = turn.code === OVERRIDE;
        const turned = (before % 2 === 1) === backward ? before : Math.min(before + 1, MOST_TURNS);
        if (open.length < DEEPEST) open.push({ code: turn.code, turned });
        if (begun === null && (open.at(-1)?.turned ?? 0) > 0) begun = { at, begin: turn.begin };
      } else if (turn.code === POP) {
        if ((open.at(-1)?.code ?? FIRST_ISOLATE) < FIRST_ISOLATE) open.pop();
      } else {
        let isolate = open.length - 1;
        while (isolate >= 0 && (open[isolate]?.code ?? 0) < FIRST_ISOLATE) isolate -= 1;
        if (isolate >= 0) open.length = isolate;
      }
      if (begun !== null && (open.at(-1)?.turned ?? 0) === 0) finish(at, turn.end);
    }
    if (at === traced.length || traced.unit(at) === LINE) {
      open.length = 0;
      finish(at, at > 0 ? traced.end(at - 1) : 0);
    }
    if (begun !== null && at < traced.length) turned[at] = open.at(-1)?.turned ?? 0;
  }
  return runs;
}

/** The places of a run's units in the order in which they are shown; null where they stay as they are. */
function shownOrder(traced: Traced, { from, to }: Run, turned: Uint8Array): Int32Array | null {
  const text = traced.text(from, to);
  if (RIGHT_TO_LEFT.test(text) || !/[a-z]/.test(text)) return null;
  // A mark stays with its letter: it may not come to stand behind another.
  if (/^\p{M}/u.test(text) || /^\p{M}/u.test(traced.text(to, to + 2))) return null;
  /** Where each letter begins, with what goes with it, in the order in which they are shown. */
  const letters = new Int32Array(to - from);
  let count = 0;
  for (let at = from; at < to; at = endOfLetter(traced, at, to)) letters[count++] = at;
  for (let depth = MOST_TURNS; depth > 0; depth -= 1) {
    for (let begin = 0; begin < count; begin += 1) {
      let end = begin;
      while (end < count && (turned[letters[end] ?? 0] ?? 0) >= depth) end += 1;
      if (end > begin + 1) letters.subarray(begin, end).reverse();
      begin = Math.max(begin, end);
    }
  }
  const order = new Int32Array(to - from);
  let size = 0;
  for (let place = 0; place < count; place += 1) {
    const letter = letters[place] ?? 0;
    const end = endOfLetter(traced, letter, to);
    for (let at = letter; at < end; at += 1) order[size++] = at;
  }
  // What is turned may be part of a word only.
  const [begin, end] = [beginOfLetters(traced, from), endOfLetters(traced, to)];
  const stored = traced.units.subarray(begin, end);
  const shown = stored.slice();
  for (let place = 0; place < size; place += 1) shown[from - begin + place] = traced.unit(order[place] ?? 0);
  return worth(shown) < worth(stored) ? null : order;
}

/** Where a letter ends, with what goes with it. */
function endOfLetter(traced: Traced, begin: number, limit: number): number {
  let end = begin + 1;
  while (end < limit && belongs(traced, end)) end += 1;
  return end;
}

/** Whether a unit goes with the one before it: half of a letter, a mark, more of what one character stands for. */
function belongs(traced: Traced, at: number): boolean {
  if (traced.begin(at) === traced.begin(at - 1)) return true;
  return traced.unit(at) >= FIRST_MARK && /\p{M}/u.test(String.fromCharCode(traced.unit(at)));
}

/** How many letters of a text are in known words. */
function worth(units: Uint16Array): number {
  let letters = 0;
  for (let begin = 0; begin < units.length; begin += 1) {
    let end = begin;
    while (end < units.length && isSmall(units[end] ?? 0)) end += 1;
    if (end > begin + 1 && isWordIn(units, begin, end)) letters += end - begin;
    begin = Math.max(begin, end);
  }
  return letters;
}
