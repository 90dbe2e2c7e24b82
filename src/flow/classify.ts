import type { AuthorFacts } from '../core/comment.js';
import type { Decision } from '../core/decision.js';
import type { Evaluation } from '../core/evaluation.js';
import { NORMALISER_VERSION, normalise } from '../core/normalise.js';
import { RELIEVED } from '../core/overload.js';
import { decideUnder, type Handling, type InForce, type WithoutScores } from '../core/policy-apply.js';
import { settingsAt } from '../core/policy-resolve.js';
import { type CompiledRules, type Counted, findRuleHits, type RuleEffect } from '../core/rules.js';
import { type CountingDeps, type KeptFacts, withCounts } from './facts.js';
import { PutOff } from './put-off.js';
import { isRefusal } from './refusal.js';
import type { Lane } from './site.js';
import { type ModelAsk, type Weighable, type WeighDeps, weigh } from './weigh.js';

/** One text of a comment, with all that it is weighed against. */
export type Judgeable = {
  readonly commentId: number;
  readonly revision: number;
  readonly pipeline: number;
  readonly text: string;
  readonly language: string | null;
  /** As the sender wrote it, for the clock of windows and ages; RFC 3339. */
  readonly createdAt: string;
  readonly acceptedAt: Date;
  /** When this text was decided on last, if perhaps without scores; null where it never was. RFC 3339. */
  readonly decidedAt: string | null;
  readonly author: AuthorFacts;
  /** What the site's own comments answer, as far as it was looked up. */
  readonly counted?: Counted;
  readonly article: NonNullable<Weighable['article']> & {
    readonly id: number;
    readonly externalId: string;
    readonly revision: number;
    readonly section: string | null;
  };
  readonly parent: { readonly text: string; readonly revision: number } | null;
};

/** The clock by which a text is decided on. */
export type Clock = (judgeable: Judgeable) => Date;

/** What a pipeline judges with. */
export type JudgingParts = InForce & { readonly artefact: string; readonly rules: CompiledRules };

export type EvaluationKey = {
  readonly commentId: number;
  readonly revision: number;
  readonly articleRevision: number;
  readonly parentRevision: number;
  readonly artefact: string;
  readonly normaliser: string;
};

export type Judgement = {
  readonly commentId: number;
  readonly revision: number;
  readonly pipeline: number;
  readonly evaluation: { readonly key: EvaluationKey; readonly content: Evaluation } | null;
  readonly decision: Decision;
  readonly handling: Handling;
  /** What was known beside the text, so that the same decision can be made again. */
  readonly facts: KeptFacts;
  /** What each rule found; those in shadow had no part in the decision. */
  readonly hits: readonly { readonly rule: string; readonly effect: RuleEffect; readonly shadow: boolean }[];
};

export type Subject = { readonly commentId: number; readonly revision: number };

export type ClassifyDeps = CountingDeps & {
  readonly weighing: WeighDeps;
  partsOf(site: number, pipeline: number): Promise<JudgingParts>;
  /** Leaves out what was erased, or is no longer its comment's newest text. */
  loadJudgeables(site: number, subjects: readonly Subject[]): Promise<readonly Judgeable[]>;
  recordJudgements(site: number, judgements: readonly Judgement[], decidedAt: Date): Promise<void>;
  dropWork(site: number, subjects: readonly Subject[]): Promise<void>;
  /** Remembers work that failed for good, where whoever looks after the service sees it. */
  giveUp(site: number, subjects: readonly Subject[]): Promise<void>;
  /** Whether more live comments wait than can be judged in time (core/overload.ts). */
  overloaded(): boolean;
  /** Whether so many live jobs wait for the model already that the places that are left are for comments that cannot wait. */
  placesScarce(): boolean;
  now(): Date;
};

export type ClassifyJob = {
  readonly site: number;
  readonly subjects: readonly Subject[];
  readonly lane: Lane;
  /** Nobody will try again: what cannot be weighed now goes to a person. */
  readonly lastAttempt: boolean;
};

