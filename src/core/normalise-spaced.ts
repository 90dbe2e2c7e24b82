import { readFigures } from './normalise-figures.js';
import { shorten } from './normalise-spelling.js';
import type { Traced } from './normalise-traced.js';
import { CLASS, classOf } from './normalise-units.js';
import { isWord, partWords } from './normalise-vocabulary.js';

/** A word, with the input place of every letter and one more, or a blank that stands for a gap. */
export type Piece =
  | { readonly kind: 'gap'; readonly begin: number; readonly end: number }
  | { readonly kind: 'word'; readonly text: string; readonly places: readonly number[] };

export type Spaced =
  | { readonly kind: 'found'; readonly pieces: readonly Piece[]; readonly end: number }
  /** No run begins before `until`. */
  | { readonly kind: 'none'; readonly until: number };

const SEPARATORS = '.-_*~·•|/';
const LONGEST_RUN = 400;
/** Letters written together are parted into words up to this many. */
const LONGEST_PARTED = 60;
const SHORTEST_PARTED = 4;

/** A single letter of a run, and the gap that follows it up to the next. */
type Single = { readonly at: number; readonly letter: string; readonly next: number };

/**
 * Finds letters set apart by one kind of gap (`p a r a s 1 t e s`, `s.p.a.c.e.d`), at least three, beginning at `at`, and
 * closes them up. Gaps wider than the narrowest part words; letters without such gaps are parted by the vocabulary.
 */
export function findSpaced(input: Traced, text: string, at: number, limit: number): Spaced {
  const run = singles(input, text, at, limit);
  const none: Spaced = { kind: 'none', until: at + 1 };
  if (run.length < 3) return none;

  if (run.every(({ letter }) => isLetter(letter))) return found(run, closeUp(run));

  // With figures among them the letters must make words; otherwise only three letters in a row are a run.
  const lettered = run.slice(0, run.findLastIndex(({ letter }) => isLetter(letter)) + 1);
  if (lettered.length >= 3 && lettered.length <= LONGEST_PARTED) {
    const whole = closeUp(lettered);
    if (whole.every((piece) => piece.kind === 'gap' || isLetters(piece.text))) return found(lettered, whole);
  }
  const begin = run.findIndex(
    (_, index) => run.slice(index, index + 3).filter(({ letter }) => isLetter(letter)).length === 3,
  );
  if (begin !== 0) return { kind: 'none', until: run[begin]?.at ?? (run.at(-1)?.at ?? at) + 1 };
  const plain = run.slice(
    0,
    run.findIndex(({ letter }) => !isLetter(letter)),
  );
  return found(plain, closeUp(plain));
}

/** A quick look, before the long one, whether what stands at a place may be a single letter with another one after it. */
export function mayBeSpaced(text: string, at: number): boolean {
  if (!isBlank(text, at + 1) && !SEPARATORS.includes(text[at + 1] ?? 'x')) return false;
  const unit = text.charCodeAt(at + 3);
  return isBlank(text, at + 2) || !((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39));
}

function found(run: readonly Single[], pieces: readonly Piece[]): Spaced {
  return { kind: 'found', pieces, end: (run.at(-1)?.at ?? 0) + 1 };
}

function singles(input: Traced, text: string, first: number, limit: number): readonly Single[] {
  const run: Single[] = [];
  let gap: { readonly kind: string; readonly width: number } | null = null;
  let at = first;
  while (run.length < LONGEST_RUN) {
    const letter = singleLetter(input, text, at, limit);
    if (letter === null) break;
    let next = at + 1;
    while (next < limit && isBlank(text, next)) next += 1;
    let kind = ' ';
    const sign = text[next] ?? '';
    if (next < limit && sign !== '' && SEPARATORS.includes(sign)) {
      kind = sign;
      next += 1;
      while (next < limit && isBlank(text, next)) next += 1;
    }
    run.push({ at, letter, next });
    if (next >= limit || next === at + 1 || (gap !== null && kind !== gap.kind)) break;
    // Blanks may part words, but "U.S. I" is not one run.
    if (gap !== null && kind !== ' ' && next - at !== gap.width) break;
    gap = { kind, width: next - at };
    at = next;
  }
  return run;
}

/** The letter, or figure, that stands alone at a place; null where none does. */
function singleLetter(input: Traced, text: string, at: number, limit: number): string | null {
  if (at >= limit) return null;
  const twin = input.twin(at);
  const kind = classOf(input.unit(at), twin);
  const sign = text[at] ?? '';
  const letter = kind === CLASS.letter && twin > 1 ? String.fromCharCode(twin) : sign;
  if (!isLetter(letter) && kind !== CLASS.digit && !'@$!'.includes(sign)) return null;
  const after = at + 1 < limit ? text[at + 1] : undefined;
  if (after === undefined || isBlank(text, at + 1) || SEPARATORS.includes(after)) return letter;
  const afterKind = classOf(input.unit(at + 1), input.twin(at + 1));
  const ends = afterKind === CLASS.other || (afterKind === CLASS.sign && after !== '@' && after !== '$');
  return ends && after !== "'" ? letter : null;
}

function closeUp(run: readonly Single[]): readonly Piece[] {
  const widths = run.slice(0, -1).map(({ at, next }) => next - at);
  const narrowest = Math.min(...widths);
  let groups: Single[][] = [[]];
  for (const [index, single] of run.entries()) {
    groups.at(-1)?.push(single);
    if (index < run.length - 1 && (widths[index] ?? 0) > narrowest) groups.push([]);
  }
  // Three words of one letter in a row would be a run again.
  if (
    groups.some((group, index) => [group, groups[index + 1], groups[index + 2]].every((each) => each?.length === 1))
  ) {
    groups = [[...run]];
  }
  return groups.flatMap((group, index) => {
    const last = groups[index - 1]?.at(-1);
    const gap: Piece[] = last === undefined ? [] : [{ kind: 'gap', begin: last.at + 1, end: last.next }];
    return [...gap, ...closeGroup(group)];
  });
}

function closeGroup(group: readonly Single[]): readonly Piece[] {
  const raw = group.map(({ letter }) => letter).join('');
  const figures = isLetters(raw) ? null : readFigures(raw);
  const word = figures !== null && figures.length === raw.length ? figures : raw;
  const words = parted(word);
  const pieces: Piece[] = [];
  let taken = 0;
  for (const each of words) {
    const last = group[taken - 1];
    if (last !== undefined) pieces.push({ kind: 'gap', begin: last.at + 1, end: last.next });
    const letters = group.slice(taken, taken + each.length);
    const end = (letters.at(-1)?.at ?? 0) + 1;
    pieces.push({ kind: 'word', text: each, places: [...letters.map(({ at }) => at), end] });
    taken += each.length;
  }
  return pieces;
}

function parted(word: string): readonly string[] {
  if (!isLetters(word) || word.length < SHORTEST_PARTED || word.length > LONGEST_PARTED) return [word];
  if (isWord(shorten(word) ?? word)) return [word];
  return partWords(word) ?? [word];
}

function isBlank(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 0x20 || unit === 0x0a;
}

function isLetter(letter: string): boolean {
  return letter >= 'a' && letter <= 'z' && letter.length === 1;
}

function isLetters(word: string): boolean {
  return /^[a-z]+$/.test(word);
}
