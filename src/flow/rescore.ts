import type { Outcome } from '../core/decision.js';
import type { Evaluation } from '../core/evaluation.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import {
  decideAgain,
  isNoCommentsFault,
  isOutage,
  type Judgeable,
  type Judgement,
  type JudgingParts,
  judgeAll,
  judgeOneByOne,
  whenDecided,
} from './classify.js';
import { type CountingDeps, withCounts } from './facts.js';
import { isRefusal } from './refusal.js';
import type { WeighDeps } from './weigh.js';

type Running<Scope> = {
  readonly pipeline: number;
  readonly cursor: number;
  readonly upto: number;
  readonly scope: Scope;
  /** How often in a row it has waited for the model. */
  readonly waits: number;
};

type Cursor<Scope> = Omit<Running<Scope>, 'pipeline' | 'waits'>;

type ChunkItem = {
  readonly judgeable: Judgeable;
  readonly before: { readonly outcome: Outcome; readonly severity: number };
  readonly stored: Evaluation | null;
};

export type Rejudged = {
  readonly commentId: number;
  readonly revision: number;
  readonly articleId: number;
  readonly before: ChunkItem['before'];
  readonly decision: Judgement['decision'];
  readonly evaluation: Judgement['evaluation'];
};

export type RescoreDeps<Scope> = CountingDeps & {
  readonly weighing: WeighDeps;
  partsOf(site: number, pipeline: number): Promise<JudgingParts>;
  /** Null where the rescoring was paused or has ended. */
  readRunning(site: number, id: number): Promise<Running<Scope> | null>;
  loadChunk(
    site: number,
    at: Cursor<Scope>,
    target: { readonly artefact: string; readonly normaliser: string },
    size: number,
  ): Promise<{ readonly items: readonly ChunkItem[]; readonly last: number | null }>;
  /** Keeps what a chunk found and moves the cursor, both or neither; the model is there, if it had been waited for. */
  recordChunk(site: number, id: number, chunk: Found, at: Date): Promise<'kept' | 'stale'>;
  finish(site: number, id: number): Promise<void>;
  /** The work is given up by this job without a successor. */
  drop(site: number, id: number): Promise<void>;
  handOver(site: number, id: number, pipeline: number): Promise<void>;
  /** Whether more live comments wait than can be judged in time (core/overload.ts). */
  overloaded(): boolean;
  /** Puts the work off for a while, longer each time, and says so in the rescoring. */
  waitForModel(site: number, id: number): Promise<void>;
  now(): Date;
};

/** What a chunk came to. */
type Found = {
  readonly cursor: number;
  readonly last: number;
  readonly rejudged: readonly Rejudged[];
  /** So many comments could not be weighed, or their judgement not be kept. */
  readonly unweighed: number;
};

/** Large enough to fill batches, small enough to be repeated without loss. */
const CHUNK = 192;
/** After so many waits the chunk's comments are weighed one by one: it may be one of them that ends the model's process. */
const PATIENCE = 3;

/**
 * Carries a rescoring on, chunk by chunk, until it is done, paused, `mostMs` have passed, or overload begins; then it hands
 * over. The next chunk is with the model before this one is finished, so that the model waits neither for the database nor for the rules.
 *
 * A comment that cannot be weighed is counted and passed over. A model that is away is waited for, however long that takes.
 *
 * @throws what no comment is to blame for and waiting would not mend.
 */
export async function carryOnRescore<Scope>(
  deps: RescoreDeps<Scope>,
  site: number,
  id: number,
  mostMs: number,
): Promise<'done' | 'handed over' | 'waiting' | 'stopped'> {
  try {
    return await carryOn(deps, site, id, mostMs);
  } catch (error) {
    if (!isOutage(error)) throw error;
    await deps.waitForModel(site, id);
    return 'waiting';
  }
}

async function carryOn<Scope>(
  deps: RescoreDeps<Scope>,
  site: number,
  id: number,
  mostMs: number,
): Promise<'done' | 'handed over' | 'stopped'> {
  const began = deps.now().getTime();
  const running = await deps.readRunning(site, id);
  if (running === null) {
    await deps.drop(site, id);
    return 'stopped';
  }
  const parts = await deps.partsOf(site, running.pipeline);
  const begin = (cursor: number, waits: number) => beginChunk(deps, site, { ...running, cursor, waits }, parts);

  let cursor = running.cursor;
  let chunk = await begin(cursor, running.waits);
  while (chunk.last !== null) {
    const { last } = chunk;
    // While it is in doubt whether the model answers, it is asked for one chunk at a time.
    const ahead = running.waits > 0 && cursor === running.cursor ? null : await begin(last, 0);
    const { rejudged, unweighed } = await chunk.found;
    if ((await keepFound(deps, site, id, { cursor, last, rejudged, unweighed })) === 'stale') {
      if ((await deps.readRunning(site, id)) === null) await deps.drop(site, id);
      return 'stopped';
    }
    cursor = last;
    if (deps.now().getTime() - began > mostMs || deps.overloaded()) {
      await deps.handOver(site, id, running.pipeline);
      return 'handed over';
    }
    chunk = ahead ?? (await begin(last, 0));
  }
  await deps.finish(site, id);
  return 'done';
}

