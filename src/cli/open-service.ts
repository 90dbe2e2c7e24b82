import { randomUUID } from 'node:crypto';
import type { Config } from '../config.js';
import { suspendedInWords, type Unmet, unmetInWords } from '../core/consequences.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import { readPolicy } from '../core/policy.js';
import { faultLines, type RuleFault, RuleListError, unreadRules } from '../core/rule-faults.js';
import type { RuleWork } from '../core/rule-work.js';
import { lookAtLoad } from '../flow/load.js';
import { unmetIn } from '../flow/policies.js';
import { SITE } from '../http/access.js';
import { openBroker } from '../jobs/broker.js';
import { watchLoad } from '../jobs/load.js';
import { type Inference, openInference } from '../model/inference/client.js';
import { openLanguageDetector } from '../model/language.js';
import { listen } from '../store/listen.js';
import { keepOverload, readLongestWaits, readOverload } from '../store/load.js';
import { openStore } from '../store/open.js';
import { ensureSite, readPipeline } from '../store/pipelines.js';
import { type ProcessRole, readInstallation, sayAlive, sayGone } from '../store/processes.js';
import { installShipped, type Revision } from '../store/revisions.js';
import { offerBase } from '../store/rule-bases.js';
import { createLog } from '../telemetry/log.js';
import { createMetrics } from '../telemetry/metrics.js';
import { describeBackend } from './backend-line.js';
import { createJudging, modelOf } from './judging.js';
import { describeNormaliser } from './normaliser-line.js';
import { measuring } from './policy-deps.js';
import { openRuleThread } from './rule-thread.js';
import { say } from './say.js';
import { readShipped, type Shipped } from './shipped.js';
import type { Wired } from './workers.js';

/** Everything that a process of the service holds open. */
export type Opened = {
  readonly wired: Wired;
  readonly shipped: Shipped;
  readonly inference: Inference;
  /** What was active when it was opened, in a line. */
  readonly judgesBy: string;
  /** Writes this process's sign of life into the store. @throws where the store takes no write */
  sayAlive(): Promise<void>;
  /** Looks over rule lists beside everything else. */
  readonly ruleWork: RuleWork;
  /** Whether the model answers at this moment. */
  modelAnswers(): Promise<boolean>;
  /** Lines about store, queue and backend for whoever started us. */
  describe(): Promise<readonly string[]>;
  close(): Promise<void>;
};

const HEARTBEAT_MS = 5_000;

/**
 * Opens store, queue and model, and puts what is shipped in force, as far as the site has nothing of its own.
 *
 * @param told when it aborts, opening is given up: nobody waits for it any more.
 * @throws the first fault, or why it was given up, after everything that was opened is closed again.
 */
