import {
  Composer,
  type Document,
  isAlias,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  Parser,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { MISPLACED, misplacedLine } from './yaml-indent.js';

/** A place in a text; both from 1. */
export type Position = { readonly line: number; readonly column: number };

/** A text read as YAML, every key by what is written: an article 007 is not article 7, and keeps all its digits. */
export type YamlDocument = {
  readonly document: Document;
  readonly lines: LineCounter;
  /** Everything that keeps it from being YAML; while there are any, `document` is of no use. */
  readonly faults: readonly (Position & { readonly detail: string })[];
};

/** A text whose aliases unfold into more than this is a bomb. */
const MOST_ALIASES = 100;

/** Deeper than anything that people write by hand. */
export const DEEPEST_YAML = 30;

/** Reads a text as YAML. One that is nested too deep is given up at the place where it becomes so. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const composer = new Composer({ lineCounter: lines, prettyErrors: false, uniqueKeys: areWrittenAlike });
  const documents = composer.compose(new ShallowParser(lines.addNewLine).parse(text), true, text.length);
  const at = (offset: number) => positionOf(lines, offset);
  try {
    const [document, another] = documents;
    // The composer makes one of nothing, too.
    if (document === undefined) throw new Error('A text without a document.');
    const unusable = nameKeysAsWritten(document).map((offset) => ({ detail: NO_KEY, ...at(offset) }));
    // A tag that YAML does not know (`!foo`) is text that was meant to begin so.
    const errors = [...document.errors, ...document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED')];
    const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
    // The rest follows from lines that do not stand where they were meant to.
    const { fault, from } = misplacedLine(errors, text, lines);
    const causes = tabs.length > 0 ? tabs : errors.filter(({ pos }) => pos[0] < from);
    const told = causes.map((error) => ({ detail: inWords(error, text), ...at(error.pos[0]) }));
    const misplaced = tabs.length > 0 || fault === null ? [] : [fault];
    const more = another === undefined ? [] : [{ detail: 'holds a second document', ...at(another.range[0]) }];
    const found = inOrder([...told, ...misplaced, ...unusable, ...more]);
    // And what else is wrong with a line, from the first slip in it.
    const seen = new Set<number>();
    return { document, lines, faults: found.filter(({ line }) => !seen.has(line) && seen.add(line)) };
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    const [nothing] = new Composer().compose([], true);
    if (nothing === undefined) throw error;
    return { document: nothing, lines, faults: [{ detail: 'is nested too deep', ...at(error.offset) }] };
  }
}

function areWrittenAlike(one: Node, other: Node): boolean {
  return isScalar(one) && isScalar(other) && one.source === other.source;
}

const PROTOTYPE = '__proto__';
const NO_KEY = `${PROTOTYPE} cannot be used as a name; choose another`;

/** @returns where keys stand that no object of JavaScript can have beside others: what stood under them would be dropped unsaid. */
function nameKeysAsWritten(document: Document): readonly number[] {
  const unusable: number[] = [];
  visit(document, {
    Scalar(place, node) {
      if (place !== 'key') return;
      if (node.source !== undefined) node.value = node.source;
      if (node.value === PROTOTYPE) unusable.push(node.range?.[0] ?? 0);
    },
  });
  return unusable;
}

/** @param what `with # in it` */
export function quotedWhole(what: string): string {
  return `text ${what} needs quotation marks around all of it`;
}

/** What the parser says, for somebody who has never heard of its terms. */
function inWords({ code, message, pos }: YAMLParseError | YAMLWarning, text: string): string {
  const before = text.slice(Math.max(0, pos[0] - 1_000), pos[0]);
  const [, sign] = /(?:^|[\s,[{])([*>|])\S*\s*$/.exec(before) ?? [];
  if (code === 'TAB_AS_INDENT') return 'a tab cannot indent a line; use blanks';
  if (code === 'DUPLICATE_KEY') return 'this key stands twice in the same place';
  if (code === 'BAD_SCALAR_START' || code === 'TAG_RESOLVE_FAILED')
    return quotedWhole(`that begins with ${text[pos[0]]}`);
  if (code === 'BAD_ALIAS') return quotedWhole('that begins with *');
  if (sign !== undefined && /^(?:Unexpected scalar at node end|Missing , or|Not a YAML token)/.test(message)) {
    return quotedWhole(`that begins with ${sign}`);
  }
  if (message === 'Unexpected scalar at node end' && /[}\]]\s*$/.test(before)) return quotedWhole('with { or [ in it');
  if (message === 'Unexpected scalar at node end' || (message.startsWith('Missing , or') && /["']\s*$/.test(before))) {
    return 'something follows closing quotation marks; put all of it into quotation marks of the other kind';
  }
  if (code === 'BLOCK_IN_FLOW' || message === 'Nested mappings are not allowed in compact mappings') {
    return quotedWhole('with a colon in it, or with a dash before it,');
  }
  if (/^Missing closing ["']/.test(message)) return 'quotation marks that were opened before this are not closed';
  if (/^Flow (?:map|sequence) in block collection/.test(message)) {
    const isCommented = /\s#[^\n]*\s*$/.test(before);
    const opened = message.startsWith('Flow map') ? 'a { before this has no }' : 'a [ before this has no ]';
    return isCommented ? `${opened}; behind a blank # begins a comment: ${quotedWhole('with # in it')}` : opened;
  }
  if (code === 'MULTILINE_IMPLICIT_KEY' || message.startsWith('Implicit map keys need')) {
    return 'is no key: behind a key stand a colon and a blank (`key: value`)';
  }
  if (message.startsWith('Unexpected block-seq-ind')) return 'a list begins on a line of its own, below its key';
  return MISPLACED.test(message) ? 'stands too far left or right of the lines that it belongs to' : message;
}

/** What stands in a document, with its aliases (`*name`) written out; or the alias that keeps it from that, and why. */
export function unfold({
  document,
  lines,
}: Omit<YamlDocument, 'faults'>): { readonly content: unknown } | { readonly fault: YamlDocument['faults'][number] } {
  const anchored = new Map<string, Node>();
  const faults: YamlDocument['faults'][number][] = [];
  let firstAlias = 0;
  visit(document, {
    Alias(_key, { source, range }, path) {
      const offset = range?.[0] ?? 0;
      firstAlias ||= offset;
      const meant = anchored.get(source);
      if (meant !== undefined && !path.includes(meant)) return undefined;
      const why =
        meant === undefined ? `there is no &${source} before *${source}` : `*${source} stands within &${source}`;
      faults.push({ ...positionOf(lines, offset), detail: `${why}; text that begins with * needs quotation marks` });
      return visit.BREAK;
    },
    Pair(_key, { key }) {
      if (key === null || isScalar(key)) return undefined;
      const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
      const what = isAlias(key) ? quotedWhole('that begins with *') : 'a key is a word, and no list or mapping';
      faults.push({ ...positionOf(lines, offset), detail: what });
      return visit.BREAK;
    },
    Value(_key, node) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
  });
  const [fault] = faults;
  if (fault !== undefined) return { fault };
  try {
    return { content: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    const detail = 'uses aliases (*name) that unfold into too much; write it out';
    return { fault: { ...positionOf(lines, firstAlias), detail } };
  }
}

export function positionOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Faults as people read, line by line. What has no place comes first. */
export function inOrder<Placed extends Partial<Position>>(faults: readonly Placed[]): readonly Placed[] {
  const after = (one = 0, other = 0) => one - other;
  return [...faults].sort((one, other) => after(one.line, other.line) || after(one.column, other.column));
}

class TooDeep extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super('is nested too deep');
    this.offset = offset;
  }
}

/** The document itself, and what is being read within the deepest collection. */
const AROUND = 2;

/**
 * Gives up on a text as soon as it is nested too deep. The parser keeps what is open on a stack of its own, but what it makes of
 * a document is read by functions that call themselves for every level: 100,000 levels held a process for a second.
 */
class ShallowParser extends Parser {
  override *next(source: string): ReturnType<Parser['next']> {
    yield* super.next(source);
    const deepest = this.stack[DEEPEST_YAML + AROUND];
    if (deepest !== undefined) throw new TooDeep(deepest.offset);
  }
}

/** Whether all of it can be kept as JSON in PostgreSQL, which takes neither NUL nor half a character; YAML can escape both. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, part]) => isStorable(key) && isStorable(part));
}

export const NOT_STORABLE = 'holds NUL or half a character, which cannot be kept';
