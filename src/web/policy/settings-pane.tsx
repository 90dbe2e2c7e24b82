import { Fragment, type ReactNode } from 'react';
import { Pick } from '../pick.js';
import type { Fault } from '../rules/shapes.js';
import { pathTo, pointerTo, type Scope } from './scope.js';
import { SetBack } from './set-back.js';
import {
  choiceOf,
  GROUPS,
  inForceWords,
  refusedWords,
  settings,
  sourceWords,
  unitAndRange,
  valueWords,
  wordsOf,
} from './setting-words.js';
import { canBeSetBack, resolvedSetting, SETTINGS, type Setting } from './settings.js';
import type { PolicyDocument } from './shapes.js';
import { useTypedNumber } from './typed-number.js';

type Of<Kind extends Setting['kind']> = Extract<Setting, { kind: Kind }>;

/** Every setting but the thresholds, as it holds for a scope, where it comes from, and a field for setting it there. */
export function SettingsPane({
  document,
  published,
  scope,
  faults,
  set,
  setBack,
}: {
  readonly document: PolicyDocument;
  readonly published: PolicyDocument;
  readonly scope: Scope;
  /** What is wrong with the draft; each is shown at the setting that it names. */
  readonly faults: readonly Fault[];
  readonly set: (setting: Setting, to: unknown) => void;
  readonly setBack: (setting: Setting) => void;
}): ReactNode {
  const row = (setting: Setting) => {
    const held = resolvedSetting(document, setting, scope);
    const holds = resolvedSetting(published, setting, scope).value;
    const pointer = pointerTo([...pathTo(scope), ...setting.path]);
    const drafted = JSON.stringify(held.value) !== JSON.stringify(holds) && holds !== undefined;
    return (
      <Row
        key={pointer}
        setting={setting}
        held={held.value}
        from={`${sourceWords(setting, scope, held)}${drafted ? ` ${inForceWords(setting, holds)}` : ''}`}
        fault={faults.find((fault) => fault.pointer === pointer)?.detail ?? null}
        set={(to) => {
          // What is inherited is not written down a second time.
          const inherits = setting.kind === 'group' && scope.kind !== 'everywhere';
          if (inherits && choiceOf(to) === choiceOf(held.otherwise.value)) setBack(setting);
          else set(setting, to);
        }}
        setBack={canBeSetBack(held, scope) ? () => setBack(setting) : null}
      />
    );
  };
  return (
    <div className="settings">
      <p className="soft">{settings.intro}</p>
      {Object.entries<readonly Setting[]>(SETTINGS).map(([name, ofGroup]) => (
        <section key={name} className="setting-group" aria-labelledby={`settings-${name}`}>
          <h3 id={`settings-${name}`}>{GROUPS[name as keyof typeof GROUPS]}</h3>
          {ofGroup.map((setting) => {
            const [group = '', part] = setting.path;
            const absent = part !== undefined && resolvedSetting(document, { path: [group] }, scope).value === null;
            return <Fragment key={setting.path.join('.')}>{!absent && row(setting)}</Fragment>;
          })}
        </section>
      ))}
    </div>
  );
}

type RowProps<Kind extends Setting['kind']> = {
  readonly setting: Of<Kind>;
  /** What is written, perhaps wrongly, or inherited. */
  readonly held: unknown;
  readonly from: string;
  readonly fault: string | null;
  readonly set: (to: unknown) => void;
  /** Null where it says nothing else than what it would be set back to. */
  readonly setBack: (() => void) | null;
};

function Row(props: RowProps<Setting['kind']>): ReactNode {
  const { setting } = props;
  if (setting.kind === 'number') return <NumberRow {...props} setting={setting} />;
  return <ChoiceRow {...props} setting={setting} />;
}

function NumberRow({ setting, held, set, ...others }: RowProps<'number'>): ReactNode {
  const value = typeof held === 'number' ? held : null;
  const { text, refused, onChange } = useTypedNumber(value, setting, set);
  const id = idOf(setting);
  const said = refused ? refusedWords(setting, held) : others.fault;
  return (
    <Frame {...others} setting={setting} fault={said}>
      <span className="setting-number">
        <input
          id={id}
          className="input short"
          type="number"
          min={setting.least}
          max={setting.most}
          step={setting.step}
          value={text}
          aria-invalid={said !== null}
          aria-describedby={`${id}-unit ${id}-from ${id}-fault`}
          onChange={onChange}
        />
        <span className="quiet" id={`${id}-unit`}>
          {unitAndRange(setting)}
        </span>
      </span>
    </Frame>
  );
}

function ChoiceRow({ setting, held, set, ...others }: RowProps<'choice' | 'group'>): ReactNode {
  const id = idOf(setting);
  const values = setting.kind === 'group' ? [null, setting.first] : setting.of;
  const chosen = choiceOf(held);
  const known = values.some((value) => choiceOf(value) === chosen);
  return (
    <Frame {...others} setting={setting}>
      <Pick
        id={id}
        value={chosen}
        aria-invalid={others.fault !== null}
        aria-describedby={`${id}-from ${id}-fault`}
        onChange={(event) => {
          const to = values.find((value) => choiceOf(value) === event.currentTarget.value);
          if (to !== undefined) set(to);
        }}
      >
        {!known && <option value={chosen}>{settings.notPermitted(chosen)}</option>}
        {values.map((value) => (
          <option key={choiceOf(value)} value={choiceOf(value)}>
            {valueWords(setting, value)}
          </option>
        ))}
      </Pick>
    </Frame>
  );
}

/** A setting's name, its field, and what is to be said of it. */
function Frame({
  setting,
  from,
  fault,
  setBack,
  children,
}: Omit<RowProps<Setting['kind']>, 'held' | 'set'> & { readonly children: ReactNode }): ReactNode {
  const id = idOf(setting);
  const { name, help } = wordsOf(setting);
  return (
    <div className="setting">
      <label className="setting-name" htmlFor={id}>
        {name}
      </label>
      <div className="setting-control">{children}</div>
      <div className="setting-words">
        <p className="hint" id={`${id}-from`}>
          {help !== undefined && `${help} `}
          <span className="soft">{from}</span>
        </p>
        {setBack !== null && <SetBack name={name} field={id} setBack={setBack} />}
      </div>
      <p className="setting-fault" id={`${id}-fault`} role="status">
        {fault}
      </p>
    </div>
  );
}

function idOf({ path }: Setting): string {
  return `setting-${path.join('-')}`;
}
