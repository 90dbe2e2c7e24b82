import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Config } from '../config.js';
import { ModerationError } from '../core/errors.js';
import { parseIncoming, ScoreLine } from '../core/incoming.js';
import { LIMITS } from '../core/limits.js';
import { normalise } from '../core/normalise.js';
import { checkRules } from '../core/rule-check.js';
import { soundOverlay } from '../core/rule-overlays.js';
import type { RuleFaultView, RuleWarningView } from '../core/rule-views.js';
import { compileRules, findRuleHits, type RuleAuthor } from '../core/rules.js';
import { parseJson } from '../http/body.js';
import { readLines } from '../http/lines.js';
import { loadRuleLists } from '../model/rule-lists.js';
import { readGiven } from './given-files.js';
import { type Placed, sayPlaced } from './history.js';
import { say } from './say.js';

/** Checks files on top of the shipped lists; needs no store. @returns the exit status: 1 where there are faults */
export async function checkFiles(config: Config, files: readonly string[]): Promise<number> {
  const { faults, warnings } = await read(config, files);
  const pathOf = new Map(files.map((file) => [nameOf(file), file]));
  tell(faults, warnings, (list) => pathOf.get(list) ?? list);
  if (faults.length === 0) say(`${files.length === 1 ? 'The list is' : 'The lists are'} sound.`);
  return faults.length === 0 ? 0 : 1;
}

/** Says of each comment (NDJSON, as `premod score` reads it) what the rules of one file find in it; needs no store. */
export async function testFile(config: Config, file: string, input: Readable): Promise<number> {
  const { faults, lists } = await read(config, [file]);
  if (lists === null) {
    tell(faults, [], () => file);
    return 1;
  }
  const compiled = compileRules(lists);
  const rules = { ...compiled, rules: compiled.rules.filter(({ list }) => list === nameOf(file)) };
  const met = new Map<string, number>(rules.rules.map(({ rule }) => [rule.id, 0]));
  let comments = 0;
  let unread = 0;
  const now = new Date().toISOString();
  for await (const line of readLines(input, LIMITS.articleBodyBytes * 2)) {
    try {
      const { id, text, section, author } = parseIncoming(ScoreLine, parseJson(line.bytes, 'The line'));
      const { hits, broken } = findRuleHits(rules, {
        text,
        normalised: normalise(text),
        section: section ?? null,
        author: (author ?? {}) as RuleAuthor,
        createdAt: now,
        decidedAt: now,
      });
      comments += 1;
      for (const { rule } of hits) met.set(rule, (met.get(rule) ?? 0) + 1);
      if (hits.length === 0 && broken.length === 0) continue;
      const found = hits.map(({ rule, effect, shadow, stretches }) => ({
        rule,
        effect,
        shadow,
        matched: stretches.map(({ begin, end }) => text.slice(begin, end)),
      }));
      process.stdout.write(`${JSON.stringify({ id, hits: found, broken: broken.map(({ rule }) => rule) })}\n`);
    } catch (error) {
      if (!(error instanceof ModerationError)) throw error;
      unread += 1;
      process.stdout.write(
        `${JSON.stringify({ line: line.number, error: { code: error.code, message: error.message } })}\n`,
      );
    }
  }
  for (const [rule, count] of met) say(`${rule}: ${count} of ${comments} (${percent(count, comments)})`);
  return unread === 0 ? 0 : 1;
}

async function read(config: Config, files: readonly string[]) {
  const shipped = (await loadRuleLists(join(config.model.directory, 'rules'))).lists;
  const written = await Promise.all(files.map(async (file) => ({ name: nameOf(file), yaml: await readGiven(file) })));
  // A shipped list under its own name is checked in place of itself.
  const others = shipped.filter((list) => !written.some(({ name }) => name === list.name));
  const today = new Date().toISOString().slice(0, 10);
  return checkRules(written, (own) => soundOverlay(others, own), today, { shipped: others });
}

/** Says what is wrong with lists, and what is odd about them. */
export function tell(
  faults: readonly (Placed & Partial<Pick<RuleFaultView, 'list'>>)[],
  warnings: readonly (RuleWarningView & { readonly list?: string })[],
  fileOf: (list: string) => string,
): void {
  for (const placed of [...faults, ...warnings]) sayPlaced(fileOf(placed.list ?? ''), placed);
}

/** A list has its file's name. */
export function nameOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '');
}

function percent(count: number, of: number): string {
  return of === 0 ? '–' : `${((count / of) * 100).toFixed(1)} %`;
}
