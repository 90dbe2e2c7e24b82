import type { ReactNode } from 'react';
import { Refused } from '../api.js';
import { referenceOf } from '../review/state.js';
import { words } from '../strings.js';
import type { Reading } from '../use-reading.js';
import type { Fault } from './shapes.js';
import { shared } from './words.js';

/** What stands where something could not be read: what happened, what is safe, and a way to try again. */
export function Unread({
  what,
  reading,
  again,
}: {
  readonly what: string;
  readonly reading: Extract<Reading<unknown>, { kind: 'failed' }>;
  readonly again: () => void;
}): ReactNode {
  const { failure } = reading;
  return (
    <div className="blank" role="alert">
      <h2>{shared.unread(what)}</h2>
      <p>
        {failure.kind === 'silent' && words.error.silent(failure.seconds)}
        {failure.kind === 'unreached' && words.error.unreached}
        {failure.kind === 'problem' && words.error.problem(failure.title)} {shared.nothingChanged} {shared.tryingAgain}
      </p>
      <p>
        <button type="button" className="button" onClick={again}>
          {words.error.now}
        </button>
      </p>
      {failure.kind === 'problem' && failure.reference !== '' && (
        <p className="quiet">{words.error.reference(failure.reference)}</p>
      )}
    </div>
  );
}

/** Whether somebody else published since what would be changed was looked at. */
export function isOvertaken(error: unknown): error is Refused {
  return error instanceof Refused && error.code === 'overtaken';
}

/** Why something was not done, as one sentence: the service's own words, with a reference where it broke. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Refused)) return shared.silent;
  const { detail, title, status, instance } = error.problem;
  return status >= 500 ? `${title} (${referenceOf(instance)})` : (detail ?? title);
}

/** Why drafts were not tried: their faults, each with its place, or whatever else stood in the way. */
export function NotTried({ error }: { readonly error: unknown }): ReactNode {
  const faults = draftFaultsIn(error);
  if (faults.length === 0) return whyNot(error);
  return (
    <>
      {shared.faultyDrafts}
      <Faults faults={faults} />
    </>
  );
}

/** Faults in the way of a trial, each with its place. */
export function Faults({ faults }: { readonly faults: readonly Fault[] }): ReactNode {
  return (
    <ul className="not-tried">
      {faults.map(({ list, line, column, rule, detail }) => (
        <li key={`${list} ${line} ${column} ${rule} ${detail}`}>
          {[list, line === undefined ? undefined : shared.line(line)].filter((part) => part !== undefined).join(', ')}
          {': '}
          {rule !== undefined && <b className="firm">{rule} </b>}
          {detail}
        </li>
      ))}
    </ul>
  );
}

/** The faults that a refusal names, each where it lies. */
export function faultsIn(error: unknown): readonly Fault[] {
  const faults = draftFaultsIn(error);
  if (faults.length > 0 || !(error instanceof Refused)) return faults;
  return (error.problem as { errors?: readonly Fault[] }).errors ?? [];
}

function draftFaultsIn(error: unknown): readonly Fault[] {
  if (!(error instanceof Refused)) return [];
  const { faults } = error.problem as { faults?: unknown };
  return Array.isArray(faults) ? (faults as readonly Fault[]) : [];
}
