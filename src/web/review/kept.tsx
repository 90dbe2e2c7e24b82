import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { clockTime } from '../format.js';
import { words } from '../strings.js';
import { useDesk } from '../use-desk.js';

/** Lists the decisions that wait on this device: what and when, never of which words. */
export function KeptDialog({ open, close }: { readonly open: boolean; readonly close: () => void }): ReactNode {
  const { state } = useDesk();
  const actor = state.access.kind === 'open' ? state.access.session.actor.id : null;
  const mine = state.kept.filter((decision) => decision.actor === actor);
  const others = state.kept.length - mine.length;
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && close()}>
      <Dialog.Portal>
        <div className="scrim" />
        <Dialog.Content className="dialog" aria-describedby="kept-hint">
          <Dialog.Title>{words.notice.keptTitle}</Dialog.Title>
          <ol className="kept">
            {mine.map(({ key, action, label, at }) => (
              <li key={key}>{words.notice.keptLine(words.done(action, label ?? null), clockTime(at, Date.now()))}</li>
            ))}
          </ol>
          {others > 0 && <p className="soft">{words.notice.othersKept(others)}</p>}
          <p id="kept-hint" className="soft">
            {words.notice.keptHint}
          </p>
          <div className="dialog-end">
            <Dialog.Close className="button">{words.close}</Dialog.Close>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
