import { type ReactNode, useEffect, useState } from 'react';
import { IconGlyph } from '../glyphs.js';
import { inSentence } from '../plain.js';
import type { RulesApi } from './api.js';
import { whyNot } from './failure.js';
import type { DryRun, DryRunChange } from './shapes.js';
import { rules } from './words.js';

const WEEK_MS = 7 * 86_400_000;
const ASK_MS = 1_000;
const ICONS = { approve: 'tick', review: 'clock', reject: 'cross' } as const;

/**
 * What the drafts would have decided otherwise among last week's comments. The scores that they had are used again.
 *
 * @param turn grows when a draft changed.
 */
export function DryRuns({
  api,
  drafts,
  turn,
}: {
  readonly api: RulesApi;
  readonly drafts: readonly string[];
  readonly turn: number;
}): ReactNode {
  const [run, setRun] = useState<{ readonly turn: number; readonly state: DryRun } | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const state = run?.state ?? null;

  useEffect(() => {
    if (state?.status !== 'running') return;
    const timer = setTimeout(() => {
      api.dryRun(state.id).then(
        (next) => setRun((before) => before && { ...before, state: next }),
        // The next answer may come; until then the last one stands.
        () => setRun((before) => before && { ...before, state: { ...before.state } }),
      );
    }, ASK_MS);
    return () => clearTimeout(timer);
  }, [api, state]);

  const begin = () => {
    setWhy(null);
    api.beginDryRun(drafts, new Date(Date.now() - WEEK_MS).toISOString()).then(
      (begun) => setRun({ turn, state: { ...begun, changes: begun.changes ?? [], byRule: begun.byRule ?? [] } }),
      (error: unknown) => setWhy(whyNot(error)),
    );
  };
  const idle = state?.status !== 'running';
  return (
    <section className="past" aria-labelledby="past">
      <h2 id="past">{rules.dryRun}</h2>
      {drafts.length === 0 && state === null ? (
        <p className="same">{rules.dryRunNone}</p>
      ) : (
        idle && (
          <p>
            <button type="button" className="button small" onClick={begin}>
              {state === null ? rules.dryRunBegin : rules.dryRunAgain}
            </button>{' '}
            {run !== null && run.turn !== turn && <span className="quiet">{rules.dryRunOld}</span>}
          </p>
        )
      )}
      {why !== null && <p role="alert">{why}</p>}
      <p className="same" role="status">
        {state?.status === 'running' && rules.dryRunRunning(state.done, state.total)}
        {state?.status === 'done' && rules.dryRunDone(state.total, state.unscored)}
        {state?.status === 'failed' && rules.dryRunFailed}
      </p>
      {state?.status === 'done' && <Outcome api={api} run={state} />}
    </section>
  );
}

function Outcome({ api, run }: { readonly api: RulesApi; readonly run: DryRun }): ReactNode {
  const changes = run.changes.filter(({ from, to, count }) => from !== to && count > 0);
  if (changes.length === 0 && run.byRule.length === 0) return <p>{rules.noChanges}</p>;
  return (
    <>
      {changes.length === 0 ? (
        <p>{rules.noChanges}</p>
      ) : (
        <table className="table">
          <caption className="sr">{rules.changes}</caption>
          <tbody>
            {changes.map(({ from, to, count }) => (
              <tr key={`${from} ${to}`}>
                <th scope="row">{rules.change_(from, to)}</th>
                <td className="num">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {run.byRule.length > 0 && (
        <table className="table">
          <caption>{rules.byRule}</caption>
          <tbody>
            {run.byRule.map(({ rule, matched, share }) => (
              <tr key={rule}>
                <th scope="row">{rule}</th>
                <td className="num">{rules.matched(matched, share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {changes.length > 0 && <Changes key={run.id} api={api} id={run.id} />}
    </>
  );
}

function Changes({ api, id }: { readonly api: RulesApi; readonly id: string }): ReactNode {
  const [rows, setRows] = useState<readonly DryRunChange[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const more = (after: string | null) =>
    api.dryRunChanges(id, after).then(
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
      <h3>{rules.examples}</h3>
      <ul>
        {rows.map(({ commentId, from, to, rules: by, text }) => (
          <li key={commentId}>
            <IconGlyph icon={ICONS[to]} size={14} className={`is-${to}`} />
            <div>
              {text !== undefined && (
                <p className="read" dir="auto">
                  {text}
                </p>
              )}
              <p className="quiet">
                {rules.change_(from, to)} {rules.byRules(by.map(inSentence))}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {why !== null && <p role="alert">{why}</p>}
      {next !== null && (
        <button type="button" className="button small bare" onClick={() => void more(next)}>
          {rules.more}
        </button>
      )}
    </>
  );
}
