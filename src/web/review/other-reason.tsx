import { type FormEvent, type ReactNode, useState } from 'react';
import type { QueueItemView } from '../../core/views.js';
import { LabelGlyph } from '../glyphs.js';
import { DESK_LABELS, type DeskLabel } from '../labels.js';
import { LABELS, MAY_TELL, MAY_TELL_OTHER, words } from '../strings.js';
import { useDesk, useNote } from '../use-desk.js';
import { authorName } from './author.js';
import { DeskDialog, DialogEnd, type DialogOpening, NoteField } from './dialog.js';

/** Rejecting for what nothing spoke for: any label, or a note. */
export function OtherReason({ item, open, close }: DialogOpening & { readonly item: QueueItemView }): ReactNode {
  // Most come here to write.
  return (
    <DeskDialog title={words.actions.anotherTitle} open={open} close={close} begin="note">
      <ReasonForm item={item} close={close} />
    </DeskDialog>
  );
}

function ReasonForm({ item, close }: { readonly item: QueueItemView; readonly close: () => void }): ReactNode {
  const { desk } = useDesk();
  const [label, setLabel] = useState<DeskLabel | null>(null);
  const [note, write] = useNote(item);
  const [incomplete, setIncomplete] = useState(false);
  const said = note.trim();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (label === null && said === '') return setIncomplete(true);
    close();
    // The decision takes it along; where it cannot be saved, the note stays.
    desk.note(said);
    void desk.decide({ action: 'reject', ...(label !== null && { label }) });
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
      <NoteField id="note" hint={words.actions.noteHint} text={note} write={write} />
      <div className="notice-text">
        <span className="quiet">{words.actions.mayTell(authorName(item.comment.author))}</span>
        <p className="read">{label === null ? MAY_TELL_OTHER : MAY_TELL[label]}</p>
      </div>
      {incomplete && label === null && said === '' && <p role="alert">{words.actions.needed}</p>}
      <DialogEnd close={close} does={words.actions.reject} />
    </form>
  );
}
