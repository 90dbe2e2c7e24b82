import { sql, type Transaction } from 'kysely';
import type { CommentState, StateCause } from '../core/comment.js';
import { type Accepted, type Incoming, type Lane, sha256 } from './accepted.js';
import { waitsBlind } from './blind-items.js';
import { announceStates } from './events.js';
import { waitedBlind, wasDoubted, wasWithheld } from './held-back.js';
import { moderationOf } from './moderation.js';
import { enterQueue, leaveUnjudged, reportedBy } from './queue-items.js';
import type { Tables } from './schema.js';

export type Known = {
  readonly id: number;
  readonly external_id: string;
  /** The article's external id. */
  readonly article: string;
  readonly article_id: number;
  /** The author's external id. */
  readonly author: string;
  readonly revision: number;
  readonly state: CommentState;
  readonly state_cause: StateCause;
  readonly state_version: number;
  readonly removed_at: Date | null;
  /** Null where the comment was deleted. */
  readonly text_sha256: Buffer | null;
  readonly version: number | null;
  readonly edited_at: Date | null;
  readonly reports: number;
  /** It waits for a person without its findings. */
  readonly waits_blind: boolean;
  /** For what was found in an earlier text of it, and readers have seen none since. */
  readonly was_held_back: boolean;
};

/** Comments whose ids are known, locked, as they stand now. */
export async function lockKnown(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
): Promise<ReadonlyMap<string, Known>> {
  const ids = comments.map(({ id }) => id);
  // Locked first and read in a statement of its own: a joined row that is read while waiting for the lock would be the one
  // from before the wait.
  const { rows: locked } = await sql<{ id: number }>`
    select id from comment where site = ${site} and external_id = any(${ids}) order by id for update`.execute(tx);
  const { rows } = await sql<Known>`
    select c.id, c.external_id, a.external_id as article, c.article_id, c.author_external_id as author, c.revision, c.state,
           c.state_cause, c.state_version, c.removed_at, r.text_sha256, r.version, r.edited_at, ${reportedBy} as reports,
           ${waitsBlind} as waits_blind, ${wasWithheld} or ${wasDoubted} or ${waitedBlind} as was_held_back
    from comment c
    join article a on a.site = c.site and a.id = c.article_id
    left join comment_revision r on r.site = c.site and r.comment_id = c.id and r.revision = c.revision
    where c.site = ${site} and c.id = any(${locked.map(({ id }) => id)})`.execute(tx);
  return new Map(rows.map((row) => [row.external_id, row]));
}

/** A comment whose id is known: the same text again, an older one, or a new revision. */
export async function meetKnown(
  tx: Transaction<Tables>,
  site: number,
  known: Known,
  comment: Incoming,
  lane: Lane,
): Promise<Accepted> {
  if (known.removed_at !== null) return { kind: 'gone', id: comment.id };
  if (comment.articleId !== known.article) {
    const detail = 'The comment is known under another article; a comment does not move.';
    return { kind: 'refused', id: comment.id, issue: { pointer: '/articleId', detail } };
  }
  // Whoever takes an id that is in use would put their words in the place of what was judged and is answered for by another.
  if (comment.author.id !== known.author) {
    const detail = 'The comment is known as another author’s; an edit is its author’s own.';
    return { kind: 'refused', id: comment.id, issue: { pointer: '/author/id', detail } };
  }
  const same = known.text_sha256 !== null && sha256(comment.text).equals(known.text_sha256);
  if (same || isOlder(comment, known)) {
    if (same) await rememberNewer(tx, site, known, comment);
    return await standingOf(tx, site, known, comment);
  }

  const revision = known.revision + 1;
  const stateVersion = known.state_version + 1;
  const moderation = (await moderationOf(tx, site, [known.article])).get(known.article);
  const state = moderation === 'after' && isShownAtOnce(known) ? 'published' : 'pending';
  const isHeldByReports = known.state_cause === 'report';
  await sql`
    update comment set revision = ${revision}, state = ${state}, state_cause = ${isHeldByReports ? 'report' : 'edit'},
      state_version = ${stateVersion}
    where site = ${site} and id = ${known.id}`.execute(tx);
  // What waited for a person, and what was to be judged, was the text before.
  await leaveUnjudged(tx, site, known.id);
  if (isHeldByReports) await holdEdited(tx, site, known, revision);
  await sql`delete from outbox where site = ${site} and kind = 'classify' and subject = ${known.id}`.execute(tx);
  await sql`
    update comment_revision set left_state = ${known.state}, left_state_version = ${known.state_version}
    where site = ${site} and comment_id = ${known.id} and revision = ${known.revision}`.execute(tx);
  await keepRevision(tx, site, known.id, revision, comment, lane);
  await announceStates(tx, site, [known.id]);
  return { kind: 'accepted', id: comment.id, commentId: known.id, revision, state, stateVersion };
}

