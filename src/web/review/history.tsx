import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect, useState } from 'react';
import type { HistoryEntry, QueueItemView } from '../../core/views.js';
import { clockTime } from '../format.js';
import { inSentence, unstacked } from '../plain.js';
import { words } from '../strings.js';
import { useDesk } from '../use-desk.js';
import { DeskDialog, type DialogOpening } from './dialog.js';

/** What became of a comment so far: its versions, what the machine and people decided, who reported it. */
export function HistoryDialog({ item, open, close }: DialogOpening & { readonly item: QueueItemView }): ReactNode {
  return (
    <DeskDialog title={words.history.title} open={open} close={close}>
      <Entries item={item} />
      <div className="dialog-end">
        <Dialog.Close className="button">{words.close}</Dialog.Close>
      </div>
    </DeskDialog>
  );
}

/** What was read with the card stands there at once; the service is asked for what came since. */
function Entries({ item }: { readonly item: QueueItemView }): ReactNode {
  const { desk } = useDesk();
  const [history, setHistory] = useState(item.comment.history);
  const [unread, setUnread] = useState(false);
  useEffect(() => {
    let here = true;
    void desk.read(item.commentId).then((comment) => {
      if (!here) return;
      if (comment === null) setUnread(true);
      else setHistory(comment.history);
    });
    return () => {
      here = false;
    };
  }, [desk, item.commentId]);
  return (
    <>
      <ol className="kept">
        {history.map((entry, place) => {
          const { said, note } = lineOf(entry);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: what happened stays in its order.
            <li key={place}>
              {said}, {clockTime(entry.at, Date.now())}
              {note !== null && (
                <p className="report-note" dir="auto">
                  {words.margin.quoted(unstacked(note))}
                </p>
              )}
            </li>
          );
        })}
      </ol>
      {unread && <p className="soft">{words.history.unread}</p>}
    </>
  );
}

function lineOf(entry: HistoryEntry): { readonly said: string; readonly note: string | null } {
  switch (entry.kind) {
    case 'revision':
      return { said: words.history.revision(entry.revision), note: null };
    case 'decision': {
      const said = words.history.machine[entry.outcome];
      return { said: entry.effective ? said : `${said} (${words.history.notInForce})`, note: null };
    }
    case 'verdict': {
      const { by, action, label, note } = entry.verdict;
      const said = words.history.verdict(inSentence(by), action, label);
      return { said: entry.undone ? `${said} (${words.history.undone})` : said, note };
    }
    case 'report':
      return { said: words.history.report(inSentence(entry.report.reason)), note: entry.report.note };
  }
}
