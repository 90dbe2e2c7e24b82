import { Dialog } from 'radix-ui';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { QueueItemView } from '../../core/views.js';
import { LabelGlyph } from '../glyphs.js';
import { DESK_LABELS, type DeskLabel } from '../labels.js';
import { LABELS, MAY_TELL, MAY_TELL_OTHER, words } from '../strings.js';
import { useDesk } from '../use-desk.js';
import { authorName } from './author.js';

/** Rejecting for what nothing spoke for: any label, or a note. */
export function OtherReason({
  item,
  open,
  close,
}: {
  readonly item: QueueItemView;
  readonly open: boolean;
  readonly close: () => void;
}): ReactNode {
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && close()}>
      <Dialog.Portal>
        <div className="scrim" />
        <Dialog.Content
          className="dialog"
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            // Most come here to write.
            event.preventDefault();
            document.getElementById('note')?.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            document.getElementById('comment')?.focus({ preventScroll: true });
          }}
        >
          <Dialog.Title>{words.actions.anotherTitle}</Dialog.Title>
          <ReasonForm item={item} close={close} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function ReasonForm({ item, close }: { readonly item: QueueItemView; readonly close: () => void }): ReactNode {
  const { desk, state } = useDesk();
  const [label, setLabel] = useState<DeskLabel | null>(null);
  const [note, setNote] = useState(state.notes.get(item.commentId) ?? '');
  const [incomplete, setIncomplete] = useState(false);
  const said = note.trim();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (label === null && said === '') return setIncomplete(true);
    close();
    // What was written before stood in the field and is said by it now.
    desk.note('');
    void desk.decide({ action: 'reject', ...(label !== null && { label }), ...(said !== '' && { note: said }) });
  };
  return (
    <form className="dialog-form" onSubmit={onSubmit}>
      <fieldset className="choices">
        <legend>{words.actions.label}</legend>
        {[...DESK_LABELS, null].map((choice) => (
          <label key={choice ?? 'none'} className="choice-row">
            <input type="radio" name="reason" checked={label === choice} onChange={() => setLabel(choice)} />
            {choice === null ? (
              words.actions.noLabel
            ) : (
              <span className={`label ${choice}`}>
                <LabelGlyph label={choice} size={11} />
                {LABELS[choice]}
              </span>
            )}
          </label>
        ))}
      </fieldset>
      <div className="field">
        <label htmlFor="note">{words.actions.note}</label>
        <textarea
          id="note"
          className="input"
          rows={3}
          maxLength={1_000}
          value={note}
          aria-describedby="note-hint"
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <p id="note-hint" className="hint">
          {words.actions.noteHint}
        </p>
      </div>
      <div className="notice-text">
        <span className="quiet">{words.actions.mayTell(authorName(item.comment.author))}</span>
        <p className="read">{label === null ? MAY_TELL_OTHER : MAY_TELL[label]}</p>
      </div>
      {incomplete && label === null && said === '' && <p role="alert">{words.actions.needed}</p>}
      <div className="dialog-end">
        <button type="button" className="button bare" onClick={close}>
          {words.actions.cancel}
        </button>
        <button type="submit" className="button">
          {words.actions.reject}
        </button>
      </div>
    </form>
  );
}
