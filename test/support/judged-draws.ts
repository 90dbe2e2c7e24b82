import type { Look } from './look.js';

/**
 * Comments that the machine approved (or rejected, flagged with the label), and that the artefact gives a score for it: all drawn,
 * each at an even chance, an hour ago, and judged by a person, who rejected some of them for the label.
 */
export async function judgedDraws(
  look: Look,
  name: string,
  {
    label,
    score,
    count,
    outcome = 'approve',
  }: {
    readonly label: string;
    readonly score: number;
    readonly count: number;
    readonly outcome?: 'approve' | 'reject';
  },
  isRejected: (n: number) => boolean,
): Promise<void> {
  const state = outcome === 'approve' ? 'published' : 'withheld';
  const flags = outcome === 'approve' ? [] : [label];
  await look.rows(
    `insert into comment (site, external_id, article_id, author_external_id, revision, state, state_cause, state_version, created_at)
     select 1, '${name}-' || n, (select id from article limit 1), 'a', 1, '${state}', 'decision', 2, now()
     from generate_series(0, ${count - 1}) n`,
  );
  const drawn = `from comment c where c.external_id like '${name}-%'`;
  await look.rows(
    `insert into comment_revision (site, comment_id, revision, text, text_sha256, author, created_at, pipeline)
     select 1, c.id, 1, 'x', '\\x00', '{}', now(), 1 ${drawn}`,
  );
  await look.rows(
    `insert into evaluation (site, comment_id, revision, article_revision, parent_revision, artefact, normaliser, topic_basis, content, evaluated_at)
     select 1, c.id, 1, 1, 0, (select artefact from pipeline order by pipeline desc limit 1), '0', 'none',
            '{"scores":{"${label}":${score}}}', now() ${drawn}`,
  );
  await look.rows(
    `insert into decision (site, comment_id, revision, pipeline, evaluation_id, outcome, detail, facts, degraded, effective, in_audit, decided_at)
     select 1, c.id, 1, 1, e.id, '${outcome}', '${JSON.stringify({ flags })}', '{}', false, true, true, now()
     from comment c join evaluation e on e.comment_id = c.id where c.external_id like '${name}-%'`,
  );
  await look.rows(
    `insert into audit_sample (site, comment_id, revision, outcome, flags, share, drawn_at)
     select 1, c.id, 1, '${outcome}', $1, 0.5, now() - interval '1 hour' ${drawn}`,
    [flags],
  );
  const rejected = Array.from({ length: count }, (_, n) => n)
    .filter(isRejected)
    .map((n) => `${name}-${n}`);
  await look.rows(
    `insert into verdict (site, comment_id, revision, action, label, actor, decided_at, before)
     select 1, c.id, 1, case when c.external_id = any($1) then 'reject' else 'approve' end,
            case when c.external_id = any($1) then '${label}' end, 'Ines', now(), '{}' ${drawn}`,
    [rejected],
  );
}
