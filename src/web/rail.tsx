import { Dialog } from 'radix-ui';
import type { MouseEvent, ReactNode } from 'react';
import type { QueueList } from '../core/views.js';
import type { Place } from './api.js';
import { count } from './format.js';
import { IconGlyph } from './glyphs.js';
import { KeyCap } from './key-cap.js';
import { addressOf } from './place.js';
import { inSentence } from './plain.js';
import { LISTS, words } from './strings.js';
import { useDesk } from './use-desk.js';

/** More would push the lists off the screen. */
const ARTICLES = 8;

type RailActions = { readonly goTo: (place: Place) => void; readonly showKeys: () => void };

export function Rail(actions: RailActions): ReactNode {
  return (
    <nav className="rail" aria-label={words.desk}>
      <RailRows {...actions} />
    </nav>
  );
}

/** The rail of the narrow page: a sheet from the side, behind the menu button. */
export function RailSheet({
  open,
  close,
  ...actions
}: RailActions & { readonly open: boolean; readonly close: () => void }): ReactNode {
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && close()}>
      <Dialog.Portal>
        <div className="scrim" />
        <Dialog.Content className="rail-sheet" aria-describedby={undefined}>
          <Dialog.Title className="sr">{words.queues}</Dialog.Title>
          <nav className="rail" aria-label={words.desk}>
            <RailRows {...actions} />
          </nav>
          <Dialog.Close className="button rail-close">{words.close}</Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function RailRows({ goTo, showKeys }: RailActions): ReactNode {
  const { state } = useDesk();
  const { counts, place, access } = state;
  const session = access.kind === 'open' ? access.session : null;
  return (
    <>
      <div className="rail-top">
        <a
          className="wordmark"
          href="./"
          onClick={(event) => follow(event, () => goTo({ list: 'all', article: null }))}
        >
          {words.product}
        </a>
        <span className="quiet site" dir="auto">
          {session === null ? '' : inSentence(session.site.name)}
        </span>
      </div>
      <div>
        <h2 className="sr">{words.queues}</h2>
        {(Object.keys(LISTS) as QueueList[]).map((list) => (
          <Row
            key={list}
            name={LISTS[list]}
            waiting={counts?.lists[list] ?? null}
            place={{ list, article: null }}
            current={place.article === null && place.list === list}
            goTo={goTo}
          />
        ))}
      </div>
      {counts !== null && counts.articles.length > 0 && (
        <div>
          <h2>{words.articles}</h2>
          {counts.articles.slice(0, ARTICLES).map(({ id, title, waiting }) => (
            <Row
              key={id}
              name={inSentence(title) || words.strip.untitled}
              waiting={waiting}
              place={{ list: 'all', article: id }}
              current={place.article === id}
              goTo={goTo}
            />
          ))}
        </div>
      )}
      <div className="rail-foot">
        {session?.demonstration === true && <p className="quiet demonstration">{words.demonstration}</p>}
        <div className="who">
          <IconGlyph icon="person" />
          <span className="name" dir="auto">
            {session === null ? '' : inSentence(session.actor.name)}
          </span>
          <button
            type="button"
            className="key-hint show-keys"
            aria-label={words.keys}
            aria-keyshortcuts="?"
            onClick={showKeys}
          >
            <KeyCap>?</KeyCap>
          </button>
        </div>
      </div>
    </>
  );
}

function Row({
  name,
  waiting,
  place,
  current,
  goTo,
}: {
  readonly name: string;
  readonly waiting: number | null;
  readonly place: Place;
  readonly current: boolean;
  readonly goTo: (place: Place) => void;
}): ReactNode {
  return (
    <a
      className="rail-row"
      href={addressOf(place)}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => follow(event, () => goTo(place))}
    >
      <span className="name" dir="auto">
        {name}
      </span>
      {waiting !== null && <span className="count">{count(waiting)}</span>}
    </a>
  );
}

/** Leaves alone what the browser should do: open in another tab or window. */
function follow(event: MouseEvent, go: () => void): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
  event.preventDefault();
  go();
}
