import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Config } from '../config.js';
import { FaultyRules, ModerationError } from '../core/errors.js';
import { parseIncoming, ScoreLine } from '../core/incoming.js';
import { LIMITS } from '../core/limits.js';
import { normalise } from '../core/normalise.js';
import { checkRules } from '../core/rule-check.js';
import { overlayRules } from '../core/rule-overlays.js';
import type { RuleFaultView, RuleWarningView } from '../core/rule-views.js';
import { compileRules, findRuleHits, type RuleAuthor, type RuleList, RuleListError } from '../core/rules.js';
import { SITE } from '../http/access.js';
import { parseJson } from '../http/body.js';
import { readLines } from '../http/lines.js';
import { loadRuleLists } from '../model/rule-lists.js';
import { joinStore } from '../store/open.js';
import { createSiteRules, type SiteRules } from './rule-deps.js';
import { say } from './say.js';

const BY = { site: SITE, actor: 'command line' };

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
  for await (const line of readLines(input, LIMITS.articleBodyBytes * 2)) {
    try {
      const { id, text, section, author } = parseIncoming(ScoreLine, parseJson(line.bytes, 'The line'));
      const { hits, broken } = findRuleHits(rules, {
        text,
        normalised: normalise(text),
        section: section ?? null,
        author: (author ?? {}) as RuleAuthor,
        createdAt: new Date().toISOString(),
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

/** Keeps files as drafts of the running service. @returns the exit status: 1 where one has faults; it is kept all the same */
export async function draftFiles(config: Config, files: readonly string[]): Promise<number> {
  return await withRules(config, async (rules) => {
    let status = 0;
    for (const file of files) {
      const { check } = await rules.keepRuleDraft(BY, nameOf(file), await readFile(file, 'utf8'));
      tell(check.faults, check.warnings, () => file);
      say(`The draft ${nameOf(file)} is kept${check.faults.length === 0 ? '' : ', with its faults'}.`);
      if (check.faults.length > 0) status = 1;
    }
    return status;
  });
}

/** Publishes drafts by their names. */
export async function publishDrafts(
  config: Config,
  drafts: readonly string[],
  options: { readonly why: string; readonly expected?: number },
): Promise<number> {
  return await withRules(config, async (rules) => {
    const expectedRevision = options.expected ?? (await rules.readRules(SITE)).revision;
    try {
      const { revision } = await rules.publishRules(BY, { drafts, why: options.why, expectedRevision });
      say(`Revision ${revision} is in force. To take it back: premod rules rollback ${revision - 1} --why "…"`);
      return 0;
    } catch (error) {
      if (!(error instanceof FaultyRules)) throw error;
      tell(error.faults, [], (list) => list);
      return 1;
    }
  });
}

export async function rollBackTo(config: Config, revision: number, options: { readonly why: string }): Promise<number> {
  return await withRules(config, async (rules) => {
    const done = await rules.rollBackRules(BY, { revision, why: options.why });
    say(`Revision ${done.revision} is in force; it says what revision ${revision} said.`);
    return 0;
  });
}

/** Prints what a revision (left out: the newest) has otherwise than another (left out: the one before it). */
export async function printDiff(config: Config, revision?: number, against?: number): Promise<number> {
  return await withRules(config, async (rules) => {
    const newer = revision ?? (await rules.readRules(SITE)).revision;
    const older = against ?? Math.max(1, newer - 1);
    const { added, removed, changed } = await rules.diffRules(SITE, newer, older);
    const block = (sign: string, text: string) => text.trimEnd().replace(/^/gm, `${sign} `);
    const print = (id: string, ...blocks: readonly string[]) => process.stdout.write(`@ ${id}\n${blocks.join('\n')}\n`);
    for (const { id, before } of removed) print(id, block('-', before));
    for (const { id, before, after } of changed) print(id, block('-', before), block('+', after));
    for (const { id, after } of added) print(id, block('+', after));
    say(`Revision ${older} → ${newer}: ${added.length} new, ${changed.length} changed, ${removed.length} gone.`);
    return 0;
  });
}

/** Lists the rules in force with their figures, the drafts, and the newest revisions. */
export async function listRules(config: Config): Promise<number> {
  return await withRules(config, async (rules) => {
    const { lists, drafts } = await rules.readRules(SITE);
    for (const { name, origin, rules: all } of lists) {
      for (const { id, label, effect, shadow, force, disabled, figures } of all) {
        process.stdout.write(
          `${JSON.stringify({ list: name, origin, rule: id, label, effect, shadow, forced: force !== null, disabled, ...figures })}\n`,
        );
      }
    }
    for (const { name, author, updatedAt, origin } of drafts) {
      say(`Draft ${name}, ${origin === 'upgrade' ? 'from a newer premod' : `by ${author}`}, ${updatedAt}`);
    }
    for (const { revision, publishedBy, publishedAt, why } of await rules.listRuleRevisions(SITE, 10, null)) {
      say(`Revision ${revision}, ${publishedAt}, by ${publishedBy}${why === '' ? '' : `: ${why}`}`);
    }
    return 0;
  });
}

/** Writes the lists in force into a folder, one file each: the site's own, or all. */
export async function exportRules(
  config: Config,
  folder: string,
  options: { readonly all?: boolean },
): Promise<number> {
  return await withRules(config, async (rules) => {
    const { lists } = await rules.readRules(SITE);
    const wanted = lists.filter(({ origin }) => options.all === true || origin === 'site');
    await mkdir(folder, { recursive: true });
    for (const { name } of wanted) {
      await writeFile(join(folder, `${name}.yaml`), (await rules.readRuleList(SITE, name)).yaml);
    }
    say(`${wanted.length} lists are written to ${folder}.`);
    return 0;
  });
}

async function withRules(config: Config, work: (rules: SiteRules) => Promise<number>): Promise<number> {
  const store = await joinStore(config.store);
  try {
    return await work(createSiteRules(store.db));
  } finally {
    await store.close();
  }
}

async function read(config: Config, files: readonly string[]) {
  const shipped = (await loadRuleLists(join(config.model.directory, 'rules'))).lists;
  const written = await Promise.all(
    files.map(async (file) => ({ name: nameOf(file), yaml: await readFile(file, 'utf8') })),
  );
  const inForce = (own: readonly RuleList[]) => {
    const names = new Set(own.map(({ name }) => name));
    // A shipped list under its own name is checked in place of itself.
    const { lists, faults } = overlayRules(
      shipped.filter(({ name }) => !names.has(name)),
      own,
    );
    if (faults.length > 0) throw new RuleListError(faults);
    return lists;
  };
  return checkRules(written, inForce, new Date().toISOString().slice(0, 10));
}

type Placed = Partial<Pick<RuleFaultView, 'list' | 'line' | 'column' | 'rule'>> & { readonly detail: string };

function tell(
  faults: readonly Placed[],
  warnings: readonly (RuleWarningView & { readonly list?: string })[],
  fileOf: (list: string) => string,
): void {
  const line = ({ list = '', line: at = 1, column = 1, rule, detail }: Placed) =>
    `${fileOf(list)}:${at}:${column}${rule === undefined ? '' : ` rule ${rule}`}: ${detail}`;
  for (const fault of faults) say(line(fault));
  for (const warning of warnings) say(`${line(warning)} (${warning.kind})`);
}

function nameOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '');
}

function percent(count: number, of: number): string {
  return of === 0 ? '–' : `${((count / of) * 100).toFixed(1)} %`;
}
