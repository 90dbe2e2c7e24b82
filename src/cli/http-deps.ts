import type { Config } from '../config.js';
import { InvalidRequest } from '../core/errors.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import { type Policy, readPolicy } from '../core/policy.js';
import { settingsAt } from '../core/policy-resolve.js';
import { awaitDecision } from '../flow/await-decision.js';
import { unmetIn } from '../flow/policies.js';
import { SITE } from '../http/access.js';
import type { HttpDeps } from '../http/app.js';
import type { RescoreRequest } from '../http/rescores.js';
import { readArticle } from '../store/article-views.js';
import { putArticle } from '../store/articles.js';
import { judgeQueueAnew } from '../store/asked-anew.js';
import { readAnswer, readComment } from '../store/comment-views.js';
import { eraseComment, readOccupancy } from '../store/erase.js';
import { newestEvent, readEvents } from '../store/events.js';
import { keepAnswer, releaseKey, takeKey } from '../store/idempotency.js';
import type { Store } from '../store/open.js';
import { readFailures, retryFailures } from '../store/outbox.js';
import { activePipeline, keepPipeline, listPipelines, pipelineInForce, readPipeline } from '../store/pipelines.js';
import { readBacklog, somebodyWorks } from '../store/processes.js';
import { claimItems, countQueue, readQueue, releaseItems } from '../store/queue.js';
import { recordReport } from '../store/reports.js';
import { changeRescore, createRescore, listRescores, readFlips, readRescore } from '../store/rescores.js';
import { recordReview, undoReview } from '../store/reviews.js';
import { newestRevision } from '../store/revisions.js';
import { readRulesInAlarm } from '../store/rule-alarms.js';
import { keepSuspended } from '../store/suspensions.js';
import type { HeldExamples } from './held-examples.js';
import type { Opened } from './open-service.js';
import { createSitePolicies, measuring } from './policy-deps.js';
import { readiness } from './readiness.js';
import { createRuleDeps } from './rule-deps.js';
import { findArtefact, readWeights } from './shipped.js';

/** So many rules in alarm are told one by one in `/metrics`: each is a series that Prometheus keeps. */
const MOST_ALARMS_TOLD = 20;

