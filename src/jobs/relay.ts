import { messageOf } from '../core/error-message.js';
import { ARTICLE_CHANGED, articleChangedJob } from './article-changed.js';
import type { Broker, Lane, NewJob } from './broker.js';
import { CLASSIFY, classifyJob, MOST_SUBJECTS } from './classify.js';
import { DRY_RUN } from './dry-run.js';
import { EMBED_ARTICLE, embedArticleJob } from './embed-article.js';
import { RESCORE } from './rescore.js';
import { stretchJob } from './stretch.js';

export type Work = {
  readonly site: number;
  readonly seq: number;
  readonly kind: typeof CLASSIFY | typeof EMBED_ARTICLE | typeof ARTICLE_CHANGED | typeof RESCORE | typeof DRY_RUN;
  readonly lane: Lane;
  readonly subject: number;
  readonly revision: number;
  readonly pipeline: number;
  /** How long it waits to be handed over. */
  readonly ageMs: number;
};

export type RelayDeps = {
  /**
   * One turn: gives undelivered work to `deliver`, with how many live comments the queue has already; it answers with the job
   * of each row that it handed over. Says how many were.
   */
  deliverOnce(
    most: number,
    deliver: (rows: readonly Work[], outstanding: number) => Promise<ReadonlyMap<number, string>>,
  ): Promise<number | 'elsewhere'>;
  /** One turn: numbers events, so that they can be read; says how many. */
  numberOnce(most: number): Promise<number | 'elsewhere'>;
  /** Calls back whenever something was written that the relay must see. */
  onWritten(listen: () => void): void;
  logError(message: string): void;
};

const MOST = 1_024;
/** Notifications can be lost with their connection; then the relay looks by itself. */
const LOOK_MS = 1_000;
const AFTER_FAILURE_MS = 1_000;
/** While the queue is busy, single comments wait so long for others to share a job. */
const KEEP_MS = 40;
/** So many live comments keep the workers busy. */
const BUSY = 32;

export type Relay = { stop(): Promise<void> };

/** Hands over what transactions have written: as soon as they say so, and once a second whatever they say. */
export function startRelay(deps: RelayDeps, broker: Broker): Relay {
  let keptBack = false;
  const handOver = () =>
    deps.deliverOnce(MOST, async (rows, outstanding) => {
      const ripe = rows.filter((work) => work.kind !== CLASSIFY || work.lane !== 'live');
      const live = rows.filter((work) => work.kind === CLASSIFY && work.lane === 'live');
      const now = worthwhile(live, outstanding);
      keptBack = now.length < live.length;
      return await deliver(broker, [...ripe, ...now]);
    });
  const parts = [
    startTurns(deps, handOver, () => (keptBack ? KEEP_MS : LOOK_MS)),
    startTurns(
      deps,
      () => deps.numberOnce(MOST),
      () => LOOK_MS,
    ),
  ];
  return {
    async stop() {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}

/** Takes turns while there is something to do; a part that fails or hangs does not hold the others up. */
function startTurns(
  { onWritten, logError }: RelayDeps,
  turn: () => Promise<number | 'elsewhere'>,
  lookAgainMs: () => number,
): Relay {
  let stopped = false;
  let asked = true;
  let wake: () => void = () => undefined;
  onWritten(() => {
    asked = true;
    wake();
  });

  async function run(): Promise<void> {
    while (!stopped) {
      asked = false;
      try {
        const done = await turn();
        if (typeof done === 'number' && done > 0) continue;
      } catch (error) {
        logError(`relay: ${messageOf(error)}`);
        // Whatever else is written meanwhile: what is away is not back sooner for being asked.
        await new Promise((done) => setTimeout(done, AFTER_FAILURE_MS));
      }
      if (!asked || lookAgainMs() < LOOK_MS) await pause(lookAgainMs());
    }
  }

  async function pause(milliseconds: number): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, milliseconds);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });
    wake = () => undefined;
  }

  const running = run();
  return {
    async stop() {
      stopped = true;
      wake();
      await running;
    },
  };
}

/**
 * What is worth handing over now. A job costs the same for one comment as for sixteen, so while the workers are busy a job that
 * is not full waits a moment for more; on a quiet evening nothing waits.
 */
function worthwhile(live: readonly Work[], outstanding: number): readonly Work[] {
  if (outstanding < BUSY) return live;
  const full = live.length - (live.length % MOST_SUBJECTS.live);
  const rest = live.slice(full);
  return rest.some(({ ageMs }) => ageMs >= KEEP_MS) ? live : live.slice(0, full);
}

/** Hands work to the queue, comments of the same site and lane together. */
async function deliver(broker: Broker, rows: readonly Work[]): Promise<ReadonlyMap<number, string>> {
  const jobs = new Map<Lane, NewJob[]>([
    ['live', []],
    ['bulk', []],
  ]);
  const jobOf = new Map<number, string>();
  const send = (job: NewJob, lane: Lane, work: readonly Work[]) => {
    jobs.get(lane)?.push(job);
    for (const { seq } of work) jobOf.set(seq, job.id);
  };

  for (const work of rows) {
    if (work.kind === EMBED_ARTICLE) send(embedArticleJob(work), work.lane, [work]);
    // A rescoring or dry run goes on under the same row, and so does an article that changes again: each turn needs a name of its own.
    const again = { ...work, turn: Date.now().toString(36) };
    if (work.kind === RESCORE || work.kind === DRY_RUN) send(stretchJob(again), work.lane, [work]);
    if (work.kind === ARTICLE_CHANGED) send(articleChangedJob(again), work.lane, [work]);
  }
  for (const group of groups(rows.filter(({ kind }) => kind === CLASSIFY))) {
    const [first] = group;
    if (first !== undefined) send(classifyJob(group), first.lane, group);
  }
  for (const [lane, list] of jobs) if (list.length > 0) await broker.add(lane, list);
  return jobOf;
}

function groups(rows: readonly Work[]): readonly Work[][] {
  const open = new Map<string, Work[]>();
  const all: Work[][] = [];
  for (const row of rows) {
    const key = `${row.site} ${row.lane} ${row.pipeline}`;
    let group = open.get(key);
    if (group === undefined || group.length >= MOST_SUBJECTS[row.lane]) {
      group = [];
      open.set(key, group);
      all.push(group);
    }
    group.push(row);
  }
  return all;
}
