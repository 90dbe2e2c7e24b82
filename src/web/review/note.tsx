import { Dialog } from 'radix-ui';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { QueueItemView } from '../../core/views.js';
import { words } from '../strings.js';
import { useDesk } from '../use-desk.js';
import { toComment } from './history.js';

/** A note for the desk, kept until the decision that it goes with. */
export function NoteDialog({
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
        <Dialog.Content className="dialog" aria-describedby={undefined} onCloseAutoFocus={toComment}>
          <Dialog.Title>{words.actions.noteTitle}</Dialog.Title>
          <NoteForm item={item} close={close} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function NoteForm({ item, close }: { readonly item: QueueItemView; readonly close: () => void }): ReactNode {
  const { desk, state } = useDesk();
  const [text, setText] = useState(state.notes.get(item.commentId) ?? '');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    desk.note(text);
    close();
  };
  return (
    <form className="dialog-form" onSubmit={onSubmit}>
      <div className="field">
        <label htmlFor="desk-note">{words.actions.note}</label>
        <textarea
          id="desk-note"
          className="input"
          rows={3}
          maxLength={1_000}
          value={text}
          aria-describedby="desk-note-hint"
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <p id="desk-note-hint" className="hint">
          {words.actions.noteGoes}
        </p>
      </div>
      <div className="dialog-end">
        <button type="button" className="button bare" onClick={close}>
          {words.actions.cancel}
        </button>
        <button type="submit" className="button">
          {words.actions.keep}
        </button>
      </div>
    </form>
  );
}
