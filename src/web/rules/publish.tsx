import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import type { DraftChange } from '../../core/revision-views.js';
import { Refused } from '../api.js';
import { IconGlyph } from '../glyphs.js';
import { DeskDialog, DialogEnd, type DialogOpening, NoteField } from '../review/dialog.js';
import type { SeenDraft } from './api.js';
import { Bones } from './bones.js';
import { saidOf, type TextsSince } from './changed-since.js';
import { Comparison } from './comparison.js';
import { faultsIn, whyNot } from './failure.js';
import { isNote, type RevisionSummary, type Warning } from './shapes.js';
import { useDoing } from './use-doing.js';
import { rules, shared } from './words.js';

/** What one draft changes; a draft with a fault cannot be published. */
export type Changed = {
  readonly name: string;
  /** When the draft that is shown was kept: no other one is published. */
  readonly updatedAt: string;
  readonly before: string;
  readonly after: string;
  readonly faults: number;
  /** What is doubtful about it, and does not keep it from being published. */
  readonly warnings: readonly Warning[];
  /** What was published since the draft was begun, and would be taken back by it; null where nothing was. */
  readonly since: (TextsSince & { readonly change: DraftChange }) | null;
};

type Publishing = {
  /** What publishing does. */
  readonly does: string;
  /** The revision that the changes are seen against. */
  readonly revision: number;
  load(): Promise<readonly Changed[]>;
  publish(drafts: readonly SeenDraft[], why: string, revision: number): Promise<RevisionSummary>;
  done(revision: RevisionSummary): void;
  /** What a refusal says beyond its sentence and its faults, drawn. */
  unmet?(refusal: unknown): ReactNode;
  /** Another revision came between: what is published is read again. */
  readAnew(): void;
};

/** Publishes drafts: which, what changes line by line, and why. */
export function PublishDialog({
  title,
  open,
  close,
  ...publishing
}: DialogOpening & Publishing & { readonly title: string }): ReactNode {
  return (
    <DeskDialog title={title} open={open} close={close} back="publish">
      <PublishForm close={close} {...publishing} />
    </DeskDialog>
  );
}

