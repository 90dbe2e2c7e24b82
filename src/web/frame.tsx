import { type ReactNode, useEffect, useRef, useState } from 'react';
import { clockTime } from './format.js';
import { IconGlyph } from './glyphs.js';
import { KeyMap } from './keymap.js';
import { commandOf, GO_MS } from './keys.js';
import { LoadNotice } from './load-notice.js';
import type { Address, Page } from './place.js';
import { Rail, RailSheet } from './rail.js';
import { PAGES, words } from './strings.js';
import { isField } from './typing.js';
import { useDesk } from './use-desk.js';
import { useSettings } from './use-settings.js';

type FrameProps = {
  readonly page: Exclude<Page, 'queue'>;
  readonly goTo: (address: Address) => void;
  /** Beside the name: what is published. */
  readonly about: ReactNode;
  /** At the end of the head: what can be done. */
  readonly actions: ReactNode;
  /** Said to screen readers when it changes. */
  readonly announcement: string;
  /** Where offline, what is safe. */
  readonly safe: string;
  /** Where the skip link leads; to the work as a whole where that is not drawn. */
  readonly skipTo: { readonly id: string; readonly words: string } | null;
  readonly children: ReactNode;
};

/** What every page beside the queue has: rail, head, connection, key map, and the keys that go elsewhere. */
export function Frame({ page, goTo, about, actions, announcement, safe, skipTo, children }: FrameProps): ReactNode {
  const { state } = useDesk();
  const [open, setOpen] = useState<'nothing' | 'keys' | 'rail'>('nothing');
  const [settings, change] = useSettings();
  const goSince = useRef(0);

  useEffect(() => {
    document.title = words.title(PAGES[page], null);
  }, [page]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // A dialog hears its own keys.
      if (event.defaultPrevented || document.querySelector('[role=dialog]') !== null) return;
      const going = Date.now() - goSince.current < GO_MS;
      const command = commandOf(event, { typing: isField(event.target), singleKeys: settings.singleKeys, going });
      goSince.current = 0;
      if (command?.kind === 'begin-go') goSince.current = Date.now();
      else if (command?.kind === 'go') goTo(command.to);
      else if (command?.kind === 'keys') setOpen('keys');
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [goTo, settings.singleKeys]);

  const rail = { page, goTo, showKeys: () => setOpen('keys') };
  return (
    <>
      <a className="skip" href={`#${skipTo?.id ?? 'work'}`}>
        {skipTo?.words ?? words.skipToWork}
      </a>
      <div className="desk wide">
        <Rail {...rail} />
        <header className="head">
          <button type="button" className="menu" aria-label={words.queues} onClick={() => setOpen('rail')}>
            <IconGlyph icon="menu" />
          </button>
          <h1>{PAGES[page]}</h1>
          {about}
          <div className="end">{actions}</div>
        </header>
        <main className="work bench" id="work" tabIndex={-1}>
          <div role="status" className="bench-notices">
            {state.offlineSince !== null && (
              <p className="notice">
                <IconGlyph icon="offline" />
                <span>
                  {words.notice.offline(clockTime(state.offlineSince, Date.now()))} {safe}
                </span>
              </p>
            )}
            <LoadNotice />
          </div>
          {children}
        </main>
      </div>
      <p className="sr" role="status" id="announcement">
        {announcement}
      </p>
      <KeyMap open={open === 'keys'} close={() => setOpen('nothing')} settings={settings} change={change} />
      <RailSheet open={open === 'rail'} close={() => setOpen('nothing')} {...rail} />
    </>
  );
}