/**
 * Whether readers see an edit at once where they see new comments so. They do where they saw the comment, or nobody has weighed it
 * yet; what held it back otherwise did so for a reason. Of what waits without its findings they do not, shown or not: the new text of a
 * rejection that was drawn is not, and that would tell it from the others.
 */
function isShownAtOnce({ state, state_cause: cause, waits_blind, was_held_back }: Known): boolean {
  if (state === 'published') return !waits_blind;
  return state === 'pending' && (cause === 'accepted' || cause === 'edit') && !was_held_back;
}

/** What readers' reports hold back stays so until a person decides: its new text waits in the place of the old one. */
async function holdEdited(tx: Transaction<Tables>, site: number, known: Known, revision: number): Promise<void> {
  await enterQueue(tx, site, {
    commentId: known.id,
    revision,
    articleId: known.article_id,
    cause: 'report',
    decision: null,
    reports: known.reports,
    enteredAt: new Date(),
  });
}

/** How the text that was sent stands: an older text that is kept is answered for as what it was. */
async function standingOf(tx: Transaction<Tables>, site: number, known: Known, comment: Incoming): Promise<Accepted> {
  const earlier = await tx
    .selectFrom('comment_revision')
    .select(['revision', 'left_state', 'left_state_version'])
    .where('site', '=', site)
    .where('comment_id', '=', known.id)
    .where('text_sha256', '=', sha256(comment.text))
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    kind: 'known',
    id: comment.id,
    commentId: known.id,
    revision: earlier?.revision ?? known.revision,
    state: earlier?.left_state ?? known.state,
    stateVersion: earlier?.left_state_version ?? known.state_version,
  };
}

function isOlder(comment: Incoming, known: Known): boolean {
  if (comment.version !== undefined && known.version !== null && comment.version !== known.version) {
    return comment.version < known.version;
  }
  return (
    comment.editedAt !== undefined &&
    known.edited_at !== null &&
    Date.parse(comment.editedAt) < known.edited_at.getTime()
  );
}

/** The same text under a newer version number: what lies between is older from now on. */
async function rememberNewer(tx: Transaction<Tables>, site: number, known: Known, comment: Incoming): Promise<void> {
  if (comment.version === undefined && comment.editedAt === undefined) return;
  await sql`
    update comment_revision
    set version = greatest(version, ${comment.version ?? null}::bigint),
        edited_at = greatest(edited_at, ${comment.editedAt ?? null}::timestamptz)
    where site = ${site} and comment_id = ${known.id} and revision = ${known.revision}`.execute(tx);
}

/** The new revision's text, pinned to the active pipeline, and the work to judge it. */
async function keepRevision(
  tx: Transaction<Tables>,
  site: number,
  id: number,
  revision: number,
  comment: Incoming,
  lane: Lane,
): Promise<void> {
  await sql`
    with kept as (
      insert into comment_revision (site, comment_id, revision, text, text_sha256, version, edited_at, language, author,
                                    created_at, pipeline)
      select ${site}, ${id}, ${revision}, ${comment.text}, ${sha256(comment.text)},
             ${comment.version ?? null}::bigint, ${comment.editedAt ?? null}::timestamptz, ${comment.language ?? null},
             ${JSON.stringify(comment.author)}::jsonb, ${comment.createdAt}::timestamptz, active_pipeline
      from site where site = ${site}
      returning pipeline
    )
    insert into outbox (site, kind, lane, subject, revision, pipeline)
    select ${site}, 'classify', ${lane}, ${id}, ${revision}, pipeline from kept`.execute(tx);
}
