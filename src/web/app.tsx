import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { AccessForm } from './access.js';
import type { Place } from './api.js';
import { Fault } from './fault.js';
import { Head } from './head.js';
import { KeyMap } from './keymap.js';
import { commandOf, GO_MS } from './keys.js';
import type { DeskLabel } from './labels.js';
import { addressOf, placeOf } from './place.js';
import { inSentence } from './plain.js';
import { Rail, RailSheet } from './rail.js';
import { Actions } from './review/actions.js';
import { Card } from './review/card.js';
import { Context } from './review/context.js';
import type { Desk } from './review/desk.js';
import type { DeskState } from './review/state.js';
import { Blank, Skeleton } from './review/states.js';
import { toastSaid } from './review/status.js';
import { readSettings, type Settings, writeSettings } from './settings.js';
import { LISTS, words } from './strings.js';
import { DeskContext, useDesk } from './use-desk.js';

export function App({ desk }: { readonly desk: Desk }): ReactNode {
  return (
    <DeskContext value={desk}>
      <Fault>
        <Queue />
      </Fault>
    </DeskContext>
  );
}

/** What is open beside the card. Only one thing at a time hears keys. */
export type Open = 'nothing' | 'reject' | 'other-reason' | 'note' | 'history' | 'more' | 'keys' | 'rail' | 'kept';

function Queue(): ReactNode {
  const { desk, state } = useDesk();
  const [open, setOpen] = useState<Open>('nothing');
  const [contextOpen, setContextOpen] = useState(false);
  const [unmasked, setUnmasked] = useState(false);
  const [lit, setLit] = useState<DeskLabel | null>(null);
  const [settings, setSettings] = useState(readSettings);
  const [version, setVersion] = useState<{ readonly of: string; readonly shown: number } | null>(null);
  const [item] = state.held;
  const shown = item !== undefined && version?.of === `${item.id} ${item.revision}` ? version.shown : null;

  const goTo = useCallback(
    (place: Place) => {
      history.pushState(null, '', addressOf(place));
      desk.goTo(place);
      setOpen('nothing');
    },
    [desk],
  );
  useEffect(() => {
    const back = () => desk.goTo(placeOf(location.search));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, [desk]);

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
          return goTo({ list: command.list, article: null });
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

  const change = (changed: Partial<Settings>) => {
    const next = { ...settings, ...changed };
    setSettings(next);
    writeSettings(next);
  };

  if (state.access.kind === 'key-needed') return <AccessForm access={state.access} />;
  const { sheet } = state;
  const wide = sheet.kind === 'empty' || sheet.kind === 'error';
  const drawn = sheet.kind === 'card' ? item : undefined;
  return (
    <>
      <a className="skip" href={drawn !== undefined || wide ? '#comment' : '#work'}>
        {words.skipLink}
      </a>
      <div className={['desk', wide && 'wide', contextOpen && 'with-context'].filter(Boolean).join(' ')}>
        <Rail goTo={goTo} showKeys={() => setOpen('keys')} />
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
            {wide && <Blank sheet={sheet} goTo={goTo} showKept={() => setOpen('kept')} />}
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
      <RailSheet open={open === 'rail'} close={() => setOpen('nothing')} goTo={goTo} showKeys={() => setOpen('keys')} />
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

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input:not([type=checkbox], [type=radio]), textarea, select') !== null)
  );
}
