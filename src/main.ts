#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { removeDemonstrationCommand } from './cli/demonstration.js';
import { giveUp, say } from './cli/say.js';
import { VERSION } from './cli/version.js';
import { loadConfig } from './config.js';
import { LABELS } from './core/labels.js';
import { LIMITS } from './core/limits.js';

const program = new Command('premod')
  .description('Moderates readers’ comments on the publisher’s own machines.')
  .version(VERSION)
  .showHelpAfterError();

program
  .command('serve')
  .description('HTTP and worker in one process (what npm start runs)')
  .option('--no-worker', 'serve HTTP only; workers run elsewhere')
  .action(async (options: { worker: boolean }) => {
    await runUntilStopped(async (told) => {
      const { serve } = await import('./cli/serve.js');
      return await serve(loadConfig(process.env), options, told);
    });
  });

program
  .command('work')
  .description('a worker alone')
  .action(async () => {
    await runUntilStopped(async (told) => {
      const { work } = await import('./cli/work.js');
      return await work(loadConfig(process.env), told);
    });
  });

program
  .command('score')
  .description('weigh comments: NDJSON from stdin, NDJSON to stdout, in the same order; needs no database')
  .option('--no-rules', 'judge by the model alone')
  .option('--no-model', 'judge by the rules alone')
  .option('--bundle <file>', 'judge as a site does: what `premod export --bundle` wrote; left out, by what is shipped')
  .action(async (options: { rules: boolean; model: boolean; bundle?: string }) => {
    const { score } = await import('./cli/score.js');
    // A reader that has seen enough (head, less) closes the pipe; that is not a failure.
    process.stdout.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' ? process.exit(0) : giveUp(error),
    );
    const failed = await score(loadConfig(process.env), process.stdin, process.stdout, options);
    process.exitCode = failed > 0 ? 1 : 0;
  });

program
  .command('rescore')
  .description('judge stored comments anew; prints which decisions would flip, worst first, as NDJSON')
  .option('--section <name>', 'only comments of articles in this section')
  .option('--from <time>', 'only comments written at or after this time')
  .option('--to <time>', 'only comments written before this time')
  .option('--artefact <name>', 'another artefact of the models folder, by name or sha256')
  .option('--open', 'put comments whose decision flips before a person')
  .option('--follow <id>', 'follow a rescoring that is under way')
  .option('--pause <id>', 'pause one')
  .option('--resume <id>', 'resume one, and follow it')
  .option('--report <id>', 'print the flips of one')
  .option('--list', 'list rescorings, newest first')
  .action(async (options) => {
    const { rescore } = await import('./cli/rescore.js');
    process.exitCode = await rescore(loadConfig(process.env), options);
  });

program
  .command('demonstration')
  .description('the demonstration thread')
  .command('remove')
  .description('remove it from the running service’s store')
  .action(async () => {
    say(await removeDemonstrationCommand(loadConfig(process.env)));
  });

program
  .command('train')
  .description('make an artefact by a recipe')
  .option('--recipe <file>', 'the recipe', 'training-data/recipes/encoder.yaml')
  .option('--data <folder>', 'the folder with the labelled sets', '../shared/data')
  .option('--encoder <folder>', 'the folder with the base encoder', '../shared/encoder')
  .option('--from <checkpoints...>', 'the kept weights of an earlier run to go on from, or the mean of several')
  .option('--out <folder>', 'the artefact’s folder, which must not be there yet')
  .option('--replace', 'put it in the place of an artefact that lies there')
  .option('--activate', 'make it the active artefact')
  .action(async (command) => {
    const { trainCommand } = await import('./cli/train.js');
    await trainCommand(loadConfig(process.env), command);
  });

