import { type ReactNode, useEffect, useState } from 'react';
import { IconGlyph } from '../glyphs.js';
import { inSentence } from '../plain.js';
import { LABELS } from '../strings.js';
import type { DryRunApi } from './dry-run-api.js';
import { NotTried, whyNot } from './failure.js';
import type { DryRun, DryRunChange } from './shapes.js';
import { dryRuns } from './words.js';

const WEEK_MS = 7 * 86_400_000;
const ASK_MS = 1_000;
const ICONS = { approve: 'tick', review: 'clock', reject: 'cross' } as const;

/**
 * What is drafted tried on last week's comments: what would have been decided otherwise. The scores that they had are used again.
 *
 * @param drafts how many are tried.
 * @param turn is another one whenever a draft has changed.
 */
export function DryRuns<Tried>({
  api,
  tried,
  drafts,
  turn,
}: {
  readonly api: DryRunApi<Tried>;
  readonly tried: Tried;
  readonly drafts: number;
  readonly turn: number | string | null;
}): ReactNode {
  const [run, setRun] = useState<{ readonly turn: typeof turn; readonly state: DryRun } | null>(null);
  const [refusal, setRefusal] = useState<{ readonly turn: typeof turn; readonly error: unknown } | null>(null);
  const state = run?.state ?? null;

  useEffect(() => {
    if (state?.status !== 'running') return;
    const timer = setTimeout(() => {
      api.read(state.id).then(
        (next) => setRun((before) => before && { ...before, state: next }),
        // The next answer may come; until then the last one stands.
        () => setRun((before) => before && { ...before, state: { ...before.state } }),
      );
    }, ASK_MS);
    return () => clearTimeout(timer);
  }, [api, state]);

  const begin = () => {
    setRefusal(null);
    api.begin(tried, new Date(Date.now() - WEEK_MS).toISOString()).then(
      (begun) => setRun({ turn, state: begun }),
      (error: unknown) => setRefusal({ turn, error }),
    );
  };
  const idle = state?.status !== 'running';
  // What was found is of drafts that are published or discarded by now.
  const none = drafts === 0 && idle;
  return (
    <section className="past" aria-labelledby="past">
      <h2 id="past">{dryRuns.title}</h2>
      {none ? (
        <p className="same">{dryRuns.none}</p>
      ) : (
        idle && (
          <p>
            <button type="button" className="button small" onClick={begin}>
              {state === null ? dryRuns.begin(drafts) : dryRuns.again}
            </button>{' '}
            {run !== null && run.turn !== turn && <span className="quiet">{dryRuns.old}</span>}
          </p>
        )
      )}
      {/* What is drafted has changed since: what was wrong with it may be mended. */}
      {refusal !== null && refusal.turn === turn && !none && (
        <div role="alert">
          <NotTried error={refusal.error} />
        </div>
      )}
      <p className="same" role="status">
        {state?.status === 'running' && dryRuns.running(state.done, state.total)}
        {state?.status === 'running' && state.waitsFor !== null && `. ${dryRuns.waits}`}
        {!none && state?.status === 'done' && dryRuns.done(state.total, state.unscored)}
        {!none && state?.status === 'failed' && dryRuns.failed}
      </p>
      {!none && state?.status === 'done' && <Outcome api={api} run={state} />}
    </section>
  );
}

type Reads = Pick<DryRunApi<never>, 'read' | 'changes'>;

function Outcome({ api, run }: { readonly api: Reads; readonly run: DryRun }): ReactNode {
  const changes = run.changes.filter(({ from, to, count }) => from !== to && count > 0);
  if (changes.length === 0 && run.byRule.length === 0) return <p>{dryRuns.noChanges}</p>;
  return (
    <>
      {changes.length === 0 ? (
        <p>{dryRuns.noChanges}</p>
      ) : (
        <table className="table">
          <caption className="sr">{dryRuns.changes}</caption>
          <tbody>
            {changes.map(({ from, to, count }) => (
              <tr key={`${from} ${to}`}>
                <th scope="row">{dryRuns.change(from, to)}</th>
                <td className="num">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {run.byRule.length > 0 && (
        <table className="table">
          <caption>{dryRuns.byRule}</caption>
          <tbody>
            {run.byRule.map(({ rule, matched, share }) => (
              <tr key={rule}>
                <th scope="row">{rule}</th>
                <td className="num">{dryRuns.matched(matched, share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {changes.length > 0 && <Changes key={run.id} api={api} id={run.id} />}
    </>
  );
}

function Changes({ api, id }: { readonly api: Reads; readonly id: string }): ReactNode {
  const [rows, setRows] = useState<readonly DryRunChange[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const more = (after: string | null) =>
    api.changes(id, after).then(
      (page) => {
        setRows((before) => (after === null ? page.items : [...before, ...page.items]));
        setNext(page.next);
        setWhy(null);
      },
      (error: unknown) => setWhy(whyNot(error)),
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first page is read once for every run.
  useEffect(() => void more(null), [id]);
  return (
    <>
      <h3>{dryRuns.examples}</h3>
      <ul>
        {rows.map(({ commentId, from, to, rules, reasons, text }) => (
          <li key={commentId}>
            <IconGlyph icon={ICONS[to]} size={14} className={`is-${to}`} />
            <div>
              {text !== undefined && (
                <p className="read" dir="auto">
                  {text}
                </p>
              )}
              <p className="quiet">
                {[dryRuns.change(from, to), because(rules, reasons)].filter((part) => part !== '').join(': ')}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {why !== null && <p role="alert">{why}</p>}
      {next !== null && (
        <button type="button" className="button small bare" onClick={() => void more(next)}>
          {dryRuns.more}
        </button>
      )}
    </>
  );
}

/** The rules, labels and words that make the difference. */
function because(rules: DryRunChange['rules'], reasons: DryRunChange['reasons']): string {
  const others = reasons.map(({ label, score, text }) =>
    label === null || score === null ? text : dryRuns.scored(LABELS[label], score),
  );
  return [...rules.map(inSentence), ...others].join(', ');
}
