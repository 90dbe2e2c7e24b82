import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { words } from '../strings.js';

/** What every dialog of the desk is given: it is open, or not, for one comment. */
export type DialogOpening = { readonly open: boolean; readonly close: () => void };

/**
 * A dialog over the sheet.
 *
 * @param begin the id of what has the focus first; left out, the first thing that can have it.
 * @param back the id of what has the focus when it closes; left out, the comment, since no button opened it.
 */
export function DeskDialog({
  title,
  open,
  close,
  begin,
  back = 'comment',
  children,
}: DialogOpening & {
  readonly title: string;
  readonly begin?: string;
  readonly back?: string;
  readonly children: ReactNode;
}): ReactNode {
  const focus = (id: string, options?: FocusOptions) => (event: Event) => {
    event.preventDefault();
    document.getElementById(id)?.focus(options);
  };
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && close()}>
      <Dialog.Portal>
        <div className="scrim" />
        <Dialog.Content
          className="dialog"
          aria-describedby={undefined}
          {...(begin !== undefined && { onOpenAutoFocus: focus(begin) })}
          onCloseAutoFocus={focus(back, { preventScroll: true })}
        >
          <Dialog.Title>{title}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Where a note is written. */
export function NoteField({
  id,
  hint,
  name = words.actions.note,
  text,
  write,
}: {
  readonly id: string;
  readonly hint: string;
  readonly name?: string;
  readonly text: string;
  readonly write: (text: string) => void;
}): ReactNode {
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      <textarea
        id={id}
        className="input"
        rows={3}
        maxLength={1_000}
        value={text}
        aria-describedby={`${id}-hint`}
        onChange={(event) => write(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} className="hint">
        {hint}
      </p>
    </div>
  );
}

/**
 * The end of a dialog's form: leave it, or do what it says.
 *
 * @param whyNot why it cannot be done yet, said beside the button; null where it can.
 * @param doing that it is being done, said in the same place; null where it is not.
 */
export function DialogEnd({
  close,
  does,
  whyNot = null,
  doing = null,
}: {
  readonly close: () => void;
  readonly does: string;
  readonly whyNot?: string | null;
  readonly doing?: string | null;
}): ReactNode {
  const said = doing ?? whyNot;
  return (
    <div className="dialog-end">
      {said !== null && (
        <span className="why-not soft" id="why-not" role={doing === null ? undefined : 'status'}>
          {said}
        </span>
      )}
      <button type="button" className="button bare" onClick={close}>
        {words.actions.cancel}
      </button>
      <button
        type="submit"
        className="button"
        aria-disabled={said !== null}
        aria-busy={doing !== null}
        aria-describedby={said === null ? undefined : 'why-not'}
      >
        {does}
      </button>
    </div>
  );
}