program
  .command('evaluate')
  .description('measure an artefact on validation text; goals on stdout')
  .option('--artefact <folder>', 'the artefact’s folder; left out, the active one')
  .option('--recipe <file>', 'the recipe; left out, the one that the artefact was made by')
  .option('--data <folder>', 'the folder with the labelled sets', '../shared/data')
  .addOption(new Option('--backend <name>', 'the backend').choices(['auto', 'native', 'wasm']))
  .option('--sample <rows>', 'at most so many validation rows of each set', Number)
  .option('--against <file>', 'compare with another artefact, by what --json wrote of it')
  .option('--json <file>', 'write everything that was measured')
  .option('--markdown <file>', 'write it as the measured part of a card')
  .option('--html <file>', 'write it as a page with pictures')
  .option('--card', 'write the artefact’s card anew')
  .option('--keep-evidence', 'have its manifest keep how the rows score, for thresholds chosen by consequence')
  .option('--functional <folder>', 'only judge the capabilities of this folder; a table on stdout')
  .option('--failures', 'with --functional: list what was judged wrongly too')
  .option('--speed', 'only measure speed and memory; JSON on stdout')
  .action(async (command) => {
    const { evaluateCommand } = await import('./cli/evaluate.js');
    await evaluateCommand(loadConfig(process.env), command);
  });

const rules = program
  .command('rules')
  .description('the site’s rules: check, test, draft, run dry, publish, diff, roll back');
rules
  .command('check <file...>')
  .description('check rule lists on top of the shipped ones; needs no store')
  .action(async (files: string[]) => {
    const { checkFiles } = await import('./cli/rules.js');
    process.exitCode = await checkFiles(loadConfig(process.env), files);
  });
rules
  .command('test <file>')
  .description('ask the rules of a file about comments: NDJSON from stdin, what was found as NDJSON; needs no store')
  .action(async (file: string) => {
    const { testFile } = await import('./cli/rules.js');
    process.exitCode = await testFile(loadConfig(process.env), file, process.stdin);
  });
rules
  .command('draft <file...>')
  .description('keep files as drafts of the running service, under their names')
  .option('--begun-on <revision>', 'on whose text they were written', revisionNumber)
  .action(async (files: string[], options) => {
    const { draftFiles } = await import('./cli/rules.js');
    process.exitCode = await draftFiles(loadConfig(process.env), files, options);
  });
rules
  .command('publish <draft...>')
  .description('put drafts in force')
  .requiredOption('--why <words>', 'why, for those who look for it later')
  .option('--expected <revision>', 'refuse where another revision is in force', revisionNumber)
  .option(
    '--expected-draft <draft=time>',
    'refuse where that draft was kept at another time; once a draft',
    draftAsRead,
  )
  .option(
    '--begun-on <draft=revision>',
    'let that draft count as begun on a revision, what it takes back being known; once a draft',
    draftBegunOn,
  )
  .action(async (drafts: string[], options) => {
    const { publishDrafts } = await import('./cli/rules.js');
    process.exitCode = await publishDrafts(loadConfig(process.env), drafts, options);
  });
rules
  .command('diff')
  .argument('[revision]', 'left out: the newest', revisionNumber)
  .argument('[against]', 'left out: the one before it', revisionNumber)
  .description('what a revision says otherwise than another one')
  .action(async (revision?: number, against?: number) => {
    const { diffRules } = await import('./cli/rules.js');
    process.exitCode = await diffRules(loadConfig(process.env), revision, against);
  });
rules
  .command('rollback')
  .argument('<revision>', 'its number', revisionNumber)
  .description('publish a new revision that equals an earlier one')
  .requiredOption('--why <words>', 'why, for those who look for it later')
  .option('--expected <revision>', 'refuse where another revision is in force', revisionNumber)
  .action(async (revision: number, options) => {
    const { rollBackRules } = await import('./cli/rules.js');
    process.exitCode = await rollBackRules(loadConfig(process.env), revision, options);
  });
rules
  .command('list')
  .description('the rules in force with what each did, as NDJSON; drafts and revisions')
  .action(async () => {
    const { listRules } = await import('./cli/rules.js');
    process.exitCode = await listRules(loadConfig(process.env));
  });
rules
  .command('find')
  .argument('<text>', 'at most 200 characters', soughtText)
  .description('the rules in force in which a word or phrase stands, as NDJSON, and the drafts in which it does')
  .action(async (text: string) => {
    const { findInForce } = await import('./cli/rules.js');
    process.exitCode = await findInForce(loadConfig(process.env), text);
  });
