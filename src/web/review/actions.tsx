import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import type { VerdictAction } from '../../core/comment.js';
import type { QueueItemView } from '../../core/views.js';
import { type Icon, IconGlyph } from '../glyphs.js';
import { KeyCap } from '../key-cap.js';
import type { Open } from '../queue.js';
import { ACTIONS, words } from '../strings.js';
import { useDesk } from '../use-desk.js';
import { HistoryDialog } from './history.js';
import { KeptDialog } from './kept.js';
import { NoteDialog } from './note.js';
import { NoticeBar } from './notice.js';
import { OtherReason } from './other-reason.js';
import { RejectMenu } from './reject-menu.js';
import { StatusLine } from './status.js';

type Opening = { readonly open: Open; readonly setOpen: (open: Open) => void };

/** What a person can do with the comment. The bar never moves and never changes its order. */
export function Actions({
  item,
  hidden,
  open,
  setOpen,
}: Opening & { readonly item: QueueItemView | null; readonly hidden: boolean }): ReactNode {
  const { desk, state } = useDesk();
  const disabled = item === null || state.saving || state.notice !== null;
  const nothing = () => setOpen('nothing');
  if (hidden && state.toast === null) return <KeptDialog open={open === 'kept'} close={nothing} />;
  return (
    <div className={hidden ? 'actions is-blank' : 'actions'}>
      <div className="actions-in">
        {!hidden && <NoticeBar showKept={() => setOpen('kept')} seeIt={() => setOpen('history')} />}
        <StatusLine />
        {!hidden && (
          <div className="buttons" role="toolbar" aria-label={words.actions.bar}>
            <Decide action="approve" icon="tick" keyName="a" disabled={disabled} />
            <RejectMenu item={item} disabled={disabled} open={open === 'reject'} setOpen={setOpen} />
            <Decide action="escalate" icon="raise" keyName="e" disabled={disabled} />
            <Decide
              action="request-edit"
              icon="edit"
              keyName="q"
              disabled={disabled}
              className="from-tablet from-narrow"
            />
            <button
              type="button"
              className="button bare from-tablet secondary"
              aria-disabled={disabled}
              aria-haspopup="dialog"
              aria-keyshortcuts="n"
              onClick={() => !disabled && setOpen('note')}
            >
              {words.actions.writeNote} <KeyCap>n</KeyCap>
            </button>
            <button
              type="button"
              className="button bare from-tablet secondary skip-it"
              aria-disabled={item === null || state.saving}
              aria-keyshortcuts="j"
              onClick={() => desk.skip()}
            >
              {words.actions.skip} <KeyCap>j</KeyCap>
            </button>
            <MoreMenu disabled={disabled} open={open === 'more'} setOpen={setOpen} />
          </div>
        )}
      </div>
      {item !== null && <OtherReason item={item} open={open === 'other-reason'} close={nothing} />}
      {item !== null && <NoteDialog item={item} open={open === 'note'} close={nothing} />}
      {item !== null && <HistoryDialog item={item} open={open === 'history'} close={nothing} />}
      <KeptDialog open={open === 'kept'} close={nothing} />
    </div>
  );
}

function Decide({
  action,
  icon,
  keyName,
  disabled,
  className = '',
}: {
  readonly action: Exclude<VerdictAction, 'reject'>;
  readonly icon: Icon;
  readonly keyName: string;
  readonly disabled: boolean;
  readonly className?: string;
}): ReactNode {
  const { desk } = useDesk();
  return (
    <button
      type="button"
      className={`button ${className}`}
      aria-disabled={disabled}
      aria-keyshortcuts={keyName}
      onClick={() => !disabled && void desk.decide({ action })}
    >
      {action === 'approve' ? <IconGlyph icon={icon} className="approve" /> : <IconGlyph icon={icon} />}
      {ACTIONS[action]}
      <KeyCap>{keyName}</KeyCap>
    </button>
  );
}

/** What has no room in a narrow bar. */
function MoreMenu({
  disabled,
  open,
  setOpen,
}: {
  readonly disabled: boolean;
  readonly open: boolean;
  readonly setOpen: (open: Open) => void;
}): ReactNode {
  const { desk } = useDesk();
  return (
    <DropdownMenu.Root open={open} onOpenChange={(now) => setOpen(now ? 'more' : 'nothing')} modal={false}>
      <div className="menu-slot at-end">
        <DropdownMenu.Trigger className="button more" aria-label={words.actions.more}>
          <IconGlyph icon="more" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Content className="menu-sheet" avoidCollisions={false}>
          <DropdownMenu.Item
            className="menu-item only-narrow"
            disabled={disabled}
            onSelect={() => void desk.decide({ action: 'request-edit' })}
          >
            <IconGlyph icon="edit" />
            {ACTIONS['request-edit']}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className="menu-item"
            disabled={disabled}
            onSelect={() => setTimeout(() => setOpen('note'))}
          >
            {words.actions.writeNote}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => desk.skip()}>
            {words.actions.skip}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => void desk.previous()}>
            {words.actions.previous}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => setTimeout(() => setOpen('keys'))}>
            {words.keys}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </div>
    </DropdownMenu.Root>
  );
}
