import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { clockTime } from '../format.js';
import { inSentence } from '../plain.js';
import { DeskDialog, DialogEnd, type DialogOpening, NoteField } from '../review/dialog.js';
import { words } from '../strings.js';
import { isOvertaken, whyNot } from './failure.js';
import type { Page, RevisionSummary } from './shapes.js';
import { useDoing } from './use-doing.js';
import { shared } from './words.js';

/** What the history needs of rules or of policies. */
export type History = {
  revisions(before: number | null): Promise<Page<RevisionSummary>>;
  /** @param newest the newest revision that is listed: one that came after it is not undone unseen. */
  rollBack(revision: number, why: string, newest: number): Promise<RevisionSummary>;
  /** What a revision changed, drawn. */
  difference(revision: number, against: number): ReactNode;
};

/** Every revision, newest first: who, when, why, what it changed, and the way back to it. */
export function RevisionsDialog({
  history,
  current,
  open,
  close,
  done,
  readAnew,
}: DialogOpening & {
  readonly history: History;
  /** The revision in force. */
  readonly current: number;
  readonly done: (revision: RevisionSummary) => void;
  /** Another revision came between: what is in force is read again. */
  readonly readAnew: () => void;
}): ReactNode {
  return (
    <DeskDialog title={shared.revisionsTitle} open={open} close={close} back="history">
      <Revisions history={history} current={current} close={close} done={done} readAnew={readAnew} />
    </DeskDialog>
  );
}

function Revisions({
  history,
  current,
  close,
  done,
  readAnew,
}: Omit<Parameters<typeof RevisionsDialog>[0], 'open'>): ReactNode {
  const [rows, setRows] = useState<readonly RevisionSummary[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const [back, setBack] = useState<number | null>(null);
  /** Why it is rolled back; kept while the list is read anew. */
  const [reason, setReason] = useState('');
  const more = (before: number | null) =>
    history.revisions(before).then(
      (page) => {
        setRows((known) => (before === null ? page.items : [...(known ?? []), ...page.items]));
        setNext(page.next);
        setWhy(null);
      },
      (error: unknown) => setWhy(whyNot(error)),
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first page is read once.
  useEffect(() => void more(null), []);
  if (back !== null) {
    const newest = rows?.[0]?.revision ?? current;
    return (
      <RollBack
        revision={back}
        why={reason}
        write={setReason}
        close={() => setBack(null)}
        rollBack={() => history.rollBack(back, reason.trim(), newest)}
        done={done}
        readAnew={() => {
          setBack(null);
          setRows(null);
          void more(null);
          readAnew();
        }}
      />
    );
  }
  const oldest = rows?.at(-1)?.revision;
  return (
    <div className="dialog-form">
      {why !== null && <p role="alert">{why}</p>}
      {rows === null && why === null && <p className="quiet">{words.side.asking}</p>}
      <ol className="revisions">
        {rows?.map((row, place) => (
          <li key={row.revision}>
            <p>
              <b className="firm">{words.capital(words.side.revision(row.revision))}</b>{' '}
              {row.revision === current && <span className="soft">{shared.now}</span>}{' '}
              {typeof row.rolledBackTo === 'number' && (
                <span className="quiet">{shared.rolledBackTo(row.rolledBackTo)}</span>
              )}
            </p>
            <p className="quiet">
              {inSentence(row.publishedBy)}, {clockTime(row.publishedAt, Date.now())}
            </p>
            {row.why === '' ? <p className="quiet">{shared.noWhy}</p> : <p className="read">{row.why}</p>}
            <p className="revision-do">
              {rows[place + 1] !== undefined && (
                <button
                  type="button"
                  className="button small bare"
                  aria-expanded={shown === row.revision}
                  onClick={() => setShown(shown === row.revision ? null : row.revision)}
                >
                  {shared.compare}
                </button>
              )}
              {row.revision !== current && (
                <button type="button" className="button small bare" onClick={() => setBack(row.revision)}>
                  {shared.rollBack}
                </button>
              )}
            </p>
            {shown === row.revision && history.difference(row.revision, rows[place + 1]?.revision ?? row.revision)}
          </li>
        ))}
      </ol>
      <div className="dialog-end">
        {next !== null && oldest !== undefined && (
          <button type="button" className="button bare" onClick={() => void more(oldest)}>
            {shared.earlier}
          </button>
        )}
        <button type="button" className="button" onClick={close}>
          {words.close}
        </button>
      </div>
    </div>
  );
}

function RollBack({
  revision,
  why,
  write,
  close,
  rollBack,
  done,
  readAnew,
}: {
  readonly revision: number;
  readonly why: string;
  readonly write: (why: string) => void;
  readonly close: () => void;
  readonly rollBack: () => Promise<RevisionSummary>;
  readonly done: (revision: RevisionSummary) => void;
  readonly readAnew: () => void;
}): ReactNode {
  const [refusal, setRefusal] = useState<unknown>(null);
  const [rolling, doOnce] = useDoing();
  const missing = why.trim() === '' ? shared.whyNeeded : null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (missing !== null) return;
    doOnce(() => {
      setRefusal(null);
      return rollBack().then(done, setRefusal);
    });
  };
  return (
    <form className="dialog-form" onSubmit={onSubmit}>
      <h3>{shared.rollBackTitle(revision)}</h3>
      <p className="soft">{shared.rollBackBody}</p>
      <NoteField id="why" name={shared.why} hint={shared.whyHint} text={why} write={write} />
      {refusal !== null && (
        <p role="alert">
          {isOvertaken(refusal) ? shared.overtaken(refusal.problem.by ?? null) : shared.notRolledBack(whyNot(refusal))}{' '}
          {isOvertaken(refusal) && (
            <button type="button" className="button small" onClick={readAnew}>
              {shared.readAnew}
            </button>
          )}
        </p>
      )}
      <DialogEnd close={close} does={shared.rollBack} whyNot={missing} doing={rolling ? shared.rollingBack : null} />
    </form>
  );
}
