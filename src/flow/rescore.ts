import type { Outcome } from '../core/decision.js';
import type { Evaluation } from '../core/evaluation.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import { decideAgain, type Judgeable, type Judgement, type JudgingParts, judge } from './classify.js';
import type { WeighDeps } from './weigh.js';

type Running<Scope> = {
  readonly pipeline: number;
  readonly cursor: number;
  readonly upto: number;
  readonly scope: Scope;
};

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

export type RescoreDeps<Scope> = {
  readonly weighing: WeighDeps;
  partsOf(site: number, pipeline: number): Promise<JudgingParts>;
  /** Null where the rescoring was paused or has ended. */
  readRunning(site: number, id: number): Promise<Running<Scope> | null>;
  loadChunk(
    site: number,
    at: Omit<Running<Scope>, 'pipeline'>,
    target: { readonly artefact: string; readonly normaliser: string },
    size: number,
  ): Promise<{ readonly items: readonly ChunkItem[]; readonly last: number | null }>;
  /** Keeps what a chunk found and moves the cursor, both or neither. */
  recordChunk(
    site: number,
    id: number,
    chunk: { readonly cursor: number; readonly last: number; readonly rejudged: readonly Rejudged[] },
    at: Date,
  ): Promise<'kept' | 'stale'>;
  finish(site: number, id: number): Promise<void>;
  /** The work is given up by this job without a successor. */
  drop(site: number, id: number): Promise<void>;
  handOver(site: number, id: number, pipeline: number): Promise<void>;
  now(): Date;
};

/** Large enough to fill batches, small enough to be repeated without loss. */
const CHUNK = 192;

/**
 * Carries a rescoring on, chunk by chunk, until it is done, paused, or `mostMs` have passed; then it hands over. The next
 * chunk is with the model before this one is finished, so that the model waits neither for the database nor for the rules.
 */
export async function carryOnRescore<Scope>(
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
  const begin = (cursor: number) => beginChunk(deps, site, { ...running, cursor }, parts);

  let cursor = running.cursor;
  let chunk = await begin(cursor);
  while (chunk.last !== null) {
    const { last } = chunk;
    const following = await begin(last);
    const rejudged = await chunk.rejudged;
    if ((await deps.recordChunk(site, id, { cursor, last, rejudged }, deps.now())) === 'stale') {
      if ((await deps.readRunning(site, id)) === null) await deps.drop(site, id);
      return 'stopped';
    }
    cursor = last;
    if (deps.now().getTime() - began > mostMs) {
      await deps.handOver(site, id, running.pipeline);
      return 'handed over';
    }
    chunk = following;
  }
  await deps.finish(site, id);
  return 'done';
}

type Chunk = { readonly last: number | null; readonly rejudged: Promise<readonly Rejudged[]> };

/** Loads a chunk and sets off its judging. */
async function beginChunk<Scope>(
  deps: RescoreDeps<Scope>,
  site: number,
  at: Omit<Running<Scope>, 'pipeline'>,
  parts: JudgingParts,
): Promise<Chunk> {
  const target = { artefact: parts.artefact, normaliser: NORMALISER_VERSION };
  const { items, last } = await deps.loadChunk(site, at, target, CHUNK);
  const rejudged = rejudge(deps, items, parts);
  // Its failure is met when it is awaited; until then it must not end the process.
  rejudged.catch(() => undefined);
  return { last, rejudged };
}

async function rejudge<Scope>(
  deps: RescoreDeps<Scope>,
  items: readonly ChunkItem[],
  parts: JudgingParts,
): Promise<readonly Rejudged[]> {
  const fresh = items.filter(({ stored }) => stored === null).map(({ judgeable }) => judgeable);
  const weighed = fresh.length === 0 ? [] : await judge(deps.weighing, fresh, parts, 'bulk');
  const byComment = new Map(weighed.map((judgement) => [judgement.commentId, judgement]));
  return items.map(({ judgeable, before, stored }): Rejudged => {
    const { commentId, revision, article } = judgeable;
    const judgement = byComment.get(commentId);
    if (judgement !== undefined) {
      const { decision, evaluation } = judgement;
      return { commentId, revision, articleId: article.id, before, decision, evaluation };
    }
    if (stored === null) throw new Error('A comment of the chunk was neither weighed nor stored.');
    const decision = decideAgain(judgeable, stored, parts);
    return { commentId, revision, articleId: article.id, before, decision, evaluation: null };
  });
}
