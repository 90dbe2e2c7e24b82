import { normalise } from './normalise.js';
import { checkRules, type RuleCheck, type RuleWarning } from './rule-check.js';
import { type RuleFault, RuleListError } from './rule-faults.js';
import { soundLists } from './rule-list-reading.js';
import { soundOverlay } from './rule-overlays.js';
import {
  type CompiledRules,
  compileRules,
  compileStanding,
  compileUntested,
  findRuleHits,
  type RuleFacts,
  type RuleFindings,
  type RuleList,
  unmetExamples,
} from './rules.js';
import type { Position } from './yaml-document.js';

/**
 * What takes long with large lists: two seconds for 49,000 words. Questions and answers are plain data, so that another thread can
 * do it while comments come in.
 */
export type RuleWork = {
  /** Looks over a site's documents on top of shipped lists, as `checkRules` does. */
  examine(asked: Examination): Promise<Examined>;
  /** What of rules that were in force once cannot be used any more. @param asked.content as it was kept */
  reread(asked: { readonly content: unknown }): Promise<readonly RuleFault[]>;
  /** The examples of rules in force that this premod does not meet any more. @param asked.content as it was kept */
  hold(asked: { readonly content: unknown }): Promise<readonly RuleFault[]>;
  /** What the rules of one list do on a sample. @param asked.lists as `examine` answered them */
  measure(asked: {
    readonly lists: readonly RuleList[];
    readonly name: string;
    readonly texts: readonly Asked[];
  }): Promise<readonly Measured[]>;
  /**
   * Asks lists, as `examine` answered them, about one comment.
   *
   * @param asked.key another one for other lists: those that came with the last one are kept.
   */
  find(asked: {
    readonly key: string;
    readonly lists: readonly RuleList[];
    readonly comment: Asked;
  }): Promise<RuleFindings>;
};

type Asked = RuleFacts & { readonly text: string };

export type Examination = {
  readonly shipped: readonly RuleList[];
  /** YAML by the name of its list. */
  readonly documents: Readonly<Record<string, string>>;
  /** `2027-03-31` */
  readonly today: string;
  /** Whether rules are held to their examples. */
  readonly examples: boolean;
  /** The sections that articles carry; left out, none is known. */
  readonly carried?: readonly string[];
};

export type Examined = {
  readonly faults: readonly RuleFault[];
  readonly warnings: readonly RuleWarning[];
  /** Null where there are faults. */
  readonly lists: RuleCheck['lists'];
  /** Where the rules of the documents say what they look for, by id. */
  readonly places: ReadonlyMap<string, Position>;
};

/** What a rule does on a sample. */
export type Measured = {
  readonly rule: string;
  readonly of: number;
  readonly met: number;
  /** So many times a fact that it hangs on was not known. */
  readonly unknown: number;
};

/** Does the work where it is called. */
export function createRuleWork(): RuleWork {
  let newest: { readonly key: string; readonly compiled: CompiledRules } | null = null;
  return {
    examine: async (asked) => examine(asked),
    reread: async ({ content }) => reread(content),
    hold: async ({ content }) => unmetExamples(compileStanding(content)),
    // Examples were held when the lists were examined.
    measure: async ({ lists, name, texts }) => measure(compileUntested(lists), name, texts),
    find: async ({ key, lists, comment }) => {
      if (newest?.key !== key) newest = { key, compiled: compileUntested(lists) };
      return findIn(newest.compiled, comment);
    },
  };
}

function examine({ shipped, documents, today, examples, carried = [] }: Examination): Examined {
  const written = Object.entries(documents).map(([name, yaml]) => ({ name, yaml }));
  const { faults, warnings, lists, locate } = checkRules(written, (own) => soundOverlay(shipped, own), today, {
    shipped,
    compile: examples ? compileRules : compileUntested,
    carried,
  });
  const places = new Map<string, Position>();
  for (const { id } of lists?.flatMap(({ rules }) => rules) ?? []) {
    const place = locate(id);
    if (place !== null) places.set(id, place);
  }
  return { faults, warnings, lists, places };
}

function reread(content: unknown): readonly RuleFault[] {
  const { lists, faults } = soundLists(content);
  if (faults.length > 0) return faults;
  try {
    compileRules(lists);
    return [];
  } catch (error) {
    if (!(error instanceof RuleListError)) throw error;
    return error.faults;
  }
}

function measure(compiled: CompiledRules, name: string, texts: readonly Asked[]): readonly Measured[] {
  const rules = { ...compiled, rules: compiled.rules.filter(({ list }) => list === name) };
  const met = new Map<string, number>();
  const unknown = new Map<string, number>();
  const add = (counts: Map<string, number>, rule: string) => counts.set(rule, (counts.get(rule) ?? 0) + 1);
  for (const text of texts) {
    const { hits, broken } = findIn(rules, text);
    for (const { rule } of hits) add(met, rule);
    for (const { rule } of broken) add(unknown, rule);
  }
  return rules.rules.map(({ rule: { id, shadow } }) => {
    // In shadow nobody is asked for it.
    const asked = shadow === true ? 0 : (unknown.get(id) ?? 0);
    return { rule: id, of: texts.length, met: met.get(id) ?? 0, unknown: asked };
  });
}

function findIn(rules: CompiledRules, comment: Asked): RuleFindings {
  return findRuleHits(rules, { ...comment, normalised: normalise(comment.text) });
}
