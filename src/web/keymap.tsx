import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import type { QueueList } from '../core/views.js';
import { KeyCap } from './key-cap.js';
import { LIST_KEYS, PAGE_KEYS } from './keys.js';
import { DESK_LABELS, digitOf } from './labels.js';
import type { Settings } from './settings.js';
import { LABELS, LISTS, PAGES, words } from './strings.js';

export function KeyMap({
  open,
  close,
  settings,
  change,
}: {
  readonly open: boolean;
  readonly close: () => void;
  readonly settings: Settings;
  readonly change: (changed: Partial<Settings>) => void;
}): ReactNode {
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && close()}>
      <Dialog.Portal>
        <div className="scrim" />
        <Dialog.Content className="keymap-in" aria-describedby={undefined}>
          <div className="keymap-head">
            <Dialog.Title>{words.keymap.keys}</Dialog.Title>
            <Dialog.Close className="button small">
              {words.close} <KeyCap>Esc</KeyCap>
            </Dialog.Close>
          </div>
          <div className="keymap-cols">
            <div>
              <Group
                name={words.keymap.decide}
                rows={[
                  [words.keymap.approve, 'a'],
                  [words.keymap.reject, 'r'],
                  [words.keymap.escalate, 'e'],
                  [words.keymap.edit, 'q'],
                  [words.keymap.undo, 'z'],
                ]}
              />
              <Group
                name={words.keymap.read}
                rows={[
                  [words.keymap.unmask, 'm'],
                  [words.keymap.version, 'v'],
                  [words.keymap.context, 'c'],
                  [words.keymap.note, 'n'],
                ]}
              />
            </div>
            <div>
              <Group
                name={words.keymap.labels}
                rows={DESK_LABELS.map((label) => [words.capital(LABELS[label]), String(digitOf(label))])}
              />
              <Group
                name={words.keymap.move}
                rows={[
                  [words.keymap.skip, 'j'],
                  [words.keymap.previous, 'k'],
                  [words.keymap.keys, '?'],
                ]}
              />
            </div>
            <div>
              <Group
                name={words.keymap.go}
                rows={[
                  ...(Object.keys(LISTS) as QueueList[]).map((list): Row => [LISTS[list], 'g', LIST_KEYS[list]]),
                  [PAGES.rules, 'g', PAGE_KEYS.rules],
                  [PAGES.policy, 'g', PAGE_KEYS.policy],
                ]}
              />
              <section>
                <h3>{words.keymap.settings}</h3>
                <ul>
                  <Choice
                    name={words.keymap.singleKeys}
                    on={settings.singleKeys}
                    set={(singleKeys) => change({ singleKeys })}
                  />
                  <Choice
                    name={words.keymap.maskWords}
                    on={settings.maskWords}
                    set={(maskWords) => change({ maskWords })}
                  />
                </ul>
              </section>
            </div>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type Row = readonly [name: string, ...keys: string[]];

function Group({ name, rows }: { readonly name: string; readonly rows: readonly Row[] }): ReactNode {
  return (
    <section>
      <h3>{name}</h3>
      <ul>
        {rows.map(([row, ...keys]) => (
          <li key={row}>
            {row}
            <span className="keys">
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Choice({
  name,
  on,
  set,
}: {
  readonly name: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}): ReactNode {
  return (
    <li>
      <label className="choice">
        {name}
        <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} />
      </label>
    </li>
  );
}
