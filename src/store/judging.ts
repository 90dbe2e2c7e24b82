import { type Kysely, sql, type Transaction } from 'kysely';
import type { AuthorFacts, CommentState, QueueCause, StateCause } from '../core/comment.js';
import type { Decision, Outcome } from '../core/decision.js';
import type { Evaluation } from '../core/evaluation.js';
import type { Handling } from '../core/policy-apply.js';
import type { Counted } from '../core/rules.js';
import { judgeAnew, planJudgingAnew } from './article-changes.js';
import { takeAskedAnew } from './asked-anew.js';
import { type Blind, drawAudit } from './audit-draw.js';
import { type EvaluationKey, keepEvaluations } from './evaluations.js';
import { announceStates } from './events.js';
import { waitedBlind, wasDoubted, wasWithheld } from './held-back.js';
import { putOffWeighing } from './outbox.js';
import { enterQueue, leaveQueue, reportedBy } from './queue-items.js';
import { keepRuleHits } from './rule-hits.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

export type Judgement = {
  readonly commentId: number;
  readonly revision: number;
  readonly pipeline: number;
  /** Null where the model could not be asked. */
  readonly evaluation: { readonly key: EvaluationKey; readonly content: Evaluation } | null;
  readonly decision: Decision;
  readonly handling: Handling;
  /** What was known beside the text, so that the same decision can be made again. */
  readonly facts: {
    readonly author: AuthorFacts;
    readonly section: string | null;
    readonly createdAt: string;
    readonly decidedAt: string;
    readonly counted?: Counted;
  };
  /** What each rule found; those in shadow had no part in the decision. */
  readonly hits: readonly { readonly rule: string; readonly effect: string; readonly shadow: boolean }[];
};

/**
 * Keeps judgements: evaluation, effective decision, state, queue item and announcement, all or none.
 *
 * A retried job lands on what it wrote before, so the first answer stands; a text that was revised or erased in the
 * meantime gets none. A degraded decision gives way to one that is not.
 */
export async function recordJudgements(
  db: Kysely<Tables>,
  site: number,
  judgements: readonly Judgement[],
  decidedAt: Date,
): Promise<readonly KeptDecision[]> {
  if (judgements.length === 0) return [];
  return await inTransaction(db, async (tx) => {
    const standing = await lockStanding(tx, site, judgements);
    const newest = await lockArticles(tx, site, standing);
    const current = judgements.filter(
      (judgement) => standing.get(judgement.commentId)?.revision === judgement.revision,
    );
    const weighed = current.flatMap(({ evaluation }) => evaluation ?? []);
    const asked = await takeAskedAnew(
      tx,
      site,
      weighed.map(({ key }) => key.commentId),
    );
    const evaluations = await keepEvaluations(tx, site, weighed, decidedAt);
    const written: Judgement[] = [];
    for (const judgement of current) {
      const before = standing.get(judgement.commentId);
      if (before !== undefined && isNeeded(before, judgement, asked)) written.push(asHeldBack(judgement, before));
    }
    const fresh = written.filter(({ commentId }) => isDrawable(standing.get(commentId)));
    await keepDecisions(tx, site, written, standing, evaluations, decidedAt);
    await keepRuleHits(tx, site, written, decidedAt);
    const drawn = await drawAudit(tx, site, fresh, decidedAt);
    await moveStates(tx, site, written, standing, drawn, decidedAt);
    await finishWork(tx, site, judgements);
    await judgeAnewWhereMoreIsKnown(tx, site, current, standing, newest);
    return written.map(({ commentId, decision: { outcome, degraded } }) => {
      return { outcome: drawn.has(commentId) ? 'review' : outcome, degraded };
    });
  });
}

/**
 * A decision that was kept, as anybody may count it: one that was drawn is put before a person as a doubt is, and counted as that.
 * Where little comes in, a count of approvals that rose as the queue did told which item of it was drawn.
 */
type KeptDecision = Pick<Decision, 'outcome' | 'degraded'>;

type Standing = {
  readonly id: number;
  readonly article_id: number;
  readonly revision: number;
  readonly state_cause: StateCause;
  readonly outcome: Outcome | null;
  readonly degraded: boolean | null;
  readonly in_audit: boolean | null;
  /** Off-topic was judged before the article's passages were embedded. */
  readonly on_title_only: boolean | null;
  readonly has_verdict: boolean;
  /** An earlier text was withheld, was doubted and not shown, or waited without its findings, and none has been shown since. */
  readonly was_withheld: boolean;
  readonly was_doubted: boolean;
  readonly waited_blind: boolean;
  readonly reports: number;
  readonly demonstration: boolean;
};

