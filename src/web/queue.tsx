import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Head } from './head.js';
import { KeyMap } from './keymap.js';
import { commandOf, GO_MS } from './keys.js';
import type { DeskLabel } from './labels.js';
import type { Address } from './place.js';
import { inSentence } from './plain.js';
import { Rail, RailSheet } from './rail.js';
import { Actions } from './review/actions.js';
import { Card } from './review/card.js';
import { Context } from './review/context.js';
import type { DeskState } from './review/state.js';
import { Blank, Skeleton } from './review/states.js';
import { toastSaid } from './review/status.js';
import { LISTS, words } from './strings.js';
import { isField } from './typing.js';
import { useDesk } from './use-desk.js';
import { useSettings } from './use-settings.js';

/** What is open beside the card. Only one thing at a time hears keys. */
export type Open = 'nothing' | 'reject' | 'other-reason' | 'note' | 'history' | 'more' | 'keys' | 'rail' | 'kept';

/** The page that waits for decisions: one comment at a time. */
export function Queue({ goTo }: { readonly goTo: (address: Address) => void }): ReactNode {
  const { desk, state } = useDesk();
  const [open, setOpen] = useState<Open>('nothing');
  const [contextOpen, setContextOpen] = useState(false);
  const [unmasked, setUnmasked] = useState(false);
  const [lit, setLit] = useState<DeskLabel | null>(null);
  const [settings, change] = useSettings();
  const [version, setVersion] = useState<{ readonly of: string; readonly shown: number } | null>(null);
  const [item] = state.held;
  const shown = item !== undefined && version?.of === `${item.id} ${item.revision}` ? version.shown : null;

  // Whatever stood open belonged to the list that is left.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place is what is watched.
  useEffect(() => setOpen('nothing'), [state.place]);

  const showContext = useCallback(() => {
    // Beside the card or under it the context is always there; in between it is a drawer.
    const drawer = matchMedia('(min-width: 900px) and (max-width: 1359px)').matches;
    if (drawer && contextOpen) return closeContext(setContextOpen);
    if (drawer) setContextOpen(true);
    requestAnimationFrame(() => document.getElementById('context')?.focus());
  }, [contextOpen]);

  const nextVersion = useCallback(() => {
    if (item === undefined || item.revision < 2) return;
    const now = shown ?? item.revision;
    const of = `${item.id} ${item.revision}`;
    setVersion(now > 1 ? { of, shown: now - 1 } : null);
  }, [item, shown]);

  const goSince = useRef(0);
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (event.defaultPrevented || open !== 'nothing') return;
      const going = Date.now() - goSince.current < GO_MS;
      const command = commandOf(event, { typing: isField(event.target), singleKeys: settings.singleKeys, going });
      goSince.current = 0;
      if (command === null) return;
      if (command.kind === 'close') {
        setLit(null);
        if (contextOpen) closeContext(setContextOpen);
        return;
      }
      event.preventDefault();
      switch (command.kind) {
        case 'decide':
          return void desk.decide({ action: command.action });
        case 'reject':
          return canDecide(desk.getState()) ? setOpen('reject') : undefined;
        case 'undo':
          return void desk.undo();
        case 'skip':
          return desk.skip();
        case 'previous':
          return void desk.previous();
        case 'note':
          return canDecide(desk.getState()) ? setOpen('note') : undefined;
        case 'unmask':
          return setUnmasked(true);
        case 'version':
          return state.notice?.kind === 'revised' ? void desk.readRevised() : nextVersion();
        case 'context':
          return showContext();
        case 'keys':
          return setOpen('keys');
        case 'light':
          return setLit((now) => (now === command.label ? null : command.label));
        case 'begin-go':
          goSince.current = Date.now();
          return;
        case 'go':
          return goTo(command.to);
      }
    },
    [open, settings.singleKeys, contextOpen, desk, state.notice, nextVersion, showContext, goTo],
  );
  useEffect(() => {
    const mask = (event: Event) => {
      if (!(event instanceof KeyboardEvent) || event.key.toLowerCase() === 'm') setUnmasked(false);
    };
    document.addEventListener('keydown', onKeyDown);
    document.addEventListener('keyup', mask);
    addEventListener('blur', mask);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      document.removeEventListener('keyup', mask);
      removeEventListener('blur', mask);
    };
  }, [onKeyDown]);

  const { name, waiting } = headOf(state);
  useEffect(() => {
    document.title = words.title(name, waiting);
  }, [name, waiting]);

  const { sheet } = state;
  const wide = sheet.kind === 'empty' || sheet.kind === 'error';
  const drawn = sheet.kind === 'card' ? item : undefined;
  return (
    <>
      <a className="skip" href={drawn !== undefined || wide ? '#comment' : '#work'}>
        {words.skipLink}
      </a>
      <div className={['desk', wide && 'wide', contextOpen && 'with-context'].filter(Boolean).join(' ')}>
        <Rail page="queue" goTo={goTo} showKeys={() => setOpen('keys')} />
        <Head
          name={name}
          waiting={sheet.kind === 'empty' ? null : waiting}
          contextOpen={contextOpen}
          showContext={drawn === undefined ? null : showContext}
          showRail={() => setOpen('rail')}
        />
        <main className="work" id="work">
          <div className="scroll">
            {sheet.kind === 'loading' && <Skeleton />}
            {wide && (
              <Blank sheet={sheet} goTo={(place) => goTo({ page: 'queue', place })} showKept={() => setOpen('kept')} />
            )}
            {drawn !== undefined && (
              <Card
                item={drawn}
                shown={shown}
                nextVersion={nextVersion}
                lit={lit}
                setLit={setLit}
                maskWords={settings.maskWords}
                unmasked={unmasked}
                setUnmasked={setUnmasked}
                showContext={showContext}
              />
            )}
          </div>
          <Actions item={drawn ?? null} hidden={wide} open={open} setOpen={setOpen} />
        </main>
        {!wide && <Context item={drawn ?? null} setOpen={setOpen} />}
      </div>
      <p className="sr" role="status" id="announcement">
        {state.announcement}
      </p>
      <p className="sr" role="status">
        {toastSaid(state.toast)}
      </p>
      <KeyMap open={open === 'keys'} close={() => setOpen('nothing')} settings={settings} change={change} />
      <RailSheet
        page="queue"
        open={open === 'rail'}
        close={() => setOpen('nothing')}
        goTo={goTo}
        showKeys={() => setOpen('keys')}
      />
    </>
  );
}

/** What the head says: the list or the article, and how many wait there; null before that is known. */
function headOf({ counts, place, held }: DeskState): { readonly name: string; readonly waiting: number | null } {
  if (place.article === null) return { name: LISTS[place.list], waiting: counts?.lists[place.list] ?? null };
  const listed = counts?.articles.find(({ id }) => id === place.article);
  const name = listed?.title ?? held[0]?.article.title ?? words.side.article;
  return { name: inSentence(name) || words.strip.untitled, waiting: listed?.waiting ?? null };
}

function canDecide({ held, notice, saving, sheet }: DeskState): boolean {
  return held.length > 0 && notice === null && !saving && sheet.kind === 'card';
}

function closeContext(setContextOpen: (open: boolean) => void): void {
  const inside = document.getElementById('context')?.contains(document.activeElement) ?? false;
  setContextOpen(false);
  if (inside) requestAnimationFrame(() => document.getElementById('comment')?.focus({ preventScroll: true }));
}
