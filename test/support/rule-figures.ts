import { sql } from 'kysely';
import { acceptComments } from '../../src/store/accept.js';
import type { Store } from '../../src/store/open.js';
import { pipelineInForce } from '../../src/store/pipelines.js';
import { newestRevision, publishRevision } from '../../src/store/revisions.js';
import { aComment } from './builders.js';
import { SITE } from './database.js';

/** Puts rules in force of which only the ids matter. */
export async function publishRules(db: Store['db'], ids: readonly string[]): Promise<void> {
  await publishRevision(db, SITE, 'rules', {
    content: [{ name: 'ours', rules: ids.map((id) => ({ id })) }],
    source: { base: '', documents: { ours: ids.join() } },
    why: 'A test.',
    by: 'a test',
    rolledBackTo: null,
    drafts: [],
    expectedRevision: (await newestRevision(db, SITE, 'rules')).revision,
    checkedAgainst: null,
  });
}

/** Comments on the article `harbour` that the rules in force have judged, with these rules found in the first of them. */
export async function judgedBy(
  db: Store['db'],
  { count, at, found }: { count: number; at: Date; found: Readonly<Record<string, number>> },
): Promise<void> {
  const { pipeline } = await pipelineInForce(db, SITE);
  const comments = Array.from({ length: count }, () => aComment());
  const answers = await acceptComments(db, SITE, comments, 'live');
  const ids = answers.flatMap((answer) => (answer.kind === 'accepted' ? [answer.commentId] : []));
  await sql`
    insert into decision (site, comment_id, revision, pipeline, outcome, detail, facts, degraded, effective, decided_at)
    select ${SITE}, id, 1, ${pipeline}, 'approve', '{}', '{}', false, true, ${at} from unnest(${ids}::bigint[]) as id`.execute(
    db,
  );
  for (const [rule, times] of Object.entries(found)) {
    await sql`
      insert into rule_hit (site, comment_id, revision, rule, effect, at)
      select ${SITE}, id, 1, ${rule}, 'review', ${at} from unnest(${ids.slice(0, times)}::bigint[]) as id`.execute(db);
  }
}
