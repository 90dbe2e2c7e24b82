import { setImmediate as breathe } from 'node:timers/promises';
import { readPolicy } from '../core/policy.js';
import { compileRules, type RuleList } from '../core/rules.js';
import type { ClassifyDeps } from '../flow/classify.js';
import { embedWhole } from '../flow/embed-article.js';
import { PutOff } from '../flow/put-off.js';
import { SITE } from '../http/access.js';
import { ARTICLE_CHANGED, articleChangedProcessor } from '../jobs/article-changed.js';
import { type Broker, LANES, type Lane } from '../jobs/broker.js';
import { CLASSIFY, classifyProcessor } from '../jobs/classify.js';
import { DRY_RUN, dryRunProcessor } from '../jobs/dry-run.js';
import { EMBED_ARTICLE, embedArticleProcessor } from '../jobs/embed-article.js';
import type { Load } from '../jobs/load.js';
import { processorOf } from '../jobs/payload.js';
import { watchPlaces } from '../jobs/places.js';
import { startRelay } from '../jobs/relay.js';
import { RESCORE, rescoreProcessor } from '../jobs/rescore.js';
import { startSweeper } from '../jobs/sweep.js';
import { linkMissed } from '../store/accept-links.js';
import { finishArticleChanged, readJudged } from '../store/article-changes.js';
import { finishEmbedding, readArticleText, readArticleTextByHash } from '../store/articles.js';
import { countFor } from '../store/comment-counts.js';
import {
  type Candidate,
  type DryRunScope,
  finishDryRun,
  loadDryRunChunk,
  readRunningDryRun,
  recordDryRunChunk,
} from '../store/dry-runs.js';
import { forgetOldKeys } from '../store/idempotency.js';
import { loadJudgeables } from '../store/judgeables.js';
import { dropWork, recordJudgements } from '../store/judging.js';
import type { Listener } from '../store/listen.js';
import type { Store } from '../store/open.js';
import {
  adoptUndecided,
  deliverOnce,
  markFailed,
  numberOnce,
  overdue,
  redeliver,
  redeliverAll,
  retryFailed,
} from '../store/outbox.js';
import {
  dropRescoreWork,
  finishRescore,
  loadRescoreChunk,
  readRunning,
  recordRescoreChunk,
  waitForModel,
} from '../store/rescore-runs.js';
import type { RescoreScope } from '../store/rescores.js';
import { dropStretches, sendStretch } from '../store/stretches.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Judging } from './judging.js';
import { watchRules } from './rule-alarms.js';