function PublishForm({
  does,
  revision,
  load,
  publish,
  close,
  done,
  readAnew,
  unmet = () => null,
}: Publishing & { readonly close: () => void }): ReactNode {
  const [changed, setChanged] = useState<readonly Changed[] | null>(null);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  /** Drafts of which somebody said to have seen what they take back, as of a revision. */
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [why, setWhy] = useState('');
  const [refusal, setRefusal] = useState<unknown>(null);
  const [publishing, doOnce] = useDoing();
  const [looks, setLooks] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read when the dialog opens, when another revision came, and when it is asked for.
  useEffect(() => {
    setChanged(null);
    load().then(setChanged, setRefusal);
  }, [revision, looks]);

  const chosen = (changed ?? []).filter(({ name, faults }) => faults === 0 && !left.has(name));
  const faults = (changed ?? []).reduce((sum, draft) => sum + draft.faults, 0);
  const unseen = chosen.some((draft) => draft.since !== null && !seen.has(sightOf(draft)));
  const missing =
    chosen.length > 0
      ? unseen
        ? shared.seenNeeded
        : why.trim() === ''
          ? shared.whyNeeded
          : null
      : faults > 0
        ? rules.notReady(faults)
        : rules.noDraftChosen;
  const overtaken = inWords(refusal);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (changed === null || missing !== null) return;
    const drafts = chosen.map(({ name, updatedAt, since }) => {
      return { name, updatedAt, takesBack: since === null ? null : since.change.revision };
    });
    doOnce(() => {
      setRefusal(null);
      return publish(drafts, why.trim(), revision).then(done, setRefusal);
    });
  };
  return (
    <form className="dialog-form" onSubmit={onSubmit}>
      <p className="soft">{does}</p>
      {changed === null && refusal === null && (
        <div className="publish-draft is-loading" role="status" aria-label={shared.checking}>
          <Bones />
        </div>
      )}
      {changed?.map((draft) => {
        const { name, before, after, faults: wrong, warnings, since } = draft;
        return (
          <div key={name} className="publish-draft">
            {changed.length > 1 || wrong > 0 ? (
              <label className="choice-row">
                <input
                  type="checkbox"
                  checked={wrong === 0 && !left.has(name)}
                  disabled={wrong > 0}
                  onChange={(event) => setLeft(having(left, name, !event.currentTarget.checked))}
                />
                <span className="firm">{name}</span>
                {wrong > 0 && <span className="is-reject">{shared.faults(wrong)}</span>}
              </label>
            ) : (
              <p className="firm">{name}</p>
            )}
            {!left.has(name) && <Doubts warnings={warnings} />}
            {since !== null && wrong === 0 && !left.has(name) && (
              <div className="takes-back">
                <p>
                  {saidOf(since.change)} {shared.takesBack}
                </p>
                <Comparison name={shared.whatChanged} before={since.begun} after={since.now} />
                <label className="choice-row">
                  <input
                    type="checkbox"
                    checked={seen.has(sightOf(draft))}
                    onChange={(event) => setSeen(having(seen, sightOf(draft), event.currentTarget.checked))}
                  />
                  <span>{shared.seen}</span>
                </label>
                <p className="firm">{shared.wouldChange}</p>
              </div>
            )}
            <Comparison name={name} before={before} after={after} />
          </div>
        );
      })}
      <NoteField id="why" name={shared.why} hint={shared.whyHint} text={why} write={setWhy} />
      <div role="alert">
        {refusal !== null && (
          <div className="refusal">
            <p>
              {overtaken ?? shared.notPublished(whyNot(refusal))}{' '}
              {(overtaken !== null || changed === null) && (
                <button
                  type="button"
                  className="button small"
                  onClick={() => {
                    setRefusal(null);
                    setLooks((before) => before + 1);
                    readAnew();
                  }}
                >
                  {shared.readAnew}
                </button>
              )}
            </p>
            {unmet(refusal)}
            <ul>
              {faultsIn(refusal).map(({ line, rule, detail }) => (
                <li key={`${line} ${rule} ${detail}`}>
                  {line !== undefined && `${shared.line(line)}: `}
                  {detail}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <DialogEnd
        close={close}
        does={shared.publish}
        whyNot={changed !== null ? missing : refusal === null ? shared.checking : shared.unchecked}
        doing={publishing ? shared.publishing : null}
      />
    </form>
  );
}

/** So many are named, so that what changes stays in sight. */
const MOST_NAMED = 5;

/** What the check doubts: whoever publishes may not have looked below the list. */
function Doubts({ warnings }: { readonly warnings: readonly Warning[] }): ReactNode {
  const doubts = warnings.filter((warning) => !isNote(warning));
  if (doubts.length === 0) return null;
  return (
    <ul className="doubts">
      {doubts.slice(0, MOST_NAMED).map(({ line, rule, kind, detail }) => (
        <li key={`${line} ${rule} ${kind} ${detail}`}>
          <IconGlyph icon="flag" size={14} className="is-review" />
          <span>
            {shared.warning(kind)}
            {detail}
          </span>
        </li>
      ))}
      {doubts.length > MOST_NAMED && <li>{shared.moreDoubts(doubts.length - MOST_NAMED)}</li>}
    </ul>
  );
}

/** What was seen of a draft: another change since has to be seen as well. */
function sightOf({ name, since }: Changed): string {
  return `${name} ${since?.change.revision}`;
}

function having(names: ReadonlySet<string>, name: string, has: boolean): ReadonlySet<string> {
  const others = [...names].filter((one) => one !== name);
  return new Set(has ? [...others, name] : others);
}

/** That what was seen is not what would change any more; null where something else kept it from being published. */
function inWords(refusal: unknown): string | null {
  if (!(refusal instanceof Refused)) return null;
  const { code, problem } = refusal;
  if (code === 'draft-changed') return shared.draftChanged(problem.by ?? null);
  if (code === 'draft-outdated') return shared.draftOutdated(problem.by ?? null);
  return code === 'overtaken' ? shared.conflict(problem.by ?? null) : null;
}