rules
  .command('export <folder>')
  .description('write the site’s own lists into a folder')
  .option('--all', 'the shipped ones too')
  .action(async (folder: string, options) => {
    const { exportRules } = await import('./cli/rules.js');
    process.exitCode = await exportRules(loadConfig(process.env), folder, options);
  });

scoped(rules.command('dry-run <draft...>'))
  .description('try drafts on stored comments; prints which decisions would change, as NDJSON')
  .action(async (drafts: string[], options) => {
    const { dryRunRules } = await import('./cli/rules.js');
    process.exitCode = await dryRunRules(loadConfig(process.env), drafts, options);
  });

const policies = program
  .command('policies')
  .description('the site’s policy: check, draft, run dry, publish, diff, roll back');
policies
  .command('check <file>')
  .description('check a policy against what the shipped artefact measured; needs no store')
  .action(async (file: string) => {
    const { checkFile } = await import('./cli/policies.js');
    process.exitCode = await checkFile(loadConfig(process.env), file);
  });
policies
  .command('draft <file>')
  .description('keep a file as the draft of the running service')
  .option('--begun-on <revision>', 'on whose text it was written', revisionNumber)
  .action(async (file: string, options) => {
    const { draftFile } = await import('./cli/policies.js');
    process.exitCode = await draftFile(loadConfig(process.env), file, options);
  });
scoped(policies.command('dry-run'))
  .description('try the draft on stored comments; prints which decisions would change, as NDJSON')
  .action(async (options) => {
    const { dryRunPolicy } = await import('./cli/policies.js');
    process.exitCode = await dryRunPolicy(loadConfig(process.env), options);
  });
policies
  .command('publish')
  .description('put the draft in force')
  .requiredOption('--why <words>', 'why, for those who look for it later')
  .option('--expected <revision>', 'refuse where another revision is in force', revisionNumber)
  .option('--expected-draft <time>', 'refuse where the draft was kept at another time', timeKept)
  .option(
    '--begun-on <revision>',
    'let the draft count as begun on a revision, what it takes back being known',
    revisionNumber,
  )
  .action(async (options) => {
    const { publishDraft } = await import('./cli/policies.js');
    process.exitCode = await publishDraft(loadConfig(process.env), options);
  });
policies
  .command('diff')
  .argument('[revision]', 'left out: the newest', revisionNumber)
  .argument('[against]', 'left out: the one before it', revisionNumber)
  .description('what a revision says otherwise than another one, setting by setting')
  .action(async (revision?: number, against?: number) => {
    const { diffPolicies } = await import('./cli/policies.js');
    process.exitCode = await diffPolicies(loadConfig(process.env), revision, against);
  });
policies
  .command('rollback')
  .argument('<revision>', 'its number', revisionNumber)
  .description('publish a new revision that equals an earlier one')
  .requiredOption('--why <words>', 'why, for those who look for it later')
  .option('--expected <revision>', 'refuse where another revision is in force', revisionNumber)
  .action(async (revision: number, options) => {
    const { rollBackPolicy } = await import('./cli/policies.js');
    process.exitCode = await rollBackPolicy(loadConfig(process.env), revision, options);
  });
policies
  .command('list')
  .description('the settings in force, as NDJSON; the draft and the revisions')
  .action(async () => {
    const { listPolicy } = await import('./cli/policies.js');
    process.exitCode = await listPolicy(loadConfig(process.env));
  });
policies
  .command('export <file>')
  .description('write the policy in force into a file')
  .action(async (file: string) => {
    const { exportPolicy } = await import('./cli/policies.js');
    process.exitCode = await exportPolicy(loadConfig(process.env), file);
  });
policies
  .command('audit')
  .description('what the audit’s verdicts say of this site: shares, precision and recall of each label, as JSON')
  .option('--section <name>', 'in this section')
  .action(async ({ section }: { section?: string }) => {
    const { printAudit } = await import('./cli/policies.js');
    process.exitCode = await printAudit(loadConfig(process.env), section ?? null);
  });