/**
 * Takes comments along the line: weigh, decide, record. Announcing is the outbox's work.
 *
 * A live comment that has waited as long as its policy allows is judged by the rules alone, whether its turn came too late or the
 * model takes too long; in overload from {@link RELIEVED} of that on, so that it ends. Others of the job that may wait longer do
 * not hold it up.
 *
 * What can be judged is recorded even where other comments of the job fail, or what those are judged with cannot be read. On the
 * last attempt, what cannot be weighed is judged by the rules alone, what cannot even be kept is given up, and nothing is put off.
 *
 * @throws the first failure, where some comments could not be weighed or kept; {@link PutOff} where places are scarce and some can
 *   wait: those are left for another time.
 */
export async function classify(deps: ClassifyDeps, job: ClassifyJob): Promise<void> {
  const judgeables = await deps.loadJudgeables(job.site, job.subjects);
  const nameOf = ({ commentId, revision }: Subject) => `${commentId} ${revision}`;
  const found = new Set(judgeables.map(nameOf));
  await deps.dropWork(
    job.site,
    job.subjects.filter((subject) => !found.has(nameOf(subject))),
  );

  const groups = await Promise.allSettled(
    [...groupBy(judgeables, ({ pipeline }) => pipeline)].map(async ([pipeline, group]) => {
      const parts = await deps.partsOf(job.site, pipeline);
      const alike = groupBy(group, (judgeable) => allowedMs(judgeable, parts, job.lane));
      return [...alike].map(([most, subjects]) => ({ parts, most, subjects }));
    }),
  );
  const works = groups.flatMap((group) => (group.status === 'fulfilled' ? group.value : []));
  const isScarce = job.lane === 'live' && !job.lastAttempt && deps.placesScarce();
  const due = isScarce ? works.filter((work) => !canWait(deps, work)) : works;
  // All at the same time, so that none waits for what may wait longer.
  const ended = await Promise.allSettled(
    due.map(({ subjects, parts, most }) => judgeAlike(deps, job, subjects, parts, most)),
  );
  for (const one of [...groups, ...ended]) if (one.status === 'rejected') throw one.reason;
  if (due.length < works.length) throw new PutOff('Too many jobs wait for the model; others have less time.');
}

/** The model is given a minute and more for long texts, so what has this long left is still weighed in time if it comes later. */
const SPARE_MS = 180_000;
/** Nor is anything put off that was accepted longer ago than this: the model may be slow for as long as the load lasts. */
const MOST_PUT_OFF_MS = 120_000;

/** Whether none of these comments, which may wait for `most` milliseconds, is hurried or was put off for long. */
function canWait(
  deps: ClassifyDeps,
  { subjects, most }: { readonly subjects: readonly Judgeable[]; readonly most: number },
): boolean {
  const allowed = most * (deps.overloaded() ? RELIEVED : 1);
  return subjects.every(({ acceptedAt }) => {
    const waited = deps.now().getTime() - acceptedAt.getTime();
    return waited < MOST_PUT_OFF_MS && allowed - waited >= SPARE_MS;
  });
}

/** How long a comment may wait for its judgement, by its policy; for ever where nobody waits for it. */
function allowedMs({ decidedAt, article }: Judgeable, { policy }: JudgingParts, lane: Lane): number {
  if (decidedAt !== null || lane !== 'live') return Number.POSITIVE_INFINITY;
  return settingsAt(policy, { article: article.externalId, section: article.section }).without.deadlineSeconds * 1000;
}

