import type { Span, Stretch } from '../core/spans.js';
import { byWeight, type DeskLabel, isDeskLabel } from './labels.js';

/** One paragraph of a comment: `begin` is its place in the whole text, in UTF-16 code units. */
export type Paragraph = { readonly begin: number; readonly pieces: readonly Piece[] };

export type Piece =
  | { readonly kind: 'words'; readonly begin: number; readonly text: string }
  /** A word that stays covered until it is asked for; `shown` is its first letter, or nothing where it goes on from a line above. */
  | {
      readonly kind: 'masked';
      readonly begin: number;
      readonly shown: string;
      readonly covered: string;
      readonly label: DeskLabel;
    }
  | MarkedPiece;

export type MarkedPiece = {
  readonly kind: 'marked';
  readonly begin: number;
  readonly label: DeskLabel;
  readonly source: Span['source'];
  /** Marks around this one: says how low its underline lies. */
  readonly depth: number;
  /** The worst label at a place has the wash; the others keep their underline. */
  readonly washed: boolean;
  /** The span ends in this piece, so its chip stands here. */
  readonly chip: boolean;
  readonly pieces: readonly Piece[];
};

type DeskSpan = Span & { readonly label: DeskLabel; readonly chip: boolean };
type MaskStretch = Stretch & { readonly label: DeskLabel };

/**
 * How many words a rule's find may have to be a slur or a curse, by label. Longer finds are phrases ("they are all …"), and
 * covering those would hide what has to be judged.
 */
const MASKED_WORDS: Readonly<Partial<Record<DeskLabel, number>>> = { dehumanisation: 1, hate: 2, profanity: 2 };
/** In UTF-16 code units; nothing that long is a word. */
const LONGEST_MASK = 32;

/**
 * Lays a comment out for reading: paragraphs, the stretches that carry a label, nested where they overlap, and the words to
 * cover. Spans that lie outside the text or carry a label without a glyph are left out; a span that would cut a surrogate
 * pair is widened to hold it.
 */
export function highlight(text: string, spans: readonly Span[], options: { readonly mask: boolean }): Paragraph[] {
  const drawn = drawnSpans(text, spans);
  const masks = options.mask ? masksOf(text, drawn) : [];
  return paragraphsOf(text).map((paragraph, index, all) => ({
    begin: paragraph.begin,
    pieces: piecesOf({ text, masks }, paragraph, clip(drawn, paragraph, all[index + 1]?.begin ?? text.length), []),
  }));
}

/** A text with its masks and without its marks: how a comment is quoted beside another. */
export function quoted(
  text: string,
  spans: readonly Span[],
  options: { readonly mask: boolean },
): Exclude<Piece, MarkedPiece>[][] {
  const plain = (pieces: readonly Piece[]): Exclude<Piece, MarkedPiece>[] =>
    pieces.flatMap((piece) => (piece.kind === 'marked' ? plain(piece.pieces) : [piece]));
  return highlight(text, spans, options).map(({ pieces }) => plain(pieces));
}

/** Whether anything of this text is covered when masks are on. */
export function hasMasks(text: string, spans: readonly Span[]): boolean {
  return masksOf(text, drawnSpans(text, spans)).length > 0;
}

function drawnSpans(text: string, spans: readonly Span[]): DeskSpan[] {
  const sorted = spans
    .flatMap((span) => (isDeskLabel(span.label) ? [{ ...span, label: span.label, ...snapped(text, span) }] : []))
    .filter(({ begin, end }) => begin < end)
    .sort((one, other) => one.begin - other.begin || other.end - one.end || byWeight(one.label, other.label));
  return sorted.map((span, index) => ({
    ...span,
    chip: !sorted.some((other, at) => speaksFor(other, span, at < index)),
  }));
}

/** One label needs one chip where its spans lie in each other: that of the outermost. */
function speaksFor(other: Span, span: Span, earlier: boolean): boolean {
  if (other.label !== span.label || other.begin > span.begin || other.end < span.end) return false;
  return other.begin < span.begin || other.end > span.end || earlier;
}

/** Within the text, without blanks at its ends, so that the chip stands at the last word. */
function snapped(text: string, { begin, end }: Stretch): Stretch {
  const within = (at: number) => Math.min(Math.max(Number.isFinite(at) ? Math.trunc(at) : 0, 0), text.length);
  const from = cutsPair(text, within(begin)) ? within(begin) - 1 : within(begin);
  const to = cutsPair(text, within(end)) ? within(end) + 1 : within(end);
  const words = text.slice(from, to);
  return { begin: from + words.length - words.trimStart().length, end: to - words.length + words.trimEnd().length };
}

function cutsPair(text: string, at: number): boolean {
  return isBetween(text.charCodeAt(at - 1), 0xd800, 0xdbff) && isBetween(text.charCodeAt(at), 0xdc00, 0xdfff);
}

function isBetween(unit: number, from: number, to: number): boolean {
  return unit >= from && unit <= to;
}