async function lockStanding(
  tx: Transaction<Tables>,
  site: number,
  judgements: readonly Judgement[],
): Promise<ReadonlyMap<number, Standing>> {
  const ids = judgements.map(({ commentId }) => commentId);
  // Locked first and read in a statement of its own: a decision that is read while waiting for the lock would be the one
  // from before the wait.
  await sql`select 1 from comment where site = ${site} and id = any(${ids}) order by id for update`.execute(tx);
  const { rows } = await sql<Standing>`
    select c.id, c.article_id, c.revision, c.state_cause, d.outcome, d.degraded, d.in_audit, e.topic_basis = 'provisional' as on_title_only,
           exists (select 1 from verdict v where v.site = c.site and v.comment_id = c.id and v.revision = c.revision
                   and v.undone_at is null) as has_verdict,
           ${wasWithheld} as was_withheld, ${wasDoubted} as was_doubted, ${waitedBlind} as waited_blind,
           ${reportedBy} as reports, a.demonstration
    from comment c
    join article a on a.site = c.site and a.id = c.article_id
    left join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
    left join evaluation e on e.site = d.site and e.id = d.evaluation_id
    where c.site = ${site} and c.id = any(${ids}) and c.removed_at is null`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Holds the articles as they are until these judgements are kept: whoever ends the embedding of one, or changes it, comes
 * before, and is seen here, or after, and sees what is kept here.
 *
 * @returns the revision of each.
 */
async function lockArticles(
  tx: Transaction<Tables>,
  site: number,
  standing: ReadonlyMap<number, Standing>,
): Promise<ReadonlyMap<number, number>> {
  const articles = [...new Set([...standing.values()].map(({ article_id }) => article_id))];
  const { rows } = await sql<{ id: number; revision: number }>`
    select id, revision from article where site = ${site} and id = any(${articles}) order by id for share`.execute(tx);
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}

/**
 * An article can be embedded or changed while its comments are being weighed. Those that are approved on title and summary
 * alone are judged anew at once, those judged by an earlier text after a while; {@link finishEmbedding} sees to those that were
 * judged before.
 */
async function judgeAnewWhereMoreIsKnown(
  tx: Transaction<Tables>,
  site: number,
  judgements: readonly Judgement[],
  standing: ReadonlyMap<number, Standing>,
  newest: ReadonlyMap<number, number>,
): Promise<void> {
  const changed = new Set<number>();
  const provisional: number[] = [];
  for (const { evaluation, decision } of judgements) {
    if (evaluation?.content.kind !== 'scored') continue;
    const { key, content } = evaluation;
    const { commentId, articleRevision } = key;
    const article = standing.get(commentId)?.article_id ?? 0;
    if (content.offTopic.kind === 'scored' && content.offTopic.provisional) provisional.push(commentId);
    else if (decision.outcome === 'approve' && articleRevision < (newest.get(article) ?? 0)) changed.add(article);
  }
  await planJudgingAnew(tx, site, [...changed]);
  if (provisional.length === 0) return;
  await askForVectors(tx, site, provisional);
  await judgeAnew(
    tx,
    sql`
    select c.site, c.id, c.revision
    from site s
    join pipeline p on p.site = s.site and p.pipeline = s.active_pipeline
    join comment c on c.site = s.site and c.id = any(${provisional})
    join article a on a.site = c.site and a.id = c.article_id
    join article_revision ar on ar.site = a.site and ar.article_id = a.id and ar.revision = a.revision
    join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
    where s.site = ${site} and (d.outcome = 'approve' or d.outcome = 'review' and d.detail->'flags' = '["off_topic"]')
      and exists (select 1 from article_vectors v where v.site = a.site and v.content_hash = ar.content_hash
                  and v.artefact = p.artefact)
      and not exists (select 1 from verdict v where v.site = c.site and v.comment_id = c.id and v.revision = c.revision
                      and v.undone_at is null)`,
  );
}

/**
 * An article that came before the artefact was never embedded by it: now that somebody speaks there, it is. By the artefact that
 * judges now; that of a comment's retired pipeline may not be on this machine any more.
 */
async function askForVectors(tx: Transaction<Tables>, site: number, comments: readonly number[]): Promise<void> {
  await sql`
    insert into outbox (site, kind, lane, subject, revision, pipeline)
    select distinct a.site, 'embed-article', 'bulk', a.id, a.revision, p.pipeline
    from site s
    join pipeline p on p.site = s.site and p.pipeline = s.active_pipeline
    join comment c on c.site = s.site and c.id = any(${comments})
    join article a on a.site = c.site and a.id = c.article_id
    join article_revision ar on ar.site = a.site and ar.article_id = a.id and ar.revision = a.revision
    where s.site = ${site}
      and not exists (select 1 from article_vectors v where v.site = a.site and v.content_hash = ar.content_hash
                      and v.artefact = p.artefact)
    on conflict do nothing`.execute(tx);
}

/**
 * Nothing was decided before that could show through, by a machine or by a person. What readers' reports hold back waits with its
 * findings. The demonstration is nobody's traffic: it says nothing about the site's.
 */
function isDrawable(before: Standing | undefined): boolean {
  if (before === undefined || before.demonstration || before.state_cause === 'report') return false;
  return before.outcome === null && !before.has_verdict;
}

/**
 * Whether the audit's figures speak of a decision. Automatic ones are drawn at a chance, so only those are told of that could have
 * been, and beside them the doubts of the same places: what was put before a person later counts as one.
 */
function isInAudit(before: Standing | undefined, { decision, handling }: Judgement): boolean {
  if (decision.degraded) return false;
  if (isDrawable(before)) return handling.coverFor > 0;
  return before?.in_audit === true && decision.outcome === 'review';
}

/**
 * What was withheld is shown again once a new text of it is approved, not while that is doubted, however its policy shows doubts
 * otherwise; and what waited without its findings likewise, or its new text would tell whether it was a rejection. What was doubted and
 * not shown is not shown for being doubted again under `after`, which shows doubts whatever they are; by its risk it may be.
 */
function asHeldBack(judgement: Judgement, { was_withheld, was_doubted, waited_blind }: Standing): Judgement {
  const { handling } = judgement;
  const isHeld = was_withheld || waited_blind || (was_doubted && handling.stateBlind === 'published');
  return isHeld ? { ...judgement, handling: { ...handling, stateInReview: 'pending' } } : judgement;
}

/**
 * A first decision is always needed; a second one only after a degraded one, to put an approved comment before a person for what
 * is found in it, or to release one that seemed to stray while only the article's title and summary were known, or that somebody
 * has asked about.
 *
 * @param asked see {@link takeAskedAnew}
 */
function isNeeded(
  before: Standing,
  { commentId, pipeline, decision, evaluation }: Judgement,
  asked: ReadonlyMap<number, number>,
): boolean {
  if (before.outcome === null) return true;
  if (evaluation === null) return false;
  if (before.degraded === true) return true;
  if (before.has_verdict) return false;
  if (before.outcome === 'approve') return decision.outcome !== 'approve' && isFound(decision);
  if (before.outcome !== 'review' || decision.outcome !== 'approve') return false;
  const isAsked = asked.get(commentId) === pipeline && before.state_cause === 'decision' && before.reports === 0;
  return before.on_title_only === true || isAsked;
}

/**
 * Whether model or rules speak against a comment, and not only a policy that has a person look. What was approved was approved
 * before the policy came to ask; a site that closes an article has nobody read its old comments for that.
 */
function isFound({ reasons }: Decision): boolean {
  return reasons.some(({ kind }) => kind !== 'policy');
}

async function keepDecisions(
  tx: Transaction<Tables>,
  site: number,
  judgements: readonly Judgement[],
  standing: ReadonlyMap<number, Standing>,
  evaluations: ReadonlyMap<number, number>,
  at: Date,
): Promise<void> {
  if (judgements.length === 0) return;
  const rows = judgements.map((judgement) => {
    const { commentId, revision, pipeline, decision, facts } = judgement;
    const { outcome, degraded, ...detail } = decision;
    return {
      commentId,
      revision,
      pipeline,
      evaluation: evaluations.get(commentId) ?? null,
      outcome,
      degraded,
      inAudit: isInAudit(standing.get(commentId), judgement),
      detail,
      facts,
    };
  });
  await sql`
    update decision set effective = false
    where site = ${site} and effective and comment_id = any(${rows.map(({ commentId }) => commentId)})
      and (comment_id, revision) in (select * from unnest(${rows.map(({ commentId }) => commentId)}::bigint[],
                                                          ${rows.map(({ revision }) => revision)}::integer[]))`.execute(
    tx,
  );
  await sql`
    insert into decision (site, comment_id, revision, pipeline, evaluation_id, outcome, detail, facts, degraded, effective,
                          in_audit, decided_at)
    select ${site}, n."commentId", n.revision, n.pipeline, n.evaluation, n.outcome, n.detail, n.facts, n.degraded, true,
           n."inAudit", ${at}
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as n("commentId" bigint, revision integer, pipeline integer, evaluation bigint, outcome text, detail jsonb, facts jsonb,
           degraded boolean, "inAudit" boolean)`.execute(tx);
}

/** Where a machine's decision puts a comment. */
export const STATE_OF: Readonly<Record<Outcome, CommentState>> = {
  approve: 'published',
  review: 'pending',
  reject: 'withheld',
};

async function moveStates(
  tx: Transaction<Tables>,
  site: number,
  judgements: readonly Judgement[],
  standing: ReadonlyMap<number, Standing>,
  drawn: ReadonlyMap<number, Blind>,
  at: Date,
): Promise<void> {
  const moves: { id: number; state: CommentState }[] = [];
  for (const { commentId, revision, decision, handling } of judgements) {
    const before = standing.get(commentId);
    // A person's verdict outranks every machine decision on the revision.
    if (before === undefined || before.has_verdict) continue;
    const { article_id: articleId, reports } = before;
    // Readers' reports hold it back: whatever the machine says now, it waits for a person, who is told what that is.
    if (before.state_cause === 'report') {
      await enterQueue(tx, site, { commentId, revision, articleId, cause: 'report', decision, reports, enteredAt: at });
      continue;
    }
    // Readers have reported it since: what the machine approves now stays before a person. What it rejects goes, as it would without.
    if (before.outcome === 'review' && reports > 0 && decision.outcome === 'approve') continue;
    // Judged anew, an approved comment is only put before a person; it is not taken away by a machine.
    const anew = before.outcome === 'approve' && before.degraded !== true;
    // What overload publishes unweighed is no more shown than a doubt would be.
    const isOpen = decision.outcome === 'review' || (decision.outcome === 'approve' && decision.degraded);
    const state = isOpen ? handling.stateInReview : STATE_OF[decision.outcome];
    if (!anew) moves.push({ id: commentId, state });
    const blind = drawn.get(commentId);
    if (decision.outcome === 'review' || anew || blind !== undefined) {
      const cause: QueueCause = 'decision';
      await enterQueue(tx, site, { commentId, revision, articleId, cause, decision, reports, enteredAt: at, blind });
    } else if (before.outcome === 'review') {
      // It was put before a person for want of a part, or by a rule that holds no more: nobody needs to look now.
      await leaveQueue(tx, site, commentId);
    }
  }
  if (moves.length === 0) return;
  await sql`
    update comment c set state = n.state, state_cause = 'decision', state_version = state_version + 1
    from unnest(${moves.map(({ id }) => id)}::bigint[], ${moves.map(({ state }) => state)}::text[]) as n(id, state)
    where c.site = ${site} and c.id = n.id`.execute(tx);
  await announceStates(
    tx,
    site,
    moves.map(({ id }) => id),
  );
}

/** Work that is done goes; work that ended without a score stays to be seen, and is done again when the model is back. */
async function finishWork(tx: Transaction<Tables>, site: number, judgements: readonly Judgement[]): Promise<void> {
  const done = judgements.filter(({ evaluation }) => evaluation !== null);
  const given = judgements.filter(({ evaluation }) => evaluation === null);
  if (done.length > 0) await dropWork(tx, site, done);
  for (const why of ['model', 'deadline', 'overload'] as const) {
    const ours = given.filter(({ decision }) => whyWithout(decision) === why);
    const subjects = ours.map(({ commentId: subject, revision }) => ({ subject, revision }));
    await putOffWeighing(tx, site, subjects, why);
  }
  const ids = judgements.map(({ commentId }) => commentId);
  await sql`select pg_notify('premod_decided', ${JSON.stringify([site, ids])}), pg_notify('premod_outbox', '')`.execute(
    tx,
  );
}

/** Why a decision was made without scores. */
function whyWithout({ reasons }: Decision): 'model' | 'deadline' | 'overload' {
  const because = reasons.flatMap((reason) => (reason.kind === 'policy' ? reason.because : []));
  return because.find((one) => one === 'deadline' || one === 'overload') ?? 'model';
}

/** Work whose comment was revised or erased in the meantime: there is nothing left to do. */
export async function dropWork(
  db: Kysely<Tables>,
  site: number,
  subjects: readonly { readonly commentId: number; readonly revision: number }[],
): Promise<void> {
  if (subjects.length === 0) return;
  await sql`
    delete from outbox where site = ${site} and kind = 'classify'
      and (subject, revision) in (select * from unnest(${subjects.map(({ commentId }) => commentId)}::bigint[],
                                                       ${subjects.map(({ revision }) => revision)}::integer[]))`.execute(
    db,
  );
}