export type Wired = {
  readonly store: Store;
  readonly listener: Listener;
  readonly broker: Broker;
  readonly judging: Judging;
  readonly load: Load;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** So many jobs run at once; what they wait for is the model, which gathers their texts into batches. */
const CONCURRENCY = { live: 8, bulk: 3 } as const;

/** Starts taking jobs of every kind. */
export async function startWorkers(
  { store: { db }, broker, judging, load, metrics }: Wired,
  /** Resolves when a job of a lane may begin. */
  turn: (lane: Lane) => Promise<void> = async () => undefined,
): Promise<void> {
  const now = () => new Date();
  const overloaded = () => load.overloadedSeconds() !== null;
  const places = watchPlaces(CONCURRENCY.live);
  const classifying: ClassifyDeps = {
    weighing: judging.weighing,
    partsOf: judging.partsOf,
    loadJudgeables: (site, subjects) => loadJudgeables(db, site, subjects),
    countFor: (site, subjects, asked) => countFor(db, site, subjects, asked),
    recordJudgements: async (site, judgements, at) => {
      const kept = await recordJudgements(db, site, judgements, at);
      for (const { outcome, degraded } of kept) metrics.judged(outcome, degraded);
    },
    dropWork: (site, subjects) => dropWork(db, site, subjects),
    giveUp: (site, subjects) =>
      markFailed(
        db,
        site,
        CLASSIFY,
        subjects.map(({ commentId: subject, revision }) => ({ subject, revision })),
        'The judgement could not be kept.',
      ),
    overloaded,
    placesScarce: places.scarce,
    now,
  };
  const embedding: Parameters<typeof embedArticleProcessor>[0] = {
    model: judging.weighing.model,
    artefactOf: async (site, pipeline) => (await judging.partsOf(site, pipeline)).artefact,
    readText: (site, id, revision) => readArticleText(db, site, id, revision),
    keepVectors: judging.keepVectors,
    finish: (site, id, revision) => finishEmbedding(db, site, id, revision),
    giveUp: (site, subject, revision) =>
      markFailed(db, site, EMBED_ARTICLE, [{ subject, revision }], 'The article could not be embedded.'),
  };
  const seeing: Parameters<typeof articleChangedProcessor>[0] = {
    readJudged: (site, id) => readJudged(db, site, id),
    vectorsOf: judging.weighing.vectorsOf,
    finish: (site, id, judgedBy) => finishArticleChanged(db, site, id, judgedBy),
    giveUp: (site, subject) =>
      markFailed(db, site, ARTICLE_CHANGED, [{ subject, revision: 0 }], 'Its comments could not be looked at.'),
  };
  const rescoring: Parameters<typeof rescoreProcessor<RescoreScope>>[0] = {
    weighing: { ...judging.weighing, vectorsOf: vectorsOnDemand(db, judging) },
    partsOf: judging.partsOf,
    countFor: (site, subjects, asked) => countFor(db, site, subjects, asked),
    readRunning: (site, id) => readRunning(db, site, id),
    loadChunk: (site, at, target, size) => loadRescoreChunk(db, site, at, target, size),
    recordChunk: (site, id, chunk, at) => recordRescoreChunk(db, site, id, chunk, at),
    finish: (site, id) => finishRescore(db, site, id, { status: 'done' }),
    drop: (site, id) => dropRescoreWork(db, site, id),
    handOver: (site, id, pipeline) => sendStretch(db, site, { kind: RESCORE, id, pipeline }),
    waitForModel: (site, id) => waitForModel(db, site, id),
    fail: (site, id, error) => finishRescore(db, site, id, { status: 'failed', error }),
    overloaded,
    now,
  };

  const dryRunning: Parameters<typeof dryRunProcessor<DryRunScope>>[0] = {
    partsOf: judging.partsOf,
    countFor: (site, subjects, asked) => countFor(db, site, subjects, asked),
    readRunning: async (site, id) => {
      const running = await readRunningDryRun(db, site, id);
      if (running === null) return null;
      const { candidate, ...rest } = running;
      return { ...rest, candidate: partsOfCandidate(candidate) };
    },
    loadChunk: (site, at, target, size) => loadDryRunChunk(db, site, at, target, size),
    recordChunk: (site, id, chunk) => recordDryRunChunk(db, site, id, chunk),
    finish: (site, id) => finishDryRun(db, site, id, { status: 'done' }),
    drop: (site, id) => dropStretches(db, site, { kind: DRY_RUN, id }),
    handOver: (site, id) => sendStretch(db, site, { kind: DRY_RUN, id }),
    fail: (site, id, error) => finishDryRun(db, site, id, { status: 'failed', error }),
    overloaded,
    breathe,
    now,
  };

  load.onChange((begins) => broker.hold('bulk', begins));
  for (const lane of LANES) {
    const processors: Readonly<Record<string, ReturnType<typeof classifyProcessor>>> = {
      [CLASSIFY]: classifyProcessor(classifying, lane),
      [EMBED_ARTICLE]: embedArticleProcessor(embedding),
      [ARTICLE_CHANGED]: articleChangedProcessor(seeing),
      [RESCORE]: rescoreProcessor(rescoring),
      [DRY_RUN]: dryRunProcessor(dryRunning),
    };
    await broker.work(lane, CONCURRENCY[lane], async (job) => {
      const process = processorOf(processors, job);
      await turn(lane);
      // An article is embedded piece by piece, which takes long with any model.
      const leave = lane === 'live' ? places.take(job.name === EMBED_ARTICLE) : () => undefined;
      try {
        if (lane === 'live' && job.name === EMBED_ARTICLE && places.scarce()) throw new PutOff('An article can wait.');
        await process(job);
      } finally {
        leave();
      }
    });
  }
}

/** What a dry run tries, ready to be asked. */
function partsOfCandidate({ kind, content }: Candidate) {
  // Once it is published nothing of it is suspended, or it is not published.
  if (kind === 'policy') return { policy: readPolicy(content), suspended: [] };
  return { rules: compileRules(content as readonly RuleList[]) };
}

/**
 * An article's vectors, made where they are not there: another artefact has seen none of the articles yet, and would judge
 * whether comments stray by titles alone.
 */
function vectorsOnDemand(db: Store['db'], { weighing, keepVectors }: Judging): Judging['weighing']['vectorsOf'] {
  return async (hash, artefact) => {
    const kept = await weighing.vectorsOf(hash, artefact);
    if (kept !== null) return kept;
    const text = await readArticleTextByHash(db, SITE, hash);
    if (text === null) return null;
    const topic = await embedWhole(weighing.model, text, { lane: 'bulk', artefact });
    await keepVectors(SITE, hash, artefact, topic);
    return topic;
  };
}

/**
 * Starts what every process does beside its own work: it carries work from the database to the queue, looks after what was lost
 * between them, and tells of rules in alarm.
 */
export function startCarrying(
  wired: Wired,
  sweepMs: number,
  modelAnswers: () => Promise<boolean>,
): { stop(): Promise<void> } {
  const { store, listener, broker, load, log } = wired;
  const { db } = store;
  const logError = (message: string) => log.warn(message);
  const relay = startRelay(
    {
      deliverOnce: (most, deliver) => deliverOnce(db, most, deliver),
      numberOnce: (most) => numberOnce(db, most),
      onWritten: (hear) => listener.on('outbox', hear),
      logError,
    },
    broker,
  );
  const sweeper = startSweeper(
    {
      overdue: (olderThanMs) => overdue(db, olderThanMs),
      redeliver: (jobIds) => redeliver(db, jobIds),
      redeliverAll: (lane, olderThanMs) => redeliverAll(db, lane, olderThanMs),
      adoptUndecided: (olderThanMs) => adoptUndecided(db, olderThanMs, 10_000),
      linkMissed: () => linkMissed(db),
      retryFailed: async (olderThanMs) => (load.overloadedSeconds() === null ? await retryFailed(db, olderThanMs) : 0),
      forgetOldKeys: () => forgetOldKeys(db),
      modelAnswers,
      log: (message) => log.info(message),
      logError,
    },
    broker,
    sweepMs,
  );
  const ruleWatch = watchRules(wired, sweepMs);
  return {
    async stop() {
      await ruleWatch.stop();
      await sweeper.stop();
      await relay.stop();
    },
  };
}
