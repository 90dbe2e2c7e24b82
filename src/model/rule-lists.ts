import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { canonicalJson } from '../core/canonical-json.js';
import { type RuleSource, readRuleSource } from '../core/rule-source.js';
import { type CompiledRules, compileRules, type RuleList, RuleListError } from '../core/rules.js';

export type LoadedRuleLists = {
  /** By name of their files. */
  readonly lists: readonly RuleList[];
  /** The lists, ready to be asked. */
  readonly compiled: CompiledRules;
  /** sha256, hex, of what the lists say; comments and layout are not in it. */
  readonly revision: string;
  /** The files as they stand, by their names without the ending. */
  readonly documents: Readonly<Record<string, string>>;
};

/**
 * Reads every `*.yaml` of a folder as a rule list, checks them together with their examples, and gives all of them or none.
 *
 * @throws RuleListError that names file, line and rule of every fault.
 */
export async function loadRuleLists(directory: string): Promise<LoadedRuleLists> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.yaml')).sort();
  const documents: Record<string, string> = {};
  const sources = new Map<string, RuleSource>();
  const errors: RuleListError[] = [];
  for (const file of files) {
    const name = basename(file, '.yaml');
    const text = await readFile(join(directory, file), 'utf8');
    documents[name] = text;
    try {
      sources.set(name, readRuleSource(name, text));
    } catch (error) {
      if (!(error instanceof RuleListError)) throw error;
      errors.push(error);
    }
  }
  const lists = [...sources.values()].map(({ list }) => list);
  try {
    if (errors.length > 0) throw new RuleListError(errors.flatMap(({ faults }) => faults));
    const compiled = compileRules(lists);
    return { lists, compiled, revision: createHash('sha256').update(canonicalJson(lists)).digest('hex'), documents };
  } catch (error) {
    if (!(error instanceof RuleListError)) throw error;
    const { faults } = error.located((list, path) => sources.get(list)?.locate(path)).inOrder();
    throw new RuleListError(faults.map((fault) => ({ ...fault, list: `${fault.list}.yaml` })));
  }
}
