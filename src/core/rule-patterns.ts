import { RE2JS } from 're2js';
import type { RuleFault, RulePath } from './rule-faults.js';
import { conditionsIn, type RuleList, type TextCondition } from './rule-list.js';

/**
 * What patterns of all lists in force may hold together. Words and phrases are looked for all at once; of patterns each is asked of
 * every comment by itself. Five hundred took 27 to 64 ms of processor time on a comment of 20 KiB (bench/README.md).
 */
const MOST = {
  patterns: 500,
  /** Of RE2's instructions, in one. A word of ten letters takes about ten, `(a{1,50}){1,18}` two thousand. */
  size: 5_000,
  /** In all of them. */
  together: 50_000,
} as const;

/**
 * The patterns from which on lists hold more than comments can be asked in time; none where they do not. It is asked when lists are
 * checked and published, and not when they are compiled: what was published stays in force.
 */
export function patternFaults(lists: readonly RuleList[]): readonly RuleFault[] {
  const patterns = lists.flatMap(patternsOf);
  const first = patterns[MOST.patterns];
  if (first !== undefined) {
    const detail = `the lists in force would hold ${patterns.length} patterns; at most ${MOST.patterns} may, because each is asked of every comment by itself. Words and phrases are looked for all at once: write what is one as \`words\` or \`phrases\`, or several patterns as one, with |`;
    return [faultAt(first, detail)];
  }
  let together = 0;
  for (const pattern of patterns) {
    const size = sizeOf(pattern.source);
    together += size;
    if (size > MOST.size) {
      const detail = `this pattern becomes ${size} steps of RE2; at most ${MOST.size} may be asked of every comment: repeat less of it, or less often`;
      return [faultAt(pattern, detail)];
    }
    if (together > MOST.together) {
      const detail = `the patterns of all lists in force become more than ${MOST.together} steps of RE2 here, and each is asked of every comment: repeat less in them, or less often`;
      return [faultAt(pattern, detail)];
    }
  }
  return [];
}

type Pattern = { readonly list: string; readonly rule: string; readonly path: RulePath; readonly source: string };

function patternsOf(list: RuleList): readonly Pattern[] {
  return conditionsIn(list).flatMap(({ rule, condition, path }) =>
    ((condition as TextCondition).pattern ?? []).map((source, index) => ({
      list: list.name,
      rule: rule.id,
      path: [...path, 'pattern', index],
      source,
    })),
  );
}

function faultAt({ list, rule, path }: Pattern, detail: string): RuleFault {
  return { list, rule, path, detail };
}

/** How many instructions a pattern becomes; 0 where it is none, which is told when it is compiled. */
function sizeOf(source: string): number {
  try {
    return RE2JS.compile(source, RE2JS.MULTILINE).programSize();
  } catch {
    return 0;
  }
}
