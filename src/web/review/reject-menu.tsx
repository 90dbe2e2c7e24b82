import { DropdownMenu } from 'radix-ui';
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { QueueItemView } from '../../core/views.js';
import { score } from '../format.js';
import { IconGlyph, LabelGlyph } from '../glyphs.js';
import { KeyCap } from '../key-cap.js';
import { DESK_LABELS, type DeskLabel, digitOf, labelOfDigit } from '../labels.js';
import type { Open } from '../queue.js';
import { ACTIONS, LABELS, MAY_TELL, MAY_TELL_OTHER, words } from '../strings.js';
import { useDesk, usePipeline } from '../use-desk.js';
import { authorName } from './author.js';
import { foundLabels, linesOf, marginReasons } from './reasons.js';

/** The digit after the labels' own. */
const ANOTHER_DIGIT = DESK_LABELS.length + 1;

/**
 * The reasons to reject for: those that something speaks for, by their digits. The digit of any other label works too.
 * Beneath them stands what the site may tell the author.
 */
export function RejectMenu({
  item,
  disabled,
  open,
  setOpen,
}: {
  readonly item: QueueItemView | null;
  readonly disabled: boolean;
  readonly open: boolean;
  readonly setOpen: (open: Open) => void;
}): ReactNode {
  const { desk } = useDesk();
  const [pointed, setPointed] = useState<DeskLabel | null>(null);
  /** Where the focus goes when the menu closes without a decision. */
  const before = useRef<Element | null>(null);
  const decided = useRef(false);
  const pipeline = usePipeline(item?.comment.pipeline ?? null);
  const reasons = useMemo(
    () => (item === null ? [] : marginReasons(item, linesOf(pipeline, item.article))),
    [item, pipeline],
  );
  const found = foundLabels(reasons);
  const offered = found.length > 0 ? found : DESK_LABELS;
  const [first] = offered;

  // Before the menu takes the focus, which it does in an effect of its own.
  useLayoutEffect(() => {
    if (!open) return;
    before.current = document.activeElement;
    decided.current = false;
    setPointed(first ?? null);
  }, [open, first]);

  const reject = (label: DeskLabel) => {
    decided.current = true;
    setOpen('nothing');
    void desk.decide({ action: 'reject', label });
  };
  const another = () => {
    decided.current = true;
    setOpen('other-reason');
  };
  // At the document and not in the menu: a digit typed before the menu has the focus counts, too.
  useLayoutEffect(() => {
    if (!open) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      const label = labelOfDigit(Number(event.key));
      if (label === undefined && event.key !== String(ANOTHER_DIGIT)) return;
      event.preventDefault();
      if (label === undefined) another();
      else reject(label);
    };
    document.addEventListener('keydown', onKeyDown, { capture: true });
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true });
  });

  return (
    <DropdownMenu.Root
      open={open}
      onOpenChange={(now) => {
        if (!now) setOpen('nothing');
        else if (!disabled) setOpen('reject');
      }}
      modal={false}
    >
      <div className="menu-slot">
        <DropdownMenu.Trigger className="button" aria-disabled={disabled} aria-keyshortcuts="r">
          <IconGlyph icon="cross" className="reject" />
          {ACTIONS.reject}
          <KeyCap>r</KeyCap>
        </DropdownMenu.Trigger>
        {item !== null && (
          <DropdownMenu.Content
            className="menu-sheet reject-menu"
            avoidCollisions={false}
            loop
            // A dialog that closes a moment after gives the focus back to the comment; that is nobody leaving the menu.
            onFocusOutside={(event) => event.preventDefault()}
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              if (!decided.current && before.current instanceof HTMLElement) {
                before.current.focus({ preventScroll: true });
              }
            }}
          >
            <DropdownMenu.Label className="menu-title">{words.actions.rejectFor}</DropdownMenu.Label>
            {offered.map((label) => (
              <DropdownMenu.Item
                key={label}
                className="menu-item"
                textValue={LABELS[label]}
                aria-keyshortcuts={String(digitOf(label))}
                aria-describedby="may-tell"
                onFocus={() => setPointed(label)}
                onSelect={() => reject(label)}
              >
                <KeyCap>{digitOf(label)}</KeyCap>
                <span className={`label ${label}`}>
                  <LabelGlyph label={label} size={10} />
                  {LABELS[label]}
                </span>
                <span className="why">{scoreOf(reasons, label)}</span>
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Item
              className="menu-item"
              textValue={words.actions.another}
              aria-keyshortcuts={String(ANOTHER_DIGIT)}
              onFocus={() => setPointed(null)}
              onSelect={another}
            >
              <KeyCap>{ANOTHER_DIGIT}</KeyCap>
              {words.actions.another}
            </DropdownMenu.Item>
            <div className="notice-text" id="may-tell">
              <span className="quiet">{words.actions.mayTell(authorName(item.comment.author))}</span>{' '}
              <div className="read">{pointed === null ? MAY_TELL_OTHER : MAY_TELL[pointed]}</div>
            </div>
          </DropdownMenu.Content>
        )}
      </div>
    </DropdownMenu.Root>
  );
}

function scoreOf(reasons: ReturnType<typeof marginReasons>, label: DeskLabel): string {
  const probability = reasons.find((reason) => reason.label === label)?.score ?? null;
  return probability === null ? '' : score(probability);
}
