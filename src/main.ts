#!/usr/bin/env node
import { Command, Option } from 'commander';
import { removeDemonstrationCommand } from './cli/demonstration.js';
import { addPolicyCommands } from './cli/policy-commands.js';
import { addRuleCommands } from './cli/rule-commands.js';
import { giveUp, say } from './cli/say.js';
import { VERSION } from './cli/version.js';
import { loadConfig } from './config.js';

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

program
  .command('queue')
  .description('what waits for a person')
  .command('judge-anew')
  .description('judge by what is in force now what waits by an earlier decision alone; lets go what is approved')
  .action(async () => {
    const { judgeAnewByCommand } = await import('./cli/queue.js');
    process.exitCode = await judgeAnewByCommand(loadConfig(process.env));
  });

addRuleCommands(program);
addPolicyCommands(program);

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