export async function openService(config: Config, role: ProcessRole, told?: AbortSignal): Promise<Opened> {
  const log = createLog(config.log.level);
  const metrics = createMetrics();
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async () => {
    for (const part of [...opened].reverse()) await part.close().catch((error: unknown) => log.warn(String(error)));
  };
  const keep = async <Part extends { close(): Promise<void> }>(opening: Promise<Part>): Promise<Part> => {
    const part = await opening;
    opened.push(part);
    told?.throwIfAborted();
    return part;
  };

  try {
    const { shipped, fault } = await readSoundly(config.model.directory);
    const { directory: models, backend, cache } = config.model;
    const model = openInference({ models, backend, cache }).then((opening) => {
      // Closed last, whenever it was there first: work that is under way ends with its scores.
      opened.unshift(opening);
      return opening;
    });
    // Its failure is met when it is awaited; until then it must not end the process.
    model.catch(() => undefined);
    const store = await keep(openStore(config.store));
    await ensureSite(store.db, SITE, config.site.name, config.site.language);
    const installation = await readInstallation(store.db);
    const logError = (message: string) => log.warn(message);
    const broker = await keep(
      openBroker(
        config.queue.kind === 'redis' ? { ...config.queue, installation } : { kind: 'postgres', url: store.url },
        logError,
      ),
    );
    const listener = await keep(listen(store.url, logError));
    // A model takes its time to load, and nothing is lost when nobody waits for it.
    const inference = await Promise.race([model, aborted(told)]);

    const { artefact, artefactName, rules, policy } = shipped;
    const inForce = await installShipped(store.db, SITE, {
      artefact,
      artefactName,
      normaliser: NORMALISER_VERSION,
      rules: fault === null ? { content: rules.content, source: { base: rules.sha256, documents: {} } } : null,
      policy,
      unmetIn: (content) => unmetIn(measuring(store.db, shipped.manifest), SITE, readPolicy(content)),
    }).catch((error: unknown) => {
      throw fault ?? error;
    });
    if (fault !== null) say(`The shipped rules cannot be used; what is in force stays so.\n${fault.message}`);
    if (fault === null && (await offerBase(store.db, SITE, rules, baseOf(inForce.rules))) === 'offered') {
      say(
        'Newer shipped rules wait as a draft: read and publish it on the page for rules, or with "premod rules publish shipped".',
      );
    }
    if (inForce.moved > 0) log.info('undecided comments moved to the active pipeline', { moved: inForce.moved });

    const site = { site: SITE, language: config.site.language };
    const detector = await openLanguageDetector();
    const { pipeline, suspended } = inForce;
    const asShipped =
      inForce.rules.sha256 === rules.sha256 && inForce.policy.sha256 === policy.sha256 && suspended.length === 0;
    const parts = { artefact, rules: shipped.compiledRules, policy: policy.content, suspended };
    const tell = {
      faults: (of: string, faults: readonly RuleFault[]) =>
        log.error('rules cannot be read; what they could concern goes to a person', {
          pipeline: of,
          faults: faultLines(faults),
        }),
      suspended: (of: string, unmet: readonly Unmet[]) =>
        log.error('rejections are suspended for want of precision; what they would reject goes to a person', {
          pipeline: of,
          suspended: unmet.map(unmetInWords),
        }),
    };
    const judging = createJudging(
      store,
      site,
      modelOf(inference),
      detector,
      asShipped ? { pipeline, parts } : null,
      tell,
    );
    const { rules: compiled } = await judging.partsOf(SITE, pipeline);
    if (compiled.faults.length > 0) say(`${unreadRules(compiled.faults)}\n${faultLines(compiled.faults).join('\n')}`);
    if (suspended.length > 0) say([suspendedInWords(suspended), ...suspended.map(unmetInWords)].join('\n'));
    const looking = {
      policyInForce: async (at: number) => (await judging.partsInForce(at)).policy,
      readOverload: (at: number) => readOverload(store.db, at),
      readLongestWaits: (at: number, least: number) => readLongestWaits(store.db, at, least),
      keepOverload: (at: number, overloaded: boolean) => keepOverload(store.db, at, overloaded),
    };
    const load = await keep(watchLoad({ look: () => lookAtLoad(looking, SITE), log: logError }));
    const ruleWork = await keep(Promise.resolve(openRuleThread()));
    const fingerprint = (await readPipeline(store.db, SITE, pipeline))?.fingerprint ?? '';
    const heartbeat = await startHeartbeat(store.db, role, { version: fingerprint });
    opened.push(heartbeat);
    return {
      wired: { store, listener, broker, judging, load, log, metrics },
      shipped,
      inference,
      ruleWork,
      sayAlive: heartbeat.beat,
      judgesBy: `Pipeline ${fingerprint}: model ${artefactName}, ${compiled.rules.length} rules.`,
      modelAnswers: async () =>
        await inference.status().then(
          () => true,
          () => false,
        ),
      describe: async () => [
        store.kind === 'external'
          ? 'Store: the PostgreSQL at DATABASE_URL.'
          : `Store: embedded PostgreSQL${store.origin === 'adopted' ? ', taken over from a premod that was killed' : ''}.`,
        `Queue: ${broker.kind === 'redis' ? 'Redis' : 'PostgreSQL'}.`,
        describeBackend(await inference.status()),
        ...describeNormaliser(shipped.manifest),
      ],
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** What is shipped; where its rules cannot be used, without them, and why. */
async function readSoundly(models: string): Promise<{ shipped: Shipped; fault: RuleListError | null }> {
  try {
    return { shipped: await readShipped(models), fault: null };
  } catch (error) {
    if (!(error instanceof RuleListError)) throw error;
    return { shipped: await readShipped(models, { rules: false }), fault: error };
  }
}

/** The sha256 of the shipped lists that rules stand on; those of before the files were kept are such lists themselves. */
function baseOf({ source, sha256 }: Revision): string {
  return typeof source === 'object' && source !== null && 'base' in source ? String(source.base) : sha256;
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, fail) => {
    signal?.addEventListener('abort', () => fail(signal.reason), { once: true });
    if (signal?.aborted) fail(signal.reason);
  });
}

async function startHeartbeat(
  db: Parameters<typeof sayAlive>[0],
  role: ProcessRole,
  detail: Record<string, unknown>,
): Promise<{ beat(): Promise<void>; close(): Promise<void> }> {
  const id = randomUUID();
  let beating: Promise<void> | null = null;
  /** Whoever asks while one is on its way shares it, so that many who ask are no load. */
  const beat = () => {
    beating ??= sayAlive(db, id, role, detail).finally(() => {
      beating = null;
    });
    return beating;
  };
  await beat();
  const timer = setInterval(() => void beat().catch(() => undefined), HEARTBEAT_MS);
  return {
    beat,
    async close() {
      clearInterval(timer);
      await beating?.catch(() => undefined);
      await sayGone(db, id);
    },
  };
}