/** Judges comments of one pipeline that may wait for `most` milliseconds; {@link classify} says how. */
async function judgeAlike(
  deps: ClassifyDeps,
  job: ClassifyJob,
  group: readonly Judgeable[],
  parts: JudgingParts,
  most: number,
): Promise<void> {
  const counted = await withCounts(deps, job.site, group, parts);
  const waited = ({ acceptedAt }: Judgeable) => deps.now().getTime() - acceptedAt.getTime();
  const late = counted.filter((judgeable) => waited(judgeable) >= most * (deps.overloaded() ? RELIEVED : 1));
  const lost: Subject[] = [];
  let failure: unknown;
  const keep = async (judged: readonly Judgement[]) => {
    const kept = await record(deps, job.site, judged);
    lost.push(...kept.refused);
    failure ??= kept.error;
  };
  const keepUnweighed = async (subjects: readonly Judgeable[], without: WithoutScores) => {
    const { judged, unjudged } = judgeUnweighed(subjects, parts, without, deps.now);
    lost.push(...unjudged);
    await keep(judged);
  };

  // They ask nothing of the model, so they do not wait for those that do.
  await keepUnweighed(late, 'overload');
  let asked = counted.filter((judgeable) => !late.includes(judgeable));
  while (asked.length > 0) {
    const waiting = asked;
    const mostMs = () => Math.max(0, most - Math.max(...waiting.map(waited)));
    const { judged, failed } = await judgeAll(deps.weighing, waiting, parts, { lane: job.lane, mostMs }, deps.now);
    await keep(judged);

    const over = failed.filter(({ judgeable }) => waited(judgeable) >= most);
    // The model was given up for those; the others may wait a little longer.
    const again = over.length === 0 ? [] : failed.filter((one) => !over.includes(one) && isOutage(one.error));
    // What is settled without the model is not tried again by this job.
    const open = failed.filter((one) => !again.includes(one) && (job.lastAttempt || !over.includes(one)));
    failure ??= open[0]?.error;
    const settled = job.lastAttempt ? open : over;
    await keepUnweighed(
      settled.map(({ judgeable }) => judgeable),
      job.lastAttempt ? 'model' : 'deadline',
    );
    asked = again.map(({ judgeable }) => judgeable);
  }
  if (job.lastAttempt && lost.length > 0) await deps.giveUp(job.site, lost);
  if (failure !== undefined) throw failure;
}

type JudgedAll = {
  readonly judged: readonly Judgement[];
  readonly failed: readonly { readonly judgeable: Judgeable; readonly error: unknown }[];
};

type Patience = Pick<ModelAsk, 'lane'> & {
  /** After so long from now nobody needs the answer any more; asked whenever the model is. */
  mostMs?(): number;
};

/** Judges a group at once and, where that fails for a reason of its own, one by one, so that one comment cannot hold up others. */
export async function judgeAll(
  weighing: WeighDeps,
  group: readonly Judgeable[],
  parts: JudgingParts,
  patience: Patience,
  clock: Clock,
): Promise<JudgedAll> {
  if (group.length === 0) return { judged: [], failed: [] };
  try {
    return { judged: await judge(weighing, group, parts, patience, clock), failed: [] };
  } catch (error) {
    if (group.length > 1 && !isNoCommentsFault(error))
      return await judgeOneByOne(weighing, group, parts, patience, clock);
    return { judged: [], failed: group.map((judgeable) => ({ judgeable, error })) };
  }
}

/** Judges each by itself. */
export async function judgeOneByOne(
  weighing: WeighDeps,
  group: readonly Judgeable[],
  parts: JudgingParts,
  patience: Patience,
  clock: Clock,
): Promise<JudgedAll> {
  const judged: Judgement[] = [];
  const failed: { judgeable: Judgeable; error: unknown }[] = [];
  for (const judgeable of group) {
    try {
      judged.push(...(await judge(weighing, [judgeable], parts, patience, clock)));
    } catch (error) {
      failed.push({ judgeable, error });
    }
  }
  return { judged, failed };
}