/** Stretches between empty lines, without the blanks around them; a single line break stays inside its paragraph. */
function paragraphsOf(text: string): Stretch[] {
  const found: Stretch[] = [];
  let open: Stretch | null = null;
  let at = 0;
  for (const line of text.split('\n')) {
    const begin: number = at + line.length - line.trimStart().length;
    const end = at + line.trimEnd().length;
    if (end <= at) {
      if (open !== null) found.push(open);
      open = null;
    } else open = open === null ? { begin, end } : { begin: open.begin, end };
    at += line.length + 1;
  }
  return open === null ? found : [...found, open];
}

/** The parts of spans that lie in a paragraph. What lies before `next`, where the next one begins, is blank: a span that ends there has its chip here. */
function clip(spans: readonly DeskSpan[], { begin, end }: Stretch, next: number): DeskSpan[] {
  return spans
    .filter((span) => span.begin < end && span.end > begin)
    .map((span) => ({
      ...span,
      begin: Math.max(span.begin, begin),
      end: Math.min(span.end, end),
      chip: span.chip && span.end <= next,
    }));
}

type Ground = { readonly text: string; readonly masks: readonly MaskStretch[] };

/** Nests spans; where two only overlap, the later one is cut in two, and its chip stays at its end. */
function piecesOf(ground: Ground, within: Stretch, spans: readonly DeskSpan[], around: readonly DeskLabel[]): Piece[] {
  const pieces: Piece[] = [];
  const queue = [...spans];
  let at = within.begin;
  for (let span = queue.shift(); span !== undefined; span = queue.shift()) {
    const { begin, end, label } = span;
    pieces.push(...wordsOf(ground, at, begin));
    const inside: DeskSpan[] = [];
    while (queue[0] !== undefined && queue[0].begin < end) {
      const other = queue.shift() as DeskSpan;
      if (other.end <= end) inside.push(other);
      else {
        inside.push({ ...other, end, chip: false });
        insertSorted(queue, { ...other, begin: end });
      }
    }
    pieces.push({
      kind: 'marked',
      begin,
      label,
      source: span.source,
      depth: around.length,
      washed: around.every((outer) => byWeight(label, outer) < 0),
      chip: span.chip,
      pieces: piecesOf(ground, { begin, end }, inside, [...around, label]),
    });
    at = end;
  }
  pieces.push(...wordsOf(ground, at, within.end));
  return pieces;
}

function insertSorted(queue: DeskSpan[], span: DeskSpan): void {
  const place = queue.findIndex(
    (other) => other.begin > span.begin || (other.begin === span.begin && other.end < span.end),
  );
  queue.splice(place === -1 ? queue.length : place, 0, span);
}

function wordsOf({ text, masks }: Ground, begin: number, end: number): Piece[] {
  const pieces: Piece[] = [];
  let at = begin;
  for (const mask of masks) {
    const from = Math.max(mask.begin, begin);
    const to = Math.min(mask.end, end);
    if (from >= to) continue;
    if (from > at) pieces.push({ kind: 'words', begin: at, text: text.slice(at, from) });
    const word = text.slice(from, to);
    const shown = from === mask.begin ? (/^\P{M}\p{M}*/u.exec(word)?.[0] ?? '') : '';
    pieces.push({ kind: 'masked', begin: from, shown, covered: word.slice(shown.length), label: mask.label });
    at = to;
  }
  if (end > at) pieces.push({ kind: 'words', begin: at, text: text.slice(at, end) });
  return pieces;
}

/**
 * The words to cover: what a rule found to be a slur or a curse, and curses that the model marked by themselves. Letters
 * spaced out are one word; of two words each is covered for itself.
 */
function masksOf(text: string, spans: readonly DeskSpan[]): MaskStretch[] {
  const found = spans
    .filter((span) => span.source === 'rule' || span.label === 'profanity')
    .filter((span) => span.end - span.begin <= LONGEST_MASK)
    .map((span) => ({ span, words: wordsWithin(text, span) }))
    .filter(({ span, words }) => words.length <= (MASKED_WORDS[span.label] ?? 0))
    .flatMap(({ span, words }) => words.map((word) => ({ ...word, label: span.label })));
  const apart: MaskStretch[] = [];
  for (const mask of found.sort((one, other) => one.begin - other.begin || other.end - one.end)) {
    const last = apart.at(-1);
    if (last === undefined || mask.begin >= last.end) apart.push(mask);
    else if (mask.end > last.end) apart[apart.length - 1] = { ...last, end: mask.end };
  }
  return apart;
}

function wordsWithin(text: string, { begin, end }: Stretch): Stretch[] {
  const words = [...text.slice(begin, end).matchAll(/\S+/g)];
  const letters = words.reduce((sum, word) => sum + word[0].length, 0);
  if (words.length > 1 && letters / words.length < 2) return [{ begin, end }];
  return words.map((word) => ({ begin: begin + word.index, end: begin + word.index + word[0].length }));
}
