import { type Kysely, sql } from 'kysely';
import { blindView, untoldIn } from '../core/blind.js';
import type { AuthorFacts, CommentState, StateCause, VerdictAction } from '../core/comment.js';
import type { Decision, Outcome } from '../core/decision.js';
import { Gone, NotFound } from '../core/errors.js';
import type { Evaluation } from '../core/evaluation.js';
import type { Label } from '../core/labels.js';
import type { CommentView, HistoryEntry, ReportView, ScoresView, VerdictView } from '../core/views.js';
import { isUntold } from './blind-items.js';
import type { Tables } from './schema.js';

/**
 * One comment with its decisions and history.
 *
 * @param seenBy `desk`: as whoever judges it may see it; `sender`: as it stands.
 * @throws NotFound where the id was never accepted, Gone where it was deleted.
 */
export async function readComment(
  db: Kysely<Tables>,
  site: number,
  id: string,
  seenBy: 'sender' | 'desk' = 'sender',
): Promise<CommentView> {
  const row = await db
    .selectFrom('comment')
    .select(['id', 'removed_at'])
    .where('site', '=', site)
    .where('external_id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('comment', id);
  if (row.removed_at !== null) throw new Gone(id);
  const [view] = await (seenBy === 'desk' ? readDeskComments : readComments)(db, site, [row.id]);
  if (view === undefined) throw new Gone(id);
  return view;
}

/** Comments by their internal ids, in the order given; what was removed is left out. */
async function readComments(db: Kysely<Tables>, site: number, ids: readonly number[]): Promise<readonly CommentView[]> {
  if (ids.length === 0) return [];
  const rows = await commentRows(db, site, ids);
  const [histories, authors] = [await historiesOf(db, site, ids), await authorsOf(db, site, rows)];
  const views = new Map(
    rows.map((row) => [row.id, toView(row, histories.get(row.id) ?? [], authors.get(row.author.id))]),
  );
  return ids.flatMap((id) => views.get(id) ?? []);
}

/** Comments as {@link readComments} gives them, but what waits blind, or did until it was edited, without what the machine made of it. */
export async function readDeskComments(
  db: Kysely<Tables>,
  site: number,
  ids: readonly number[],
): Promise<readonly CommentView[]> {
  const views = await readComments(db, site, ids);
  const { rows } = await sql<{ id: string; revision: number; waits: boolean; shownState: CommentState | null }>`
    select c.external_id as id, q.revision, q.left_at is null as waits, q.shown_state as "shownState"
    from queue_item q join comment c on c.site = q.site and c.id = q.comment_id
    where q.site = ${site} and q.comment_id = any(${ids}) and ${isUntold}`.execute(db);
  return views.map((view) => {
    const untold = rows.filter(({ id }) => id === view.id);
    const history = untoldIn(
      view.history,
      untold.map(({ revision }) => revision),
    );
    const item = untold.find(({ waits }) => waits);
    return item === undefined ? { ...view, history } : blindView({ ...view, history }, item);
  });
}

/** How a comment stands, in short: what a sender who waits for the decision is told. */
export type CommentAnswer = Pick<
  CommentView,
  | 'id'
  | 'state'
  | 'stateVersion'
  | 'revision'
  | 'decision'
  | 'degraded'
  | 'scores'
  | 'flags'
  | 'reasons'
  | 'spans'
  | 'language'
  | 'pipeline'
>;

/**
 * How a comment stands under one of its texts: as it is now under the newest, and as it was left under one that a newer text
 * has overtaken. Null where it was removed.
 */
export async function readAnswer(
  db: Kysely<Tables>,
  site: number,
  commentId: number,
  revision: number,
): Promise<{ readonly answer: CommentAnswer; readonly overtaken: boolean } | null> {
  const [row] = await commentRows(db, site, [commentId], revision);
  if (row === undefined) return null;
  const answer: CommentAnswer = {
    id: row.external_id,
    state: row.state,
    stateVersion: row.state_version,
    revision: row.revision,
    decision: row.outcome,
    degraded: row.degraded ?? false,
    scores: scoresOf(row.content),
    flags: row.detail?.flags ?? [],
    reasons: row.detail?.reasons ?? [],
    spans: row.detail?.spans ?? [],
    language: row.content?.language ?? null,
    pipeline: row.fingerprint,
  };
  return { answer, overtaken: row.overtaken };
}

type CommentRow = {
  id: number;
  external_id: string;
  article: string;
  parent_external_id: string | null;
  state: CommentState;
  state_cause: StateCause;
  state_version: number;
  revision: number;
  author: AuthorFacts;
  text: string;
  created_at: Date;
  accepted_at: Date;
  outcome: Outcome | null;
  detail: Pick<Decision, 'flags' | 'reasons' | 'spans'> | null;
  degraded: boolean | null;
  decided_at: Date | null;
  fingerprint: string | null;
  content: Evaluation | null;
  overtaken: boolean;
};

/** Comments with their newest text, or with the one that is named. */
async function commentRows(
  db: Kysely<Tables>,
  site: number,
  ids: readonly number[],
  revision: number | null = null,
): Promise<readonly CommentRow[]> {
  const { rows } = await sql<CommentRow>`
    select c.id, c.external_id, a.external_id as article, c.parent_external_id, c.state_cause,
           coalesce(r.left_state, c.state) as state, coalesce(r.left_state_version, c.state_version) as state_version,
           r.revision, r.revision < c.revision as overtaken, r.author, r.text, r.created_at, r.accepted_at, d.outcome, d.detail, d.degraded, d.decided_at,
           p.fingerprint, e.content
    from comment c
    join article a on a.site = c.site and a.id = c.article_id
    join comment_revision r on r.site = c.site and r.comment_id = c.id and r.revision = coalesce(${revision}::integer, c.revision)
    left join decision d on d.site = c.site and d.comment_id = c.id and d.revision = r.revision and d.effective
    left join pipeline p on p.site = d.site and p.pipeline = d.pipeline
    left join evaluation e on e.site = d.site and e.id = d.evaluation_id
    where c.site = ${site} and c.id = any(${ids}) and c.removed_at is null`.execute(db);
  return rows;
}

type AuthorCounts = {
  readonly approved: number;
  readonly rejected: number;
  readonly lastTen: readonly ('approve' | 'reject')[];
};

async function authorsOf(
  db: Kysely<Tables>,
  site: number,
  rows: readonly CommentRow[],
): Promise<ReadonlyMap<string, AuthorCounts>> {
  const authors = [...new Set(rows.map(({ author }) => author.id))];
  const { rows: counted } = await sql<{ author: string; approved: number; rejected: number; states: CommentState[] }>`
    select author_external_id as author,
           count(*) filter (where state = 'published')::integer as approved,
           count(*) filter (where state = 'withheld')::integer as rejected,
           (array_agg(state order by id desc) filter (where state in ('published', 'withheld')))[1:10] as states
    from (
      -- What was drawn and still waits counts as what it is shown as.
      select c.id, c.author_external_id, coalesce(q.shown_state, c.state) as state
      from comment c
      left join queue_item q on q.site = c.site and q.comment_id = c.id and q.left_at is null
      where c.site = ${site} and c.author_external_id = any(${authors}) and c.removed_at is null
    ) shown
    group by author_external_id`.execute(db);
  return new Map(
    counted.map(({ author, approved, rejected, states }) => [
      author,
      {
        approved,
        rejected,
        lastTen: [...(states ?? [])].reverse().map((state) => (state === 'published' ? 'approve' : 'reject')),
      },
    ]),
  );
}

async function historiesOf(
  db: Kysely<Tables>,
  site: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, readonly HistoryEntry[]>> {
  const revisions = await db
    .selectFrom('comment_revision')
    .select(['comment_id', 'revision', 'text', 'accepted_at'])
    .where('site', '=', site)
    .where('comment_id', 'in', ids)
    .execute();
  const decisions = await db
    .selectFrom('decision as d')
    .innerJoin('pipeline as p', (join) => join.onRef('p.site', '=', 'd.site').onRef('p.pipeline', '=', 'd.pipeline'))
    .select(['d.comment_id', 'd.revision', 'd.outcome', 'd.decided_at', 'd.effective', 'p.fingerprint'])
    .where('d.site', '=', site)
    .where('d.comment_id', 'in', ids)
    .execute();
  const verdicts = await db
    .selectFrom('verdict')
    .selectAll()
    .where('site', '=', site)
    .where('comment_id', 'in', ids)
    .execute();
  const reports = await db
    .selectFrom('report')
    .select(['comment_id', 'reason', 'note', 'reported_at'])
    .where('site', '=', site)
    .where('comment_id', 'in', ids)
    .execute();

  const histories = new Map<number, HistoryEntry[]>(ids.map((id) => [id, []]));
  for (const { comment_id, revision, text, accepted_at } of revisions) {
    histories.get(comment_id)?.push({ kind: 'revision', revision, text, at: accepted_at.toISOString() });
  }
  for (const { comment_id, revision, outcome, decided_at, effective, fingerprint } of decisions) {
    const at = decided_at.toISOString();
    histories.get(comment_id)?.push({ kind: 'decision', revision, at, outcome, pipeline: fingerprint, effective });
  }
  for (const row of verdicts) {
    const verdict = toVerdict(row);
    const { revision, at } = verdict;
    histories.get(row.comment_id)?.push({ kind: 'verdict', revision, at, verdict, undone: row.undone_at !== null });
  }
  for (const { comment_id, reason, note, reported_at } of reports) {
    const at = reported_at.toISOString();
    histories.get(comment_id)?.push({ kind: 'report', at, report: { reason, note, at } });
  }
  for (const history of histories.values()) history.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return histories;
}

function toVerdict(row: {
  id: number;
  revision: number;
  action: VerdictAction;
  label: string | null;
  note: string | null;
  actor: string;
  decided_at: Date;
}): VerdictView {
  return {
    id: String(row.id),
    revision: row.revision,
    action: row.action,
    label: row.label as Label | null,
    note: row.note,
    by: row.actor,
    at: row.decided_at.toISOString(),
  };
}

function toView(row: CommentRow, history: readonly HistoryEntry[], counts: AuthorCounts | undefined): CommentView {
  const inForce = history.filter(
    (entry) => entry.kind === 'verdict' && !entry.undone && entry.revision === row.revision,
  );
  const last = inForce.at(-1);
  const reports: ReportView[] = history.flatMap((entry) => (entry.kind === 'report' ? [entry.report] : []));
  return {
    id: row.external_id,
    articleId: row.article,
    parentId: row.parent_external_id,
    state: row.state,
    stateCause: row.state_cause,
    stateVersion: row.state_version,
    revision: row.revision,
    author: { ...row.author, ...(counts ?? { approved: 0, rejected: 0, lastTen: [] }) },
    text: row.text,
    createdAt: row.created_at.toISOString(),
    acceptedAt: row.accepted_at.toISOString(),
    language: row.content?.language ?? null,
    decision: row.outcome,
    degraded: row.degraded ?? false,
    decidedAt: row.decided_at?.toISOString() ?? null,
    scores: scoresOf(row.content),
    flags: row.detail?.flags ?? [],
    reasons: row.detail?.reasons ?? [],
    spans: row.detail?.spans ?? [],
    pipeline: row.fingerprint,
    verdict: last?.kind === 'verdict' ? last.verdict : null,
    reports,
    history,
  };
}

/** The scores as they are answered: a label that was not covered is absent; off topic is null where nothing was to stray from. */
export function scoresOf(content: Evaluation | null): ScoresView {
  if (content?.kind !== 'scored') return {};
  const offTopic = content.offTopic.kind === 'scored' ? content.offTopic.probability : null;
  return { ...content.scores, off_topic: offTopic };
}
