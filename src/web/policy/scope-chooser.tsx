import { type ReactNode, useId, useState } from 'react';
import { Pick } from '../pick.js';
import { EVERYWHERE, isGroup, keyOf, type Scope } from './scope.js';
import { settings } from './setting-words.js';
import type { PolicyDocument } from './shapes.js';
import { policy } from './words.js';

type Place = Exclude<Scope, { kind: 'everywhere' }>;

const LONGEST_NAME = 255;
const { place: words } = settings;

/** Chooses where settings are looked at and written: the defaults, a place that the policy names, or any other one. */
export function ScopeChooser({
  document,
  scope,
  choose,
}: {
  readonly document: PolicyDocument;
  readonly scope: Scope;
  readonly choose: (scope: Scope) => void;
}): ReactNode {
  const [adding, setAdding] = useState(false);
  const id = useId();
  const sections = placesIn(document.sections, 'section', scope);
  const articles = placesIn(document.articles, 'article', scope);
  return (
    <div className="scope">
      <label className="quiet" htmlFor={id}>
        {policy.scope}
      </label>
      <Pick
        id={id}
        value={keyOf(scope)}
        onChange={(event) => {
          const key = event.currentTarget.value;
          choose([...sections, ...articles].find((place) => keyOf(place) === key) ?? EVERYWHERE);
        }}
      >
        <option value="">{policy.everywhere}</option>
        <Places label={words.sections} places={sections} />
        <Places label={words.articles} places={articles} />
      </Pick>
      <button
        type="button"
        className="button small"
        aria-expanded={adding}
        onClick={() => setAdding((before) => !before)}
      >
        {words.another}
      </button>
      {adding && (
        <AnotherPlace
          choose={(place) => {
            choose(place);
            setAdding(false);
            window.document.getElementById(id)?.focus();
          }}
        />
      )}
    </div>
  );
}

function Places({ label, places }: { readonly label: string; readonly places: readonly Place[] }): ReactNode {
  if (places.length === 0) return null;
  return (
    <optgroup label={label}>
      {places.map((place) => (
        <option key={place.name} value={keyOf(place)}>
          {place.name}
        </option>
      ))}
    </optgroup>
  );
}

/** A place that the policy says nothing about yet; it is written there with the first setting. */
function AnotherPlace({ choose }: { readonly choose: (place: Place) => void }): ReactNode {
  const [kind, setKind] = useState<Place['kind']>('section');
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState(false);
  const id = useId();
  return (
    <form
      className="another-place"
      onSubmit={(event) => {
        event.preventDefault();
        const name = typed.trim();
        if (name === '') setRefused(true);
        else choose(kind === 'section' ? { kind, name } : { kind, name, section: null });
      }}
    >
      <div className="field">
        <label htmlFor={`${id}-kind`}>{words.kind}</label>
        <Pick
          id={`${id}-kind`}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value === 'article' ? 'article' : 'section')}
        >
          <option value="section">{words.section}</option>
          <option value="article">{words.article}</option>
        </Pick>
      </div>
      <div className="field">
        <label htmlFor={`${id}-name`}>{words.name[kind]}</label>
        <input
          id={`${id}-name`}
          className="input"
          maxLength={LONGEST_NAME}
          value={typed}
          aria-invalid={refused}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setRefused(false);
          }}
        />
        <p className="hint" id={`${id}-hint`} role="status">
          {refused && words.nameless}
        </p>
      </div>
      <button type="submit" className="button small">
        {words.choose}
      </button>
    </form>
  );
}

/** The places of a kind that the policy names, and the one that is chosen, although it may not name it. */
function placesIn(named: unknown, kind: Place['kind'], scope: Scope): readonly Place[] {
  const names = isGroup(named) ? Object.keys(named) : [];
  const chosen = scope.kind === kind && !names.includes(scope.name) ? [scope.name] : [];
  return [...names, ...chosen].map((name) => (kind === 'section' ? { kind, name } : { kind, name, section: null }));
}
