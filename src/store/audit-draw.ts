import { createHmac } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { coverShare, isDrawn } from '../core/audit-sample.js';
import type { CommentState } from '../core/comment.js';
import type { Decision } from '../core/decision.js';
import type { Handling } from '../core/policy-apply.js';
import type { Tables } from './schema.js';

type Judged = {
  readonly commentId: number;
  readonly revision: number;
  readonly pipeline: number;
  readonly decision: Decision;
  readonly handling: Handling;
  readonly facts: { readonly section: string | null };
};

/** How an item waits at the desk: without findings, and, where it was drawn or readers see it otherwise, as if it stood like this. */
export type Blind = { readonly shownState: CommentState | null };

/** The newest of the decisions that the audit speaks of tell how many are made by the machine alone. */
const RECENT = 1_000;

/**
 * Draws decisions that are new: of automatic ones those that a person judges too, of the others those that wait without findings,
 * so that nobody can tell the one from the other. What was drawn is kept; putting it before a person is the caller's.
 *
 * @returns by comment id; what is not in it was not drawn.
 */
export async function drawAudit(
  tx: Transaction<Tables>,
  site: number,
  judged: readonly Judged[],
  at: Date,
): Promise<ReadonlyMap<number, Blind>> {
  const drawn = new Map<number, Blind>();
  if (judged.length === 0) return drawn;
  const { audit_secret: secret } = await tx.selectFrom('installation').select('audit_secret').executeTakeFirstOrThrow();
  const placeOf = (what: 'audit' | 'cover', { commentId, revision, pipeline }: Judged) =>
    place(secret, JSON.stringify([what, site, commentId, revision, pipeline]));

  const sampled = judged.filter((one) => isDrawn(placeOf('audit', one), one.handling.auditShare));
  for (const { commentId, handling } of sampled) drawn.set(commentId, { shownState: handling.stateBlind });
  await keepSample(tx, site, sampled, at);

  const asked = judged.filter(({ decision }) => decision.outcome === 'review' && !decision.degraded);
  if (asked.length === 0) return drawn;
  const recent = await recentDecisions(tx, site);
  for (const one of asked) {
    const { stateInReview, stateBlind, coverFor } = one.handling;
    if (isDrawn(placeOf('cover', one), coverShare(recent, coverFor))) {
      drawn.set(one.commentId, { shownState: stateInReview === stateBlind ? null : stateBlind });
    }
  }
  return drawn;
}

/** A number in [0, 1) that only whoever has the secret can tell. */
function place(secret: Buffer, of: string): number {
  return createHmac('sha256', secret).update(of).digest().readUIntBE(0, 6) / 2 ** 48;
}

async function keepSample(tx: Transaction<Tables>, site: number, sampled: readonly Judged[], at: Date): Promise<void> {
  if (sampled.length === 0) return;
  await tx
    .insertInto('audit_sample')
    .values(
      sampled.map(({ commentId, revision, decision, handling, facts }) => ({
        site,
        comment_id: commentId,
        revision,
        outcome: decision.outcome,
        flags: [...decision.flags],
        share: handling.auditShare,
        section: facts.section,
        drawn_at: at,
      })),
    )
    .onConflict((conflict) => conflict.columns(['site', 'comment_id', 'revision']).doNothing())
    .execute();
}

async function recentDecisions(tx: Transaction<Tables>, site: number): Promise<{ automatic: number; asked: number }> {
  const { rows } = await sql<{ automatic: number; asked: number }>`
    select count(*) filter (where outcome <> 'review')::integer as automatic,
           count(*) filter (where outcome = 'review')::integer as asked
    from (
      select outcome from decision where site = ${site} and effective and in_audit order by decided_at desc limit ${RECENT}
    ) newest`.execute(tx);
  return rows[0] ?? { automatic: 0, asked: 0 };
}