type Chunk = { readonly last: number | null; readonly found: Promise<Judged> };

/** Loads a chunk and sets off its judging. */
async function beginChunk<Scope>(
  deps: RescoreDeps<Scope>,
  site: number,
  at: Cursor<Scope> & { readonly waits: number },
  parts: JudgingParts,
): Promise<Chunk> {
  const target = { artefact: parts.artefact, normaliser: NORMALISER_VERSION };
  const { items: loaded, last } = await deps.loadChunk(site, at, target, CHUNK);
  const counted = await withCounts(
    deps,
    site,
    loaded.map(({ judgeable }) => judgeable),
    parts,
  );
  const items = loaded.map((item, index) => ({ ...item, judgeable: counted[index] ?? item.judgeable }));
  const found = rejudge(deps, items, parts, at.waits);
  // Its failure is met when it is awaited; until then it must not end the process.
  found.catch(() => undefined);
  return { last, found };
}

type Judged = Pick<Found, 'rejudged' | 'unweighed'>;
type Judges = { readonly weighing: WeighDeps; now(): Date };

async function rejudge(
  { weighing, now }: Judges,
  items: readonly ChunkItem[],
  parts: JudgingParts,
  waits: number,
): Promise<Judged> {
  const fresh = items.filter(({ stored }) => stored === null).map(({ judgeable }) => judgeable);
  const byComment = await weighAnew({ weighing, now }, fresh, parts, waits);
  const rejudged = items.flatMap(({ judgeable, before, stored }): Rejudged[] => {
    const { commentId, revision, article } = judgeable;
    const subject = { commentId, revision, articleId: article.id, before };
    const judgement = byComment.get(commentId);
    if (judgement !== undefined) {
      const { decision, evaluation } = judgement;
      return [{ ...subject, decision, evaluation }];
    }
    const decision = stored === null ? null : decideOnStored(judgeable, stored, parts, now);
    return decision === null ? [] : [{ ...subject, decision, evaluation: null }];
  });
  return { rejudged, unweighed: items.length - rejudged.length };
}

/**
 * Weighs what has no stored scores; what is missing from the answer cannot be weighed.
 *
 * @throws what no comment is to blame for.
 */
async function weighAnew(
  { weighing, now }: Judges,
  fresh: readonly Judgeable[],
  parts: JudgingParts,
  waits: number,
): Promise<ReadonlyMap<number, Judgement>> {
  if (fresh.length === 0) return new Map();
  const patient = waits < PATIENCE;
  const { judged, failed } = await (patient ? judgeAll : judgeOneByOne)(
    weighing,
    fresh,
    parts,
    { lane: 'bulk' },
    whenDecided(now),
  );
  for (const { error } of failed) {
    if (!isNoCommentsFault(error)) continue;
    // A comment that takes the model with it looks like an outage; but then the model answers to anything else.
    if (!isOutage(error) || patient) throw error;
    await weighing.model.embed([PROBE], { lane: 'bulk', artefact: parts.artefact });
  }
  return new Map(judged.map((judgement) => [judgement.commentId, judgement]));
}

const PROBE = 'The ferry leaves at six.';

/** Null where the rules fail on the text. */
function decideOnStored(
  judgeable: Judgeable,
  stored: Evaluation,
  parts: JudgingParts,
  now: () => Date,
): Judgement['decision'] | null {
  try {
    return decideAgain(judgeable, stored, parts, now).decision;
  } catch {
    return null;
  }
}

/** Keeps a chunk and, where the store refuses a value in it, each comment by itself, so that one does not take others with it. */
async function keepFound<Scope>(
  deps: RescoreDeps<Scope>,
  site: number,
  id: number,
  found: Found,
): Promise<'kept' | 'stale'> {
  try {
    return await deps.recordChunk(site, id, found, deps.now());
  } catch (error) {
    if (!isRefusal(error) || found.rejudged.length === 0) throw error;
  }
  let { cursor } = found;
  for (const one of found.rejudged) {
    const alone = { cursor, last: one.commentId, rejudged: [one], unweighed: 0 };
    const kept = await deps.recordChunk(site, id, alone, deps.now()).catch(async (error: unknown) => {
      if (!isRefusal(error)) throw error;
      return await deps.recordChunk(site, id, { ...alone, rejudged: [], unweighed: 1 }, deps.now());
    });
    if (kept === 'stale') return 'stale';
    cursor = one.commentId;
  }
  return await deps.recordChunk(site, id, { ...found, cursor, rejudged: [] }, deps.now());
}
