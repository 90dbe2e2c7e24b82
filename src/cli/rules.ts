import { join } from 'node:path';
import type { Config } from '../config.js';
import { FaultyRules } from '../core/errors.js';
import { forceHolds } from '../core/rule-facts.js';
import { faultLines, UNMET_EXAMPLES, unreadRules } from '../core/rule-faults.js';
import { createRuleWork } from '../core/rule-work.js';
import { compileStanding } from '../core/rules.js';
import { SITE } from '../http/access.js';
import { joinStore, type Store } from '../store/open.js';
import { type DryRunOptions, followDryRun, scopeOf } from './dry-run.js';
import { makeGiven, readGiven, writeGiven } from './given-files.js';
import { BY, printDiff, type RollBackOptions, rollBackTo, sayDiscarded, sayHistory, sayPublished } from './history.js';
import { createSiteRules, type SiteRules } from './rule-deps.js';
import { nameOf, tell } from './rule-files.js';
import { say } from './say.js';

/**
 * Keeps files as drafts of the running service.
 *
 * @param options `begunOn`: the revision on whose text they were written; left out, what a draft has, or the one in force.
 * @returns the exit status: 1 where one has faults; it is kept all the same
 */
export async function draftFiles(
  config: Config,
  files: readonly string[],
  { begunOn }: { readonly begunOn?: number },
): Promise<number> {
  return await withRules(config, async (rules) => {
    let status = 0;
    for (const file of files) {
      const { check } = await rules.keepRuleDraft(BY, nameOf(file), await readGiven(file), begunOn);
      tell(check.faults, check.warnings, () => file);
      say(`The draft ${nameOf(file)} is kept${check.faults.length === 0 ? '' : ', with its faults'}.`);
      if (check.faults.length > 0) status = 1;
    }
    return status;
  });
}

/** Throws a draft away by its name. @throws NotFound */
export async function discardDraft(config: Config, name: string): Promise<number> {
  return await withRules(config, async (rules) => {
    sayDiscarded(`draft ${name}`, await rules.deleteRuleDraft(SITE, name));
    return 0;
  });
}

/** Publishes drafts by their names. */
export async function publishDrafts(
  config: Config,
  drafts: readonly string[],
  options: {
    readonly why: string;
    readonly expected?: number;
    /** When drafts were kept that somebody has read, by name. */
    readonly expectedDraft?: Readonly<Record<string, string>>;
    /** Revisions on which drafts are to count as begun, by name. */
    readonly begunOn?: Readonly<Record<string, number>>;
  },
): Promise<number> {
  return await withRules(config, async (rules) => {
    const { why, expected, expectedDraft: expectedDrafts = {}, begunOn = {} } = options;
    const expectedRevision = expected ?? (await rules.readRules(SITE)).revision;
    try {
      const request = { drafts: [...drafts], why, expectedRevision, expectedDrafts, begunOn };
      const { revision } = await rules.publishRules(BY, request);
      sayPublished('rules', revision);
      return 0;
    } catch (error) {
      if (!(error instanceof FaultyRules)) throw error;
      tell(error.faults, [], (list) => list);
      return 1;
    }
  });
}

export async function rollBackRules(config: Config, revision: number, options: RollBackOptions): Promise<number> {
  return await withRules(config, (rules) => rollBackTo(rules.rollBackRules, revision, options));
}

/** Prints what a revision (left out: the newest) has otherwise than another (left out: the one before it). */
export async function diffRules(config: Config, revision?: number, against?: number): Promise<number> {
  return await withRules(config, async ({ diffRules: diff, readRules }) => {
    return await printDiff({ diff, newest: async () => (await readRules(SITE)).revision }, revision, against);
  });
}

/** Tries drafts on stored comments and prints which decisions would change. */
export async function dryRunRules(config: Config, drafts: readonly string[], options: DryRunOptions): Promise<number> {
  return await withRules(config, async (rules, db) => {
    const started = await rules.startDryRun(BY, { drafts: [...drafts], ...scopeOf(options) });
    return await followDryRun(db, { read: rules.readDryRun, changes: rules.readDryRunChanges }, started);
  });
}

/** Lists the rules in force with their figures, the drafts, and the newest revisions. */
export async function listRules(config: Config): Promise<number> {
  return await withRules(config, async (rules) => {
    const { revision, lists, unread, drafts } = await rules.readRules(SITE);
    const now = { decidedAt: new Date().toISOString() };
    const alarms: string[] = [];
    for (const { name, origin, rules: all } of lists) {
      for (const { id, label, effect, shadow, force, disabled, figures } of all) {
        const forced = force !== null && forceHolds(force, now) === true;
        process.stdout.write(
          `${JSON.stringify({ list: name, origin, rule: id, label, effect, shadow, forced, disabled, ...figures })}\n`,
        );
        if (figures.alarm !== null) alarms.push(`Alarm: rule ${id} of ${name}. ${figures.alarm}`);
      }
    }
    for (const alarm of alarms) say(alarm);
    if (unread.length > 0) say([unreadRules(unread), ...faultLines(unread)].join('\n'));
    const unmet = await createRuleWork().hold(await rules.readRuleRevision(SITE, revision));
    if (unmet.length > 0) say([UNMET_EXAMPLES, ...faultLines(unmet)].join('\n'));
    sayHistory(drafts, await rules.listRuleRevisions(SITE, 10, null));
    return 0;
  });
}

/** Prints the rules in force in which a word or phrase stands, as NDJSON, and says in which drafts it does. */
export async function findInForce(config: Config, text: string): Promise<number> {
  return await withRules(config, async (rules) => {
    const { found, drafts } = await rules.findRules(SITE, text);
    for (const one of found) process.stdout.write(`${JSON.stringify(one)}\n`);
    const count = found.length === 0 ? 'No rule' : found.length === 1 ? '1 rule' : `${found.length} rules`;
    say(`${count} in force ${found.length > 1 ? 'hold' : 'holds'} it.`);
    if (drafts.length > 0) say(`Drafts that hold it: ${drafts.join(', ')}.`);
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
    const { lists, revision } = await rules.readRules(SITE);
    const wanted = lists.filter(({ origin }) => options.all === true || origin === 'site');
    await makeGiven(folder);
    for (const { name } of wanted) {
      await writeGiven(join(folder, `${name}.yaml`), (await rules.readRuleList(SITE, name)).yaml);
    }
    say(`${wanted.length} lists of revision ${revision} are written to ${folder}.`);
    return 0;
  });
}

async function withRules(
  config: Config,
  work: (rules: SiteRules, db: Store['db']) => Promise<number>,
): Promise<number> {
  const store = await joinStore(config.store);
  try {
    const rules = createSiteRules(
      store.db,
      async (_site, content) => compileStanding(content).faults,
      createRuleWork(),
    );
    return await work(rules, store.db);
  } finally {
    await store.close();
  }
}
