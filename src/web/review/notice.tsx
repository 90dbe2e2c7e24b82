import type { ReactNode } from 'react';
import { ago, clockTime } from '../format.js';
import { IconGlyph } from '../glyphs.js';
import { KeyCap } from '../key-cap.js';
import { LoadNotice } from '../load-notice.js';
import { inSentence } from '../plain.js';
import { words } from '../strings.js';
import { useDesk } from '../use-desk.js';
import { authorName } from './author.js';

/** What happened to the comment on the screen, or to the connection. Stands above the actions, covers nothing. */
export function NoticeBar({
  showKept,
  seeIt,
}: {
  readonly showKept: () => void;
  readonly seeIt: () => void;
}): ReactNode {
  const { state } = useDesk();
  return (
    <div role="status">
      {state.offlineSince !== null && state.access.kind === 'open' && (
        <div className="notice">
          <IconGlyph icon="offline" />
          <span>
            {words.notice.offline(clockTime(state.offlineSince, Date.now()))}{' '}
            {state.kept.length === 0 ? (
              words.notice.offlineNone
            ) : (
              <>
                <b className="firm">{words.notice.kept(state.kept.length)}</b>
                {words.notice.keptTail(state.kept.length)}
              </>
            )}
          </span>
          {state.kept.length > 0 && (
            <span className="end">
              <button type="button" className="button small bare" onClick={showKept}>
                {words.notice.show}
              </button>
            </span>
          )}
        </div>
      )}
      <LoadNotice />
      <CommentNotice seeIt={seeIt} />
    </div>
  );
}

function CommentNotice({ seeIt }: { readonly seeIt: () => void }): ReactNode {
  const { desk, state } = useDesk();
  const { notice, held } = state;
  const [item] = held;
  if (notice === null || item === undefined) return null;
  const age = (at: number | null) => (at === null ? null : ago(Date.now() - at));
  const by = 'by' in notice && notice.by !== null ? inSentence(notice.by) : null;
  const next = (
    <button type="button" className="button small" aria-keyshortcuts="j" onClick={() => desk.skip()}>
      {words.notice.next} <KeyCap>j</KeyCap>
    </button>
  );
  switch (notice.kind) {
    case 'taken':
      return (
        <div className="notice">
          {notice.action === 'approve' && <IconGlyph icon="tick" className="is-approve" />}
          {notice.action === 'reject' && <IconGlyph icon="cross" className="is-reject" />}
          {(notice.action === 'escalate' || notice.action === null) && <IconGlyph icon="clock" className="is-review" />}
          {notice.action === 'request-edit' && <IconGlyph icon="edit" />}
          <span>{words.notice.taken(by, notice.action, notice.label, age(notice.at))}</span>
          <span className="end">
            <button type="button" className="button small bare" onClick={seeIt}>
              {words.notice.seeIt}
            </button>
            {notice.action !== null && (
              <button type="button" className="button small bare" onClick={() => desk.override()}>
                {words.notice.override}
              </button>
            )}
            {next}
          </span>
        </div>
      );
    case 'claimed':
      return (
        <div className="notice">
          <IconGlyph icon="person" />
          <span>{words.notice.claimed(by)}</span>
          <span className="end">{next}</span>
        </div>
      );
    case 'revised':
      return (
        <div className="notice">
          <IconGlyph icon="edit" />
          <span>
            {words.notice.revised(authorName(item.comment.author), age(notice.at), item.revision, notice.current)}
          </span>
          <span className="end">
            <button
              type="button"
              className="button small"
              aria-keyshortcuts="v"
              onClick={() => void desk.readRevised()}
            >
              {words.notice.readVersion(notice.current)} <KeyCap>v</KeyCap>
            </button>
          </span>
        </div>
      );
    case 'gone':
      return (
        <div className="notice">
          <IconGlyph icon="cross" />
          <span>{words.notice.gone}</span>
          <span className="end">{next}</span>
        </div>
      );
  }
}
