import type { FormEvent, ReactNode } from 'react';
import type { QueueItemView } from '../../core/views.js';
import { words } from '../strings.js';
import { useDesk, useNote } from '../use-desk.js';
import { DeskDialog, DialogEnd, type DialogOpening, NoteField } from './dialog.js';

/** A note for the desk, kept until the decision that it goes with. What was begun and left stands there again. */
export function NoteDialog({ item, open, close }: DialogOpening & { readonly item: QueueItemView }): ReactNode {
  return (
    <DeskDialog title={words.actions.noteTitle} open={open} close={close}>
      <NoteForm item={item} close={close} />
    </DeskDialog>
  );
}

function NoteForm({ item, close }: { readonly item: QueueItemView; readonly close: () => void }): ReactNode {
  const { desk } = useDesk();
  const [text, write] = useNote(item);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    desk.note(text);
    close();
  };
  return (
    <form className="dialog-form" onSubmit={onSubmit}>
      <NoteField id="desk-note" hint={words.actions.noteGoes} text={text} write={write} />
      <DialogEnd close={close} does={words.actions.keep} />
    </form>
  );
}
