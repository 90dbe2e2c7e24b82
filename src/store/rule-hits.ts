import { sql, type Transaction } from 'kysely';
import type { Tables } from './schema.js';

/**
 * Keeps what rules found in texts that were just decided, once a text: rules that only watch apart from the others. Most texts
 * have neither, so most batches cost nothing.
 */
export async function keepRuleHits(
  tx: Transaction<Tables>,
  site: number,
  judgements: readonly {
    readonly commentId: number;
    readonly revision: number;
    readonly hits: readonly { readonly rule: string; readonly effect: string; readonly shadow: boolean }[];
  }[],
  at: Date,
): Promise<void> {
  const rows = judgements.flatMap(({ commentId, revision, hits }) =>
    hits.map((hit) => ({ commentId, revision, ...hit })),
  );
  if (rows.length === 0) return;
  // In the order of their keys, so that two transactions never wait for one another in a ring.
  await sql`
    with n as (
      select distinct * from json_to_recordset(${JSON.stringify(rows)}::json)
        as n("commentId" bigint, revision integer, rule text, effect text, shadow boolean)
    ),
    watched as (
      insert into shadow_hit (site, comment_id, revision, rule, effect, at)
      select ${site}, n."commentId", n.revision, n.rule, n.effect, ${at} from n where n.shadow
      order by n."commentId", n.revision, n.rule on conflict do nothing
    )
    insert into rule_hit (site, comment_id, revision, rule, effect, at)
    select ${site}, n."commentId", n.revision, n.rule, n.effect, ${at} from n where not n.shadow
    order by n."commentId", n.revision, n.rule on conflict do nothing`.execute(tx);
}
