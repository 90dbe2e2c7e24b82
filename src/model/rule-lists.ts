import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { canonicalJson } from '../core/canonical-json.js';
import { compileRules, parseRuleList, type RuleList, RuleListError } from '../core/rules.js';

/** No list of words that people still read is longer. */
const LARGEST_LIST_BYTES = 4_194_304;
/** A YAML file whose aliases unfold into more than this is a bomb. */
const MOST_ALIASES = 100;

export type LoadedRuleLists = {
  /** By name of their files. */
  readonly lists: readonly RuleList[];
  /** sha256, hex, of what the lists say; comments and layout are not in it. */
  readonly revision: string;
  /** The files as they stand, by their names without the ending. */
  readonly documents: Readonly<Record<string, string>>;
};

type Source = {
  readonly file: string;
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
};

/**
 * Reads every `*.yaml` of a folder as a rule list, checks them together with their examples, and gives all of them or none.
 *
 * @throws RuleListError that names file, line and rule of every fault.
 */
export async function loadRuleLists(directory: string): Promise<LoadedRuleLists> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.yaml')).sort();
  const sources = new Map<string, Source>();
  const lists: RuleList[] = [];
  const errors: RuleListError[] = [];
  for (const file of files) {
    const name = basename(file, '.yaml');
    try {
      const source = await readSource(directory, file);
      sources.set(name, source);
      lists.push(parseRuleList(name, source.document.toJS({ maxAliasCount: MOST_ALIASES })));
    } catch (error) {
      errors.push(error instanceof RuleListError ? error : unreadable(name, error));
    }
  }
  const locate = (list: string, path: readonly (string | number)[]) => lineOf(sources.get(list), path);
  if (errors.length === 0) {
    try {
      compileRules(lists);
    } catch (error) {
      if (!(error instanceof RuleListError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    const faults = new RuleListError(errors.flatMap((error) => error.faults)).located(locate).faults;
    throw new RuleListError(
      faults.map((fault) => ({ ...fault, list: sources.get(fault.list)?.file ?? `${fault.list}.yaml` })),
    );
  }
  const documents = Object.fromEntries([...sources].map(([name, { text }]) => [name, text]));
  return { lists, revision: createHash('sha256').update(canonicalJson(lists)).digest('hex'), documents };
}

async function readSource(directory: string, file: string): Promise<Source> {
  const list = basename(file, '.yaml');
  const bytes = await readFile(join(directory, file));
  if (bytes.length > LARGEST_LIST_BYTES) {
    const detail = `may have at most ${LARGEST_LIST_BYTES} bytes and has ${bytes.length}`;
    throw new RuleListError([{ list, path: [], detail }]);
  }
  const text = bytes.toString('utf8');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new RuleListError(
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { list, path: [], detail: error.message, line, column: col };
      }),
    );
  }
  return { file, text, document, lines };
}

function unreadable(list: string, error: unknown): RuleListError {
  return new RuleListError([{ list, path: [], detail: error instanceof Error ? error.message : String(error) }]);
}

/** The line of a path, or of the nearest thing above it that stands in the file. */
function lineOf(source: Source | undefined, path: readonly (string | number)[]) {
  if (source === undefined) return undefined;
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = source.document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      const { line, col } = source.lines.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}
