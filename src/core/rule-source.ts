import { type Document, isMap, isNode, isScalar, type LineCounter } from 'yaml';
import { type RuleFault, RuleListError, type RulePath } from './rule-faults.js';
import type { RuleList } from './rule-list.js';
import { parseRuleList } from './rule-list-reading.js';
import { type Position, positionOf, readYaml, unfold } from './yaml-document.js';
import { trapsIn } from './yaml-traps.js';

const SOURCE_LIMITS = {
  /** No list of words that people still read is longer. */
  bytes: 4_194_304,
  /** Every entry of a list ends with a line or a comma; more of these are refused before they are read as YAML, which is slow. */
  separators: 120_000,
} as const;

/** A rule list as it was written, and where in it everything stands. */
export type RuleSource = {
  readonly list: RuleList;
  /** What YAML takes for something else than was most likely meant. */
  readonly traps: readonly RuleFault[];
  /** The place of a part, or of the nearest thing above it that was written; both from 1. */
  locate(path: RulePath): Position;
};

/**
 * Reads a rule list from YAML.
 *
 * @param name of the list: its file's, without the ending.
 * @throws RuleListError with line and column of every fault of form; phrases and examples are looked at when lists are compiled.
 */
export function readRuleSource(name: string, yaml: string): RuleSource {
  const refuse = (detail: string, at: Position = { line: 1, column: 1 }) =>
    new RuleListError([{ list: name, path: [], detail, ...at }]);
  refuseOversized(yaml, refuse);
  const { document, lines, faults } = readYaml(yaml);
  if (faults.length > 0) throw new RuleListError(faults.map((fault) => ({ list: name, path: [], ...fault })));
  const unfolded = unfold({ document, lines });
  if ('fault' in unfolded) throw refuse(unfolded.fault.detail, unfolded.fault);
  const locate = (path: RulePath) => placeIn(document, lines, path);
  try {
    const list = parseRuleList(name, unfolded.content);
    const traps = trapsIn(yaml, { document, lines }).map((trap) => ({ list: name, path: [], ...trap }));
    return { list, traps, locate };
  } catch (error) {
    if (!(error instanceof RuleListError)) throw error;
    throw error.located((_list, path) => locate(path)).inOrder();
  }
}

type Refuse = (detail: string, at?: Position) => RuleListError;

function refuseOversized(yaml: string, refuse: Refuse): void {
  if (yaml.length > SOURCE_LIMITS.bytes) {
    const before = yaml.slice(0, SOURCE_LIMITS.bytes).split('\n');
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    throw refuse(`may have at most ${SOURCE_LIMITS.bytes} characters and has ${yaml.length}`, place);
  }
  let separators = 0;
  let line = 1;
  let lineBegin = 0;
  for (let at = 0; at < yaml.length; at += 1) {
    const unit = yaml.charCodeAt(at);
    if (unit !== 0x0a && unit !== 0x2c) continue;
    separators += 1;
    if (separators > SOURCE_LIMITS.separators) {
      const detail = `holds more entries than one list may have: over ${SOURCE_LIMITS.separators} lines and commas`;
      throw refuse(detail, { line, column: at - lineBegin + 1 });
    }
    if (unit !== 0x0a) continue;
    line += 1;
    lineBegin = at + 1;
  }
}

function placeIn(document: Document, lines: LineCounter, path: RulePath): Position {
  for (let length = path.length; length > 0; length -= 1) {
    const key = path[length - 1];
    const node: unknown = document.getIn(path.slice(0, length), true);
    const parent: unknown = length > 1 ? document.getIn(path.slice(0, length - 1), true) : document.contents;
    // What stands under a key on lines of its own is shown at the key.
    const written = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === key)
      : undefined;
    const at = isScalar(node) || !isScalar(written?.key) ? node : written.key;
    if (isNode(at) && at.range) return positionOf(lines, at.range[0]);
  }
  return { line: 1, column: 1 };
}
