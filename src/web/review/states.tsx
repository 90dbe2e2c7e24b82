import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { QueueList } from '../../core/views.js';
import { ago, clockTime } from '../format.js';
import { KeyCap } from '../key-cap.js';
import { LIST_KEYS } from '../keys.js';
import { LoadNotice } from '../load-notice.js';
import type { Place } from '../place.js';
import { inSentence } from '../plain.js';
import { LISTS, words } from '../strings.js';
import { useDesk, useNow } from '../use-desk.js';
import type { Sheet } from './state.js';

/** Quicker answers show no skeleton, in ms. */
const SKELETON_MS = 150;

/** The real layout in bones, for answers that take a moment. */
export function Skeleton(): ReactNode {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SKELETON_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className="page" role="status" aria-label={words.loading}>
      <div className="strip">
        <span className="bone b6" />
      </div>
      <div className="proof">
        <Bones widths={['b2', 'b9', 'b7', 'gap', 'b2', 'tall b9', 'tall b10', 'tall b8', 'tall b10', 'tall b4']} />
        <Bones widths={['b6', 'b9', 'b8', 'gap', 'b6', 'b9', 'b4']} />
      </div>
    </div>
  );
}

function Bones({ widths }: { readonly widths: readonly string[] }): ReactNode {
  return (
    <div className="bones">
      {widths.map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bones never move.
        <span key={index} className={width === 'gap' ? 'gap' : `bone ${width}`} />
      ))}
    </div>
  );
}

/** No comment on the sheet: nothing waits, or the queue could not be read. */
export function Blank({
  sheet,
  goTo,
  showKept,
}: {
  readonly sheet: Extract<Sheet, { kind: 'empty' | 'error' }>;
  readonly goTo: (place: Place) => void;
  readonly showKept: () => void;
}): ReactNode {
  const { state } = useDesk();
  const section = useRef<HTMLDivElement>(null);
  const { focusTurn } = state;
  useEffect(() => {
    if (focusTurn > 0) section.current?.focus({ preventScroll: true });
  }, [focusTurn]);
  return (
    <div className="page is-blank">
      <div className="blank" id="comment" ref={section} tabIndex={-1}>
        {sheet.kind === 'empty' ? <Empty goTo={goTo} /> : <Unread sheet={sheet} showKept={showKept} />}
      </div>
    </div>
  );
}

function Empty({ goTo }: { readonly goTo: (place: Place) => void }): ReactNode {
  const { desk, state } = useDesk();
  const now = useNow(10_000);
  const { lastSettled, counts, place, skipped } = state;
  const here = place.article === null ? counts?.lists[place.list] : articleWaiting(counts, place.article);
  const others = Math.max(0, (here ?? 0) - skipped.length);
  const next = nextList(counts, place);
  return (
    <>
      <h2>{words.empty.title}</h2>
      <p>
        {lastSettled !== null &&
          `${
            lastSettled.by === null
              ? words.empty.lastByYou(ago(now - lastSettled.at))
              : words.empty.lastBy(inSentence(lastSettled.by), ago(now - lastSettled.at))
          } `}
        {others > 0 && `${words.empty.others(others)} `}
        {skipped.length > 0 && `${words.empty.skipped(skipped.length)} `}
        {words.empty.byThemselves}
      </p>
      {skipped.length > 0 && (
        <p>
          <button type="button" className="button" onClick={() => desk.readSkipped()}>
            {words.empty.readSkipped(skipped.length)}
          </button>
        </p>
      )}
      {/* The notices above the actions are not drawn where there is nothing to decide. */}
      <div role="status">
        <LoadNotice />
      </div>
      {next !== null && (
        <p>
          <button type="button" className="button" onClick={() => goTo({ list: next.list, article: null })}>
            {words.empty.go(LISTS[next.list], next.waiting)} <KeyCap>g</KeyCap>
            <KeyCap>{LIST_KEYS[next.list]}</KeyCap>
          </button>
        </p>
      )}
    </>
  );
}

type Counts = ReturnType<typeof useDesk>['state']['counts'];

function articleWaiting(counts: Counts, id: string): number {
  return counts?.articles.find((article) => article.id === id)?.waiting ?? 0;
}

/** Where most waits, of the other lists. */
function nextList(counts: Counts, place: Place): { readonly list: QueueList; readonly waiting: number } | null {
  const lists = (Object.keys(LISTS) as QueueList[])
    .filter((list) => place.article !== null || list !== place.list)
    .map((list) => ({ list, waiting: counts?.lists[list] ?? 0 }))
    .filter(({ waiting }) => waiting > 0);
  // All that waits is the widest list; it is offered where no narrower one holds anything.
  const narrower = lists.filter(({ list }) => list !== 'all').sort((one, other) => other.waiting - one.waiting);
  return narrower[0] ?? lists[0] ?? null;
}

function Unread({
  sheet,
  showKept,
}: {
  readonly sheet: Extract<Sheet, { kind: 'error' }>;
  readonly showKept: () => void;
}): ReactNode {
  const { desk, state } = useDesk();
  const now = useNow(500);
  const { failure, retryAt } = sheet;
  const left = Math.max(0, Math.ceil((retryAt - now) / 1_000));
  const happened =
    failure.kind === 'silent'
      ? words.error.silent(failure.seconds)
      : failure.kind === 'unreached'
        ? words.error.unreached
        : words.error.problem(failure.title);
  const safe =
    state.kept.length > 0
      ? words.error.kept(state.kept.length)
      : state.lastSavedAt === null
        ? words.error.nothingLost
        : words.error.lastKept(clockTime(state.lastSavedAt, now));
  return (
    <>
      <h2>{words.error.title}</h2>
      <p>
        {happened} {safe} {words.error.again} <span aria-hidden="true">{words.error.seconds(left)}</span>
        <span className="sr">{words.error.byItself}</span>.
      </p>
      <p>
        <button type="button" className="button" onClick={() => desk.retryNow()}>
          {words.error.now}
        </button>{' '}
        {state.kept.length > 0 && (
          <button type="button" className="button bare" onClick={showKept}>
            {words.notice.show}
          </button>
        )}
      </p>
      {failure.kind === 'problem' && failure.reference !== '' && (
        <p className="quiet">{words.error.reference(failure.reference)}</p>
      )}
    </>
  );
}
