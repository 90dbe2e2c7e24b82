import { Dialog } from 'radix-ui';
import type { MouseEvent, ReactNode } from 'react';
import type { QueueList } from '../core/views.js';
import { count } from './format.js';
import { IconGlyph } from './glyphs.js';
import { KeyCap } from './key-cap.js';
import { type Address, addressOf, type Page } from './place.js';
import { inSentence } from './plain.js';
import { LIST_TITLES, LISTS, PAGES, words } from './strings.js';
import { useDesk } from './use-desk.js';

/** More would push the lists off the screen. */
const ARTICLES = 8;

/** The guide to what each page is for; in a tab of its own, so that reading gives no comment back. */
const GUIDES: Readonly<Record<Page, string>> = {
  queue: '/guide/moderation',
  rules: '/guide/moderation#your-first-rule-in-five-minutes',
  policy: '/guide/policies',
};

type RailActions = {
  /** The page that the rail stands on. */
  readonly page: Page;
  readonly goTo: (address: Address) => void;
  readonly showKeys: () => void;
};

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

function RailRows({ page, goTo, showKeys }: RailActions): ReactNode {
  const { state } = useDesk();
  const { counts, place, access } = state;
  const session = access.kind === 'open' ? access.session : null;
  return (
    <>
      <div className="rail-top">
        <a
          className="wordmark"
          href="./"
          onClick={(event) => follow(event, () => goTo({ page: 'queue', place: { list: 'all', article: null } }))}
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
            title={LIST_TITLES[list]}
            waiting={counts?.lists[list] ?? null}
            address={{ page: 'queue', place: { list, article: null } }}
            current={page === 'queue' && place.article === null && place.list === list}
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
              title={inSentence(title)}
              waiting={waiting}
              address={{ page: 'queue', place: { list: 'all', article: id } }}
              current={page === 'queue' && place.article === id}
              goTo={goTo}
            />
          ))}
        </div>
      )}
      <div>
        <h2>{words.desk}</h2>
        <Row
          name={PAGES.rules}
          waiting={null}
          address={{ page: 'rules', list: null, rule: null }}
          current={page === 'rules'}
          goTo={goTo}
        />
        <Row
          name={PAGES.policy}
          waiting={null}
          address={{ page: 'policy', open: null }}
          current={page === 'policy'}
          goTo={goTo}
        />
        <a className="rail-row" href={GUIDES[page]} target="premod-guide" rel="noopener">
          <span className="name">{words.guide}</span>
        </a>
      </div>
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
  title,
  waiting,
  address,
  current,
  goTo,
}: {
  readonly name: string;
  readonly title?: string | undefined;
  readonly waiting: number | null;
  readonly address: Address;
  readonly current: boolean;
  readonly goTo: (address: Address) => void;
}): ReactNode {
  return (
    <a
      className="rail-row"
      href={addressOf(address)}
      title={title}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => follow(event, () => goTo(address))}
    >
      <span className="name" dir="auto">
        {name}
      </span>
      {waiting !== null && <span className="count">{count(waiting)}</span>}
    </a>
  );
}

/** Leaves alone what the browser should do: open in another tab or window. */
export function follow(event: MouseEvent, go: () => void): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
  event.preventDefault();
  go();
}
