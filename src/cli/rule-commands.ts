import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { comparing, draftAsRead, draftBegunOn, publishing, revisionNumber, scoped, soughtText } from './typed.js';

/** `premod rules …` */
export function addRuleCommands(program: Command): void {
  const rules = program
    .command('rules')
    .description('the site’s rules: check, test, try, draft, discard, run dry, publish, diff, roll back');
  rules
    .command('check <file...>')
    .description('check rule lists on top of the shipped ones; needs no store')
    .action(async (files: string[]) => {
      const { checkFiles } = await import('./rule-files.js');
      process.exitCode = await checkFiles(loadConfig(process.env), files);
    });
  rules
    .command('test <file>')
    .description('ask the rules of a file about comments: NDJSON from stdin, what was found as NDJSON; needs no store')
    .action(async (file: string) => {
      const { testFile } = await import('./rule-files.js');
      process.exitCode = await testFile(loadConfig(process.env), file, process.stdin);
    });
  rules
    .command('try')
    .argument('[text]', 'left out: what stdin says')
    .description('judge one text as a comment would be now: how it is read, what is found where, the decision; as JSON')
    .option('--drafts', 'by what all drafts together would make, and beside it by the published rules')
    .option('--section <name>', 'as a comment in this section')
    .action(async (text: string | undefined, options) => {
      const { tryText } = await import('./try-rules.js');
      process.exitCode = await tryText(loadConfig(process.env), text ?? null, options, process.stdin);
    });
  rules
    .command('draft <file...>')
    .description('keep files as drafts of the running service, under their names')
    .option('--begun-on <revision>', 'on whose text they were written', revisionNumber)
    .action(async (files: string[], options) => {
      const { draftFiles } = await import('./rules.js');
      process.exitCode = await draftFiles(loadConfig(process.env), files, options);
    });
  rules
    .command('discard <draft>')
    .description('throw a draft away and print it; what is in force stays so')
    .action(async (draft: string) => {
      const { discardDraft } = await import('./rules.js');
      process.exitCode = await discardDraft(loadConfig(process.env), draft);
    });
  publishing(rules.command('publish <draft...>'))
    .description('put drafts in force')
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
      const { publishDrafts } = await import('./rules.js');
      process.exitCode = await publishDrafts(loadConfig(process.env), drafts, options);
    });
  comparing(rules.command('diff'))
    .description('what a revision says otherwise than another one')
    .action(async (revision?: number, against?: number) => {
      const { diffRules } = await import('./rules.js');
      process.exitCode = await diffRules(loadConfig(process.env), revision, against);
    });
  publishing(rules.command('rollback'))
    .argument('<revision>', 'its number', revisionNumber)
    .description('publish a new revision that equals an earlier one')
    .action(async (revision: number, options) => {
      const { rollBackRules } = await import('./rules.js');
      process.exitCode = await rollBackRules(loadConfig(process.env), revision, options);
    });
  rules
    .command('list')
    .description('the rules in force with what each did, as NDJSON; drafts and revisions')
    .action(async () => {
      const { listRules } = await import('./rules.js');
      process.exitCode = await listRules(loadConfig(process.env));
    });
  rules
    .command('find')
    .argument('<text>', 'at most 200 characters', soughtText)
    .description('the rules in force in which a word or phrase stands, as NDJSON, and the drafts in which it does')
    .action(async (text: string) => {
      const { findInForce } = await import('./rules.js');
      process.exitCode = await findInForce(loadConfig(process.env), text);
    });
  rules
    .command('export <folder>')
    .description('write the site’s own lists into a folder')
    .option('--all', 'the shipped ones too')
    .action(async (folder: string, options) => {
      const { exportRules } = await import('./rules.js');
      process.exitCode = await exportRules(loadConfig(process.env), folder, options);
    });

  scoped(rules.command('dry-run <draft...>'))
    .description('try drafts on stored comments; prints which decisions would change, as NDJSON')
    .action(async (drafts: string[], options) => {
      const { dryRunRules } = await import('./rules.js');
      process.exitCode = await dryRunRules(loadConfig(process.env), drafts, options);
    });
}
