import { type FormEvent, type ReactNode, useState } from 'react';
import { DeskDialog, DialogEnd, type DialogOpening } from '../review/dialog.js';
import { whyNot } from './failure.js';
import { whyNoName } from './list-name.js';
import { useDoing } from './use-doing.js';
import { rules } from './words.js';

/** Asks for the name of a new list. */
export function NewListDialog({
  taken,
  open,
  close,
  begin,
}: DialogOpening & {
  readonly taken: readonly string[];
  readonly begin: (name: string) => Promise<void>;
}): ReactNode {
  return (
    <DeskDialog title={rules.newListTitle} open={open} close={close} begin="list-name" back="document">
      <NewListForm taken={taken} close={close} begin={begin} />
    </DeskDialog>
  );
}

function NewListForm({ taken, close, begin }: Omit<Parameters<typeof NewListDialog>[0], 'open'>): ReactNode {
  const [name, setName] = useState('');
  const [refused, setRefused] = useState<string | null>(null);
  const [beginning, doOnce] = useDoing();
  const missing = whyNoName(name, taken);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (missing !== null) return;
    doOnce(() => {
      setRefused(null);
      return begin(name).catch((error: unknown) => setRefused(whyNot(error)));
    });
  };
  return (
    <form className="dialog-form" onSubmit={onSubmit}>
      <div className="field">
        <label htmlFor="list-name">{rules.newListName}</label>
        <input
          id="list-name"
          className="input"
          value={name}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="list-name-hint"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <p className="hint" id="list-name-hint">
          {rules.newListHint}
        </p>
      </div>
      {refused !== null && <p role="alert">{refused}</p>}
      <DialogEnd
        close={close}
        does={rules.begin}
        whyNot={name === '' ? '' : missing}
        doing={beginning ? rules.beginning : null}
      />
    </form>
  );
}
