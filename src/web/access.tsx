import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import type { Access } from './review/state.js';
import { words } from './strings.js';
import { useDesk } from './use-desk.js';

/** Asks for the access key, at the beginning or when the service does not know us any more. */
export function AccessForm({ access }: { readonly access: Extract<Access, { kind: 'key-needed' }> }): ReactNode {
  const { desk, state } = useDesk();
  const field = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a refused key brings the focus back to the field.
  useEffect(() => field.current?.focus(), [access]);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const key = field.current?.value.trim() ?? '';
    if (key !== '') desk.openWith(key);
  };
  return (
    <main className="access">
      <form className="blank" onSubmit={onSubmit}>
        <p className="wordmark">{words.product}</p>
        <h1>{access.wasOpen ? words.access.over : words.access.title}</h1>
        <p>{words.access.body}</p>
        {state.kept.length > 0 && <p>{words.access.kept(state.kept.length)}</p>}
        <div className="field">
          <label htmlFor="key">{words.access.key}</label>
          <input
            ref={field}
            id="key"
            className="input"
            type="password"
            autoComplete="current-password"
            required
            aria-invalid={access.refused}
            aria-describedby={access.refused ? 'key-refused' : undefined}
          />
          {access.refused && (
            <p id="key-refused" className="hint" role="alert">
              {words.access.refused}
            </p>
          )}
        </div>
        <button type="submit" className="button">
          {words.access.open}
        </button>
      </form>
    </main>
  );
}