/** Everything the web side asks for that needs no more than the store: each call is one function of it. */
export function createHttpDeps(
  opened: Opened,
  config: Config,
  examples: Pick<HeldExamples, 'unmetOf'>,
): Omit<HttpDeps, 'ingestOne' | 'ingestMany' | 'overloadedSeconds' | 'onLoad' | 'logError'> {
  const { store, listener, load, metrics } = opened.wired;
  const { db } = store;
  const policy = async (site: number) => (await opened.wired.judging.partsInForce(site)).policy;
  return {
    putArticle: (actor, id, article) => putArticle(db, actor.site, id, article),
    readArticle: (site, id) => readArticle(db, site, id),
    readComment: (site, id, seenBy) => readComment(db, site, id, seenBy),
    eraseComment: (site, id) => eraseComment(db, site, id),
    recordReport: async (site, id, report) => {
      const inForce = await policy(site);
      return await recordReport(db, site, id, report, (place) => settingsAt(inForce, place).reports);
    },
    awaitDecision: (site, comment, mostMs, signal) =>
      awaitDecision(
        {
          readAnswer: (at, commentId, revision) => readAnswer(db, at, commentId, revision),
          onDecided: (hear) => listener.on('decided', hear),
        },
        site,
        comment,
        mostMs,
        signal,
      ),
    takeKey: (site, key, request) => takeKey(db, site, key, request),
    keepAnswer: (site, key, answer) => keepAnswer(db, site, key, answer),
    releaseKey: (site, key) => releaseKey(db, site, key),
    readQueue: (site, filter, limit, cursor) => readQueue(db, site, filter, limit, cursor),
    countQueue: (site) => countQueue(db, site),
    claimItems: (site, claim) => claimItems(db, site, claim),
    releaseItems: (site, desk, items) => releaseItems(db, site, desk, items),
    judgeQueueAnew: (site) => judgeQueueAnew(db, site),
    recordReview: (site, review) => recordReview(db, site, review),
    undoReview: (site, id, by, desk, leaseSeconds) => undoReview(db, site, id, by, desk, leaseSeconds),
    readEvents: (site, after, limit, type) => readEvents(db, site, after, limit, type),
    newestEvent: (site) => newestEvent(db, site),
    onEvents: (hear) => listener.on('event', hear),
    startRescore: async (actor, request) => {
      const pipeline = await rescorePipeline(db, config.model.directory, request, actor.site);
      const id = await createRescore(db, actor.site, {
        mode: request.open ? 'open' : 'report',
        scope: { section: request.section, from: request.from, to: request.to },
        pipeline,
        by: actor.actor,
      });
      return await readRescore(db, actor.site, id);
    },
    listRescores: (site, limit, after) => listRescores(db, site, limit, null, after),
    readRescore: (site, id) => readRescore(db, site, id),
    changeRescore: (site, id, change) => changeRescore(db, site, id, change),
    readFlips: (site, id, limit, offset) => readFlips(db, site, id, limit, offset),
    listPipelines: (site, limit, before) => listPipelines(db, site, limit, before),
    readWeights: (artefact) => readWeights(config.model.directory, artefact),
    readPipeline: (site, which) => readPipeline(db, site, which),
    activePipeline: (site) => activePipeline(db, site),
    readFailures: (site, limit, before) => readFailures(db, site, limit, before),
    retryFailures: (site, seq) => retryFailures(db, site, seq),
    readiness: () => readiness(opened, config),
    metrics: async () => {
      metrics.backlog({ ...(await readBacklog(db)), overloaded: load.overloadedSeconds() !== null });
      metrics.ruleAlarms(await readRulesInAlarm(db, SITE, MOST_ALARMS_TOLD));
      return await metrics.read();
    },
    session: async (site) => ({
      site: { id: site, name: config.site.name },
      demonstration: (await readOccupancy(db, site)) === 'demonstration',
      backend: (await opened.inference.status()).backend,
      model: opened.shipped.artefactName,
      policy: { review: reviewThresholds(await policy(site)) },
      works: await somebodyWorks(db, 30_000),
    }),
    ...createSitePolicies(db, opened.shipped.manifest),
    ...createRuleDeps(db, opened.wired.judging, opened.ruleWork, examples.unmetOf),
    onAnswered: metrics.answered,
  };
}

function reviewThresholds({ defaults }: Policy): Record<string, number> {
  return Object.fromEntries(
    Object.entries(defaults.thresholds).map(([label, threshold]) => [label, threshold?.review ?? 1]),
  );
}

/**
 * The pipeline to judge anew under: the active one, or the same with another artefact.
 *
 * @throws NotFound where the service has never started on this store; InvalidRequest where there is no such artefact.
 */
export async function rescorePipeline(
  db: Store['db'],
  models: string,
  { artefact }: Pick<RescoreRequest, 'artefact'>,
  site: number,
): Promise<number> {
  const inForce = await pipelineInForce(db, site);
  if (artefact === null) return inForce.pipeline;
  const found = await findArtefact(models, artefact).catch(() => null);
  if (found === null) {
    throw new InvalidRequest([
      { pointer: '/artefact', detail: 'No artefact in the models folder has this name or id.' },
    ]);
  }
  const policy = await newestRevision(db, site, 'policy');
  const pair = { policyRevision: policy.revision, artefact: found.id };
  const suspended = await keepSuspended(db, site, pair, () =>
    unmetIn(measuring(db, found.manifest), site, readPolicy(policy.content)),
  );
  return await keepPipeline(db, site, {
    artefact: found.id,
    artefactName: found.manifest.name,
    normaliser: NORMALISER_VERSION,
    rules: { revision: inForce.ruleRevision, sha256: inForce.rules.sha256 },
    policy,
    suspended,
  });
}
