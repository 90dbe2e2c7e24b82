import type { Evaluation } from '../core/evaluation.js';
import { NORMALISER_VERSION } from '../core/normalise.js';
import type { DryRunChangeView, DryRunReasonView } from '../core/revision-views.js';
import { decideAgain, type Judgeable, type Judgement, type JudgingParts } from './classify.js';
import { type CountingDeps, withCounts } from './facts.js';

type Running<Scope> = {
  /** The pipeline that was active when it began; what would change is told against it. */
  readonly pipeline: number;
  readonly cursor: number;
  readonly upto: number;
  readonly scope: Scope;
  /** What is tried; the rest is judged by as the pipeline has it. */
  readonly candidate: Pick<JudgingParts, 'rules'> | Pick<JudgingParts, 'policy' | 'suspended'>;
  /** The rules whose matches are counted. */
  readonly watched: readonly string[];
};

/** What a chunk came to. */
export type DryRunChunk = {
  readonly cursor: number;
  readonly last: number;
  readonly done: number;
  readonly unscored: number;
  readonly matched: Readonly<Record<string, number>>;
  readonly changes: readonly (Omit<DryRunChangeView, 'commentId' | 'text'> & { readonly commentId: number })[];
};

export type DryRunDeps<Scope> = CountingDeps & {
  partsOf(site: number, pipeline: number): Promise<JudgingParts>;
  /** Null where it has ended. */
  readRunning(site: number, id: number): Promise<Running<Scope> | null>;
  /** Comments after the cursor with the best scores that are stored of each; the artefact's own before another's. */
  loadChunk(
    site: number,
    at: Pick<Running<Scope>, 'cursor' | 'upto' | 'scope'>,
    target: { readonly artefact: string; readonly normaliser: string },
    size: number,
  ): Promise<{
    readonly items: readonly { readonly judgeable: Judgeable; readonly stored: Evaluation | null }[];
    readonly last: number | null;
  }>;
  /** Keeps what a chunk found and moves the cursor, both or neither. */
  recordChunk(site: number, id: number, chunk: DryRunChunk): Promise<'kept' | 'stale'>;
  finish(site: number, id: number): Promise<void>;
  /** The work is given up by this job without a successor. */
  drop(site: number, id: number): Promise<void>;
  handOver(site: number, id: number): Promise<void>;
  /** Whether more live comments wait than can be judged in time (core/overload.ts). */
  overloaded(): boolean;
  /** Lets everything else have its turn. */
  breathe(): Promise<void>;
  now(): Date;
};

/** Small enough to be repeated without loss. */
const CHUNK = 100;
/** Rules take up to some milliseconds a comment; after so many comments others have their turn. */
const BREATH = 5;

/**
 * Carries a dry run on, chunk by chunk, until it is done, `mostMs` have passed, or overload begins; then it hands over. Each
 * comment is decided twice on its stored scores, as it is now and under the candidate, so that what is told apart is the
 * candidate's doing and nothing else's. The model is not asked; a comment without stored scores is counted and passed over.
 */
export async function carryOnDryRun<Scope>(
  deps: DryRunDeps<Scope>,
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
  const standing = await deps.partsOf(site, running.pipeline);
  const target = { artefact: standing.artefact, normaliser: NORMALISER_VERSION };
  for (let { cursor } = running; ; ) {
    const { items, last } = await deps.loadChunk(site, { ...running, cursor }, target, CHUNK);
    if (last === null) break;
    const found = await compare(deps, site, items, standing, { ...standing, ...running.candidate }, running.watched);
    if ((await deps.recordChunk(site, id, { cursor, last, ...found })) === 'stale') return 'stopped';
    cursor = last;
    if (deps.now().getTime() - began <= mostMs && !deps.overloaded()) continue;
    await deps.handOver(site, id);
    return 'handed over';
  }
  await deps.finish(site, id);
  return 'done';
}

async function compare<Scope>(
  deps: DryRunDeps<Scope>,
  site: number,
  items: readonly { readonly judgeable: Judgeable; readonly stored: Evaluation | null }[],
  standing: JudgingParts,
  candidate: JudgingParts,
  watched: readonly string[],
): Promise<Omit<DryRunChunk, 'cursor' | 'last'>> {
  const judgeables = items.map(({ judgeable }) => judgeable);
  const counted = await withCounts(deps, site, await withCounts(deps, site, judgeables, standing), candidate);
  const matched: Record<string, number> = {};
  const changes: DryRunChunk['changes'][number][] = [];
  let unscored = 0;
  for (const [index, { stored }] of items.entries()) {
    if (index % BREATH === 0) await deps.breathe();
    const judgeable = counted[index];
    if (stored === null || judgeable === undefined) {
      unscored += 1;
      continue;
    }
    const before = decideAgain(judgeable, stored, standing, deps.now);
    const after = decideAgain(judgeable, stored, candidate, deps.now);
    for (const { rule } of after.hits) if (watched.includes(rule)) matched[rule] = (matched[rule] ?? 0) + 1;
    const { outcome: from } = before.decision;
    const { outcome: to } = after.decision;
    if (from === to) continue;
    const { commentId, revision } = judgeable;
    changes.push({ commentId, revision, from, to, ...differing(before, after) });
  }
  return { done: items.length, unscored, matched, changes };
}

type Judged = Pick<Judgement, 'decision' | 'hits'>;

/** The rules and the other reasons that only one side has. */
function differing(before: Judged, after: Judged): Pick<DryRunChangeView, 'rules' | 'reasons'> {
  const rules = onlyOnce(rulesOf(before), rulesOf(after));
  const reasons = onlyOnce(reasonsOf(before), reasonsOf(after));
  // A label that now rejects where it asked has the score that it had.
  const weighed = rules.length === 0 && reasons.length === 0 ? [...reasonsOf(after).values()] : reasons;
  return { rules: [...new Set(rules)].sort(), reasons: weighed };
}

function onlyOnce<One>(was: ReadonlyMap<string, One>, is: ReadonlyMap<string, One>): readonly One[] {
  const gone = [...was].filter(([key]) => !is.has(key));
  const come = [...is].filter(([key]) => !was.has(key));
  return [...gone, ...come].map(([, one]) => one);
}

/** What each rule says: where one that rejects only asks, because the model sees nothing of the kind, it says something else. */
function rulesOf({ decision: { reasons }, hits }: Judged): ReadonlyMap<string, string> {
  const asking = new Set(
    reasons.flatMap((reason) => (reason.kind === 'rule' && reason.disagrees !== undefined ? [reason.rule] : [])),
  );
  const broken = reasons.flatMap((reason) => (reason.kind === 'rule-broken' ? [reason.rule] : []));
  return new Map([
    ...broken.map((rule) => [`${rule} is broken`, rule] as const),
    ...hits.map(({ rule, effect, shadow }) => [`${rule} ${effect} ${shadow} ${asking.has(rule)}`, rule] as const),
  ]);
}

function reasonsOf({ decision: { reasons } }: Judged): ReadonlyMap<string, DryRunReasonView> {
  return new Map(
    reasons.flatMap((reason) => {
      if (reason.kind === 'rule' || reason.kind === 'rule-broken') return [];
      const { label, score } = reason.kind === 'model' ? reason : { label: null, score: null };
      return [[reason.text, { label, score, text: reason.text }] as const];
    }),
  );
}
