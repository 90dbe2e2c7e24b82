import { type Log, Traced } from './normalise-traced.js';
import { beginOfLetters, endOfLetters, isWord } from './normalise-vocabulary.js';

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
/** Letters of scripts that are written from right to left, which an override shows as they are read. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const MIRRORED: Readonly<Record<string, string>> = { '(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{' };

export function isTurn(code: number): boolean {
  return OPENS.has(code) || code === POP || code === POP_ISOLATE;
}

/** What is shown in another order than it stands, and how often each unit of it is turned; `end` is exclusive. */
type Run = {
  readonly from: number;
  readonly to: number;
  readonly begin: number;
  end: number;
  readonly turns: number[];
};

/**
 * Reads what stands behind a right-to-left override as it is shown: from its end to its beginning. Letters that are written from
 * right to left stand in their order already, and what is a text of more words as it stands was not turned to hide it.
 *
 * Places of the original cannot go back, so that every letter of such a run stands for all of it, with what turned it.
 */
export function readDirection(traced: Traced, turns: readonly Turn[], log: Log): Traced {
  if (!turns.some(({ code }) => code === OVERRIDE)) return traced;
  const out = new Traced(traced.length);
  let kept = 0;
  for (const run of runsOf(traced, turns)) {
    const shown = shownOrder(traced, run);
    if (shown === null) continue;
    out.pushFrom(traced, kept, run.from);
    let { end } = run;
    for (let at = run.from; at < run.to; at += 1) end = Math.max(end, traced.end(at));
    for (const at of shown) {
      const mirrored = MIRRORED[String.fromCharCode(traced.unit(at))];
      out.push(mirrored?.charCodeAt(0) ?? traced.unit(at), run.begin, end, traced.twin(at));
    }
    log.add('invisible', run.begin, end);
    kept = run.to;
  }
  out.pushFrom(traced, kept, traced.length);
  return out;
}

/** The runs that begin with an override and end where it does, at the latest with their line. */
function runsOf(traced: Traced, turns: readonly Turn[]): Run[] {
  const runs: Run[] = [];
  const open: { readonly code: number; readonly turned: number }[] = [];
  let begun: { at: number; begin: number; turns: number[] } | null = null;
  const finish = (to: number, end: number): void => {
    if (begun !== null && to > begun.at)
      runs.push({ from: begun.at, to, begin: begun.begin, end: Math.max(end, begun.begin + 1), turns: begun.turns });
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
        if (begun === null && (open.at(-1)?.turned ?? 0) > 0) begun = { at, begin: turn.begin, turns: [] };
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
    const run = begun as { turns: number[] } | null;
    if (run !== null) run.turns.push(open.at(-1)?.turned ?? 0);
  }
  return runs;
}

/** The places of a run's units in the order in which they are shown; null where they stay as they are. */
function shownOrder(traced: Traced, { from, to, turns }: Run): readonly number[] | null {
  const stored = traced.text(from, to);
  if (RIGHT_TO_LEFT.test(stored) || !/[a-z]/.test(stored)) return null;
  // A mark stays with its letter: it may not come to stand behind another.
  if (/^\p{M}/u.test(stored) || /^\p{M}/u.test(traced.text(to, to + 2))) return null;
  let groups: { readonly places: readonly number[]; readonly turned: number }[] = [];
  for (let at = from; at < to; ) {
    let end = at + 1;
    while (end < to && belongs(traced, end)) end += 1;
    groups.push({ places: Array.from({ length: end - at }, (_, index) => at + index), turned: turns[at - from] ?? 0 });
    at = end;
  }
  for (let turned = MOST_TURNS; turned > 0; turned -= 1) {
    const next: typeof groups = [];
    for (let at = 0; at < groups.length; ) {
      let end = at;
      while (end < groups.length && (groups[end]?.turned ?? 0) >= turned) end += 1;
      if (end === at) end += 1;
      for (let place = end - 1; place >= at; place -= 1) next.push(groups[place] ?? { places: [], turned: 0 });
      at = end;
    }
    groups = next;
  }
  const order = groups.flatMap(({ places }) => places);
  const shown = order.map((at) => String.fromCharCode(traced.unit(at))).join('');
  // What is turned may be part of a word only.
  const [before, after] = [traced.text(beginOfLetters(traced, from), from), traced.text(to, endOfLetters(traced, to))];
  return worth(before + shown + after) < worth(before + stored + after) ? null : order;
}

/** Whether a unit goes with the one before it: half of a letter, a mark, more of what one character stands for. */
function belongs(traced: Traced, at: number): boolean {
  return traced.begin(at) === traced.begin(at - 1) || /\p{M}/u.test(String.fromCharCode(traced.unit(at)));
}

/** How many letters of a text are in known words. */
function worth(text: string): number {
  let letters = 0;
  for (const [word] of text.matchAll(/[a-z]{2,}/g)) if (isWord(word)) letters += word.length;
  return letters;
}