policies
  .command('thresholds')
  .description('from where on a label may reject by itself, and what that would do, as JSON')
  .addOption(new Option('--label <name>', 'the label').choices(LABELS).makeOptionMandatory())
  .option('--precision <share>', 'the share of its rejections that must be right; left out, the policy’s', shareBetween)
  .option('--prior <share>', 'the share of comments that carry it; left out, the audit’s, or 0.02', shareBetween)
  .option('--section <name>', 'in this section')
  .action(async (options) => {
    const { printThreshold } = await import('./cli/policies.js');
    process.exitCode = await printThreshold(loadConfig(process.env), options);
  });

program
  .command('export')
  .description('data of the site, as files')
  .requiredOption(
    '--bundle <file>',
    'what it judges by: rules, policy and the name of its model, for `premod score --bundle`',
  )
  .action(async ({ bundle }: { bundle: string }) => {
    const { exportBundle } = await import('./cli/export-bundle.js');
    say(`${bundle} judges as the site does: pipeline ${await exportBundle(loadConfig(process.env), bundle)}.`);
  });

program
  .command('migrate')
  .description('bring the schema of DATABASE_URL up to date')
  .action(async () => {
    const { openStore } = await import('./store/open.js');
    const store = await openStore(loadConfig(process.env).store);
    await store.close();
    say('The schema is up to date.');
  });

try {
  await program.parseAsync();
} catch (error) {
  giveUp(error);
}

/** Which stored comments a dry run asks. */
function scoped(command: Command): Command {
  return command
    .option('--from <time>', 'only comments written at or after this time')
    .option('--until <time>', 'only comments written before this time')
    .option('--limit <comments>', 'so many of the newest; left out, 10,000', (typed: string) => {
      const limit = Number(typed);
      if (Number.isInteger(limit) && limit >= 1 && limit <= 200_000) return limit;
      throw new InvalidArgumentError('A whole number from 1 to 200,000 is meant.');
    });
}

/** A share, as somebody types it. */
function shareBetween(typed: string): number {
  const share = Number(typed);
  if (share > 0 && share < 1) return share;
  throw new InvalidArgumentError('A number between 0 and 1 is meant, such as 0.95.');
}

/** The number of a revision, as somebody types it. */
function revisionNumber(typed: string): number {
  if (!/^[1-9]\d{0,8}$/.test(typed)) throw new InvalidArgumentError('A revision is a whole number from 1.');
  return Number(typed);
}

/** What is looked for in rules: a word or a phrase. */
function soughtText(typed: string): string {
  const text = typed.trim();
  if (text.length > 0 && text.length <= LIMITS.soughtCharacters) return text;
  throw new InvalidArgumentError(`A word or phrase of 1 to ${LIMITS.soughtCharacters} characters is meant.`);
}

/** When a draft was kept, as `list` says it. */
function timeKept(typed: string): string {
  if (!Number.isNaN(Date.parse(typed))) return typed;
  throw new InvalidArgumentError('A time is meant, as list says it, such as 2027-03-01T12:00:00.000Z.');
}

/** `harbour=2027-03-01T12:00:00.000Z`, beside those that were typed before it. */
function draftAsRead(typed: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [name = '', ...time] = typed.split('=');
  return { ...before, [name]: timeKept(time.join('=')) };
}

/** `harbour=7`, beside those that were typed before it. */
function draftBegunOn(typed: string, before: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  const [name = '', ...revision] = typed.split('=');
  return { ...before, [name]: revisionNumber(revision.join('=')) };
}

/** Starts something that runs until it is told to stop, and stops it once, cleanly, even where it was still starting. */
async function runUntilStopped(start: (told: AbortSignal) => Promise<{ stop(): Promise<void> }>): Promise<void> {
  const told = new AbortController();
  const running = start(told.signal);
  const stop = (signal: string) => {
    if (told.signal.aborted) return;
    say(`${signal}: stopping.`);
    told.abort();
    running.then(
      (service) => service.stop().then(() => process.exit(0), giveUp),
      // What did not come to stand has closed what it had opened; that it did not is what was asked for.
      () => process.exit(0),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  await running.catch((error: unknown) => {
    if (!told.signal.aborted) throw error;
  });
}
