import { type Command, Option } from 'commander';
import { loadConfig } from '../config.js';
import { LABELS } from '../core/labels.js';
import { comparing, publishing, revisionNumber, scoped, shareBetween, timeKept } from './typed.js';

/** `premod policies …` */
export function addPolicyCommands(program: Command): void {
  const policies = program
    .command('policies')
    .description('the site’s policy: check, draft, discard, run dry, publish, diff, roll back');
  policies
    .command('check <file>')
    .description('check a policy against what the shipped artefact measured; needs no store')
    .action(async (file: string) => {
      const { checkFile } = await import('./policies.js');
      process.exitCode = await checkFile(loadConfig(process.env), file);
    });
  policies
    .command('draft <file>')
    .description('keep a file as the draft of the running service')
    .option('--begun-on <revision>', 'on whose text it was written', revisionNumber)
    .action(async (file: string, options) => {
      const { draftFile } = await import('./policies.js');
      process.exitCode = await draftFile(loadConfig(process.env), file, options);
    });
  policies
    .command('discard')
    .description('throw the draft away and print it; what is in force stays so')
    .action(async () => {
      const { discardDraft } = await import('./policies.js');
      process.exitCode = await discardDraft(loadConfig(process.env));
    });
  scoped(policies.command('dry-run'))
    .description('try the draft on stored comments; prints which decisions would change, as NDJSON')
    .action(async (options) => {
      const { dryRunPolicy } = await import('./policies.js');
      process.exitCode = await dryRunPolicy(loadConfig(process.env), options);
    });
  publishing(policies.command('publish'))
    .description('put the draft in force')
    .option('--expected-draft <time>', 'refuse where the draft was kept at another time', timeKept)
    .option(
      '--begun-on <revision>',
      'let the draft count as begun on a revision, what it takes back being known',
      revisionNumber,
    )
    .action(async (options) => {
      const { publishDraft } = await import('./policies.js');
      process.exitCode = await publishDraft(loadConfig(process.env), options);
    });
  comparing(policies.command('diff'))
    .description('what a revision says otherwise than another one, setting by setting')
    .action(async (revision?: number, against?: number) => {
      const { diffPolicies } = await import('./policies.js');
      process.exitCode = await diffPolicies(loadConfig(process.env), revision, against);
    });
  publishing(policies.command('rollback'))
    .argument('<revision>', 'its number', revisionNumber)
    .description('publish a new revision that equals an earlier one')
    .action(async (revision: number, options) => {
      const { rollBackPolicy } = await import('./policies.js');
      process.exitCode = await rollBackPolicy(loadConfig(process.env), revision, options);
    });
  policies
    .command('list')
    .description('the settings in force, as NDJSON; the draft and the revisions')
    .action(async () => {
      const { listPolicy } = await import('./policies.js');
      process.exitCode = await listPolicy(loadConfig(process.env));
    });
  policies
    .command('export <file>')
    .description('write the policy in force into a file')
    .action(async (file: string) => {
      const { exportPolicy } = await import('./policies.js');
      process.exitCode = await exportPolicy(loadConfig(process.env), file);
    });
  policies
    .command('audit')
    .description('what the audit’s verdicts say of this site: shares, precision and recall of each label, as JSON')
    .option('--section <name>', 'in this section')
    .action(async ({ section }: { section?: string }) => {
      const { printAudit } = await import('./policies.js');
      process.exitCode = await printAudit(loadConfig(process.env), section ?? null);
    });
  policies
    .command('thresholds')
    .description('from where on a label may reject by itself, and what that would do, as JSON')
    .addOption(new Option('--label <name>', 'the label').choices(LABELS).makeOptionMandatory())
    .option(
      '--precision <share>',
      'the share of its rejections that must be right; left out, the policy’s',
      shareBetween,
    )
    .option('--prior <share>', 'the share of comments that carry it; left out, the audit’s, or 0.02', shareBetween)
    .option('--section <name>', 'in this section')
    .action(async (options) => {
      const { printThreshold } = await import('./policies.js');
      process.exitCode = await printThreshold(loadConfig(process.env), options);
    });
}
