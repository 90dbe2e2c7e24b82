import type { Config } from '../config.js';
import { SITE } from '../http/access.js';
import { joinStore } from '../store/open.js';
import { activePipeline } from '../store/pipelines.js';
import { somebodyWorks } from '../store/processes.js';
import { changeRescore, createRescore, listRescores, type Rescore, readFlips, readRescore } from '../store/rescores.js';
import { rescorePipeline } from './http-deps.js';
import { sayWaits, startProgress } from './progress.js';
import { say } from './say.js';
import { toTime } from './time.js';

export type RescoreOptions = {
  readonly section?: string;
  readonly from?: string;
  readonly to?: string;
  readonly artefact?: string;
  readonly open?: boolean;
  readonly follow?: string;
  readonly pause?: string;
  readonly resume?: string;
  readonly report?: string;
  readonly list?: boolean;
};

/**
 * Starts, follows, pauses or resumes a rescoring of the running service and prints what would flip: NDJSON on stdout, counts
 * on stderr. Leaving the command does not stop the rescoring.
 *
 * @returns the exit status.
 */
export async function rescore(config: Config, options: RescoreOptions): Promise<number> {
  const store = await joinStore(config.store);
  const { db } = store;
  try {
    if (options.list === true) {
      for (const one of await listRescores(db, SITE, 50)) process.stdout.write(`${JSON.stringify(one)}\n`);
      return 0;
    }
    if (options.pause !== undefined) {
      await changeRescore(db, SITE, options.pause, 'pause');
      say(`Rescoring ${options.pause} is paused. To go on: premod rescore --resume ${options.pause}`);
      return 0;
    }
    if (options.report !== undefined) return await report(db, await readRescore(db, SITE, options.report));
    if (options.resume !== undefined) await changeRescore(db, SITE, options.resume, 'resume');
    const id = options.resume ?? options.follow ?? (await start(store, config, options));
    if (!(await somebodyWorks(db, 30_000)))
      say('No worker has been seen for 30 seconds; the rescoring goes on when one starts.');
    return await report(db, await follow(db, id));
  } finally {
    await store.close();
  }
}

async function start(
  store: Awaited<ReturnType<typeof joinStore>>,
  config: Config,
  options: RescoreOptions,
): Promise<string> {
  if ((await activePipeline(store.db, SITE)) === null) {
    throw new Error('The service has never run on this store; start it first.');
  }
  const pipeline = await rescorePipeline(
    store.db,
    config.model.directory,
    { artefact: options.artefact ?? null },
    SITE,
  );
  const id = await createRescore(store.db, SITE, {
    mode: options.open === true ? 'open' : 'report',
    scope: { section: options.section ?? null, from: toTime(options.from), to: toTime(options.to) },
    pipeline,
    by: 'command line',
  });
  say(
    `Rescoring ${id} has started. It goes on without this command; to follow it again: premod rescore --follow ${id}`,
  );
  return id;
}

const LOOK_MS = 500;

async function follow(db: Parameters<typeof readRescore>[0], id: string): Promise<Rescore> {
  const first = await readRescore(db, SITE, id);
  const waits = sayWaits(`Rescoring ${id}`);
  waits(first.waitsFor);
  const progress = startProgress(`Rescoring ${id}`, first.total);
  try {
    for (;;) {
      const now = await readRescore(db, SITE, id);
      waits(now.waitsFor);
      progress.set(now.done, now.total);
      if (now.status !== 'running') return now;
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  } finally {
    progress.stop();
  }
}

const PAGE = 500;

async function report(db: Parameters<typeof readRescore>[0], rescored: Rescore): Promise<number> {
  for (let offset = 0; ; offset += PAGE) {
    const page = await readFlips(db, SITE, rescored.id, PAGE, offset);
    for (const flip of page) process.stdout.write(`${JSON.stringify(flip)}\n`);
    if (page.length < PAGE) break;
  }
  const flips = rescored.flips.map(({ from, to, count }) => `${from} → ${to}: ${count}`).join(', ');
  const unweighed = rescored.notWeighed === 0 ? '' : ` ${rescored.notWeighed} could not be weighed.`;
  say(
    `Rescoring ${rescored.id}: ${rescored.status}. ${rescored.done} comments, ${rescored.reused} from stored scores.${unweighed} ${flips === '' ? 'No decision would flip.' : `Would flip: ${flips}.`}`,
  );
  if (rescored.error !== null) say(`It failed: ${rescored.error}`);
  return rescored.status === 'failed' ? 1 : 0;
}