/** Keeps judgements at once and, where one of them cannot be kept, one by one, so that it does not take others with it. */
async function record(
  deps: ClassifyDeps,
  site: number,
  judgements: readonly Judgement[],
): Promise<{ refused: readonly Subject[]; error?: unknown }> {
  try {
    await deps.recordJudgements(site, judgements, deps.now());
    return { refused: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (judgements.length === 1) return { refused: judgements, error };
  }
  const refused: Subject[] = [];
  let first: unknown;
  for (const judgement of judgements) {
    const alone = await record(deps, site, [judgement]);
    refused.push(...alone.refused);
    first ??= alone.error;
  }
  return { refused, error: first };
}

/** The model's process is away, or the way to it; the same may succeed later. */
export function isOutage(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}

/** Trying comments one by one would not help: the model is away, its files are damaged, or this process is about to end. */
export function isNoCommentsFault(error: unknown): boolean {
  if (isOutage(error)) return true;
  return error instanceof Error && 'code' in error && NO_COMMENTS_FAULT.includes(String(error.code));
}

const NO_COMMENTS_FAULT = ['artefact-damaged', 'inference-cancelled'];

/** Weighs and decides, and keeps nothing. */
async function judge(
  weighing: WeighDeps,
  judgeables: readonly Judgeable[],
  parts: JudgingParts,
  patience: Patience,
  clock: Clock,
): Promise<readonly Judgement[]> {
  const weighables = judgeables.map((judgeable) => ({ ...judgeable, parentText: judgeable.parent?.text ?? null }));
  const { lane, mostMs } = patience;
  const ask = { lane, artefact: parts.artefact, ...(mostMs !== undefined && { mostMs: mostMs() }) };
  const weighed = await weigh(weighing, weighables, ask);
  return judgeables.map((judgeable, index) => {
    const one = weighed[index];
    if (one === undefined) throw new Error('Fewer comments were weighed than were given.');
    const { evaluation, normalised } = one;
    return { ...decideOn(judgeable, evaluation, parts, normalised, clock), ...keep(judgeable, evaluation, parts) };
  });
}

/**
 * Decides on stored scores: rules and policy may have changed, the text has not. What is decided again goes by the clock of the
 * decision that stands, so that only what has changed makes a difference, and not that time has passed.
 */
export function decideAgain(
  judgeable: Judgeable,
  evaluation: Evaluation,
  parts: Omit<JudgingParts, 'artefact'>,
  now: () => Date,
): Pick<Judgement, 'decision' | 'hits'> {
  return decideOn(judgeable, evaluation, parts, normalise(judgeable.text), whenDecided(now));
}

/** The clock of the decision that stands; where there is none, this moment. */
export function whenDecided(now: () => Date): Clock {
  return ({ decidedAt }) => (decidedAt === null ? now() : new Date(decidedAt));
}

function judgeUnweighed(
  judgeables: readonly Judgeable[],
  parts: JudgingParts,
  without: WithoutScores,
  clock: Clock,
): { readonly judged: readonly Judgement[]; readonly unjudged: readonly Judgeable[] } {
  const judged: Judgement[] = [];
  const unjudged: Judgeable[] = [];
  for (const judgeable of judgeables) {
    try {
      judged.push({ ...decideOn(judgeable, null, parts, normalise(judgeable.text), clock, without), evaluation: null });
    } catch {
      unjudged.push(judgeable);
    }
  }
  return { judged, unjudged };
}

function decideOn(
  judgeable: Judgeable,
  evaluation: Evaluation | null,
  parts: Omit<JudgingParts, 'artefact'>,
  normalised: ReturnType<typeof normalise>,
  clock: Clock,
  without?: WithoutScores,
): Omit<Judgement, 'evaluation'> {
  const { text, createdAt, author, article, counted, commentId, revision, pipeline } = judgeable;
  const { section } = article;
  const { record, ...counts } = counted ?? {};
  const decidedAt = clock(judgeable).toISOString();
  const known = { author: { ...author, ...record }, section, createdAt, decidedAt, counts };
  const findings = findRuleHits(parts.rules, { text, normalised, ...known });
  const judged = decideUnder(
    parts,
    { text, evaluation, findings },
    {
      place: { article: article.externalId, section },
      author: known.author,
      createdAt,
      ...(without !== undefined && { without }),
    },
  );
  return {
    commentId,
    revision,
    pipeline,
    ...judged,
    facts: { author, section, createdAt, decidedAt, ...(counted !== undefined && { counted }) },
    hits: findings.hits.map(({ rule, effect, shadow }) => ({ rule, effect, shadow })),
  };
}

function keep(judgeable: Judgeable, content: Evaluation, { artefact }: JudgingParts): Pick<Judgement, 'evaluation'> {
  const key: EvaluationKey = {
    commentId: judgeable.commentId,
    revision: judgeable.revision,
    articleRevision: judgeable.article.revision,
    parentRevision: judgeable.parent?.revision ?? 0,
    artefact,
    normaliser: NORMALISER_VERSION,
  };
  return { evaluation: { key, content } };
}

function groupBy<Key>(
  judgeables: readonly Judgeable[],
  keyOf: (judgeable: Judgeable) => Key,
): ReadonlyMap<Key, readonly Judgeable[]> {
  const groups = new Map<Key, Judgeable[]>();
  for (const judgeable of judgeables) {
    const key = keyOf(judgeable);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [judgeable]);
    else group.push(judgeable);
  }
  return groups;
}
