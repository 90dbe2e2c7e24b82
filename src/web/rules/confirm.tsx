import { type FormEvent, type ReactNode, useState } from 'react';
import { DeskDialog, DialogEnd, type DialogOpening } from '../review/dialog.js';
import { whyNot } from './failure.js';
import { useDoing } from './use-doing.js';

/** Asks once more before something is lost. */
export function ConfirmDialog({
  title,
  body,
  does,
  doing,
  back,
  open,
  close,
  confirm,
}: DialogOpening & {
  readonly title: string;
  readonly body: string;
  readonly does: string;
  /** Said while it is done. */
  readonly doing: string;
  /** Where the focus goes afterwards. */
  readonly back: string;
  readonly confirm: () => Promise<void>;
}): ReactNode {
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, doOnce] = useDoing();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    doOnce(() => confirm().then(close, (error: unknown) => setRefused(whyNot(error))));
  };
  return (
    <DeskDialog title={title} open={open} close={close} back={back}>
      <form className="dialog-form" onSubmit={onSubmit}>
        <p>{body}</p>
        {refused !== null && <p role="alert">{refused}</p>}
        <DialogEnd close={close} does={does} doing={busy ? doing : null} />
      </form>
    </DeskDialog>
  );
}
