import { sql, type Transaction } from 'kysely';
import type { Evaluation } from '../core/evaluation.js';
import type { Tables } from './schema.js';

/** What an evaluation is of: the same keys give the same scores, so they are kept once. */
export type EvaluationKey = {
  readonly commentId: number;
  readonly revision: number;
  readonly articleRevision: number;
  /** 0 where there was no parent. */
  readonly parentRevision: number;
  readonly artefact: string;
  readonly normaliser: string;
};

/**
 * Keeps evaluations; what is kept already stays as it is.
 *
 * @returns comment id → evaluation id. A revision that was erased in the meantime has none.
 */
export async function keepEvaluations(
  tx: Transaction<Tables>,
  site: number,
  evaluations: readonly { readonly key: EvaluationKey; readonly content: Evaluation }[],
  at: Date,
): Promise<ReadonlyMap<number, number>> {
  if (evaluations.length === 0) return new Map();
  const rows = evaluations.map(({ key, content }) => ({ ...key, basis: topicBasis(content), content }));
  const { rows: kept } = await sql<{ id: number; comment_id: number }>`
    insert into evaluation (site, comment_id, revision, article_revision, parent_revision, artefact, normaliser, topic_basis,
                            content, evaluated_at)
    select ${site}, n."commentId", n.revision, n."articleRevision", n."parentRevision", n.artefact, n.normaliser, n.basis,
           n.content, ${at}
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as n("commentId" bigint, revision integer, "articleRevision" integer, "parentRevision" integer, artefact text,
           normaliser text, basis text, content jsonb)
    join comment_revision r on r.site = ${site} and r.comment_id = n."commentId" and r.revision = n.revision
    on conflict (site, comment_id, revision, article_revision, parent_revision, artefact, normaliser, topic_basis)
      do update set topic_basis = excluded.topic_basis
    returning id, comment_id`.execute(tx);
  return new Map(kept.map(({ id, comment_id }) => [comment_id, id]));
}

/** What off-topic was judged on: the whole article, its title and summary only, or nothing. */
function topicBasis(content: Evaluation): 'whole' | 'provisional' | 'none' {
  if (content.kind !== 'scored' || content.offTopic.kind !== 'scored') return 'none';
  return content.offTopic.provisional ? 'provisional' : 'whole';
}
