import { type ReactNode, useEffect, useState } from 'react';
import type { Label } from '../../core/labels.js';
import { threshold } from '../format.js';
import type { Handle } from './chart.js';
import type { Resolved } from './resolved.js';
import { policy } from './words.js';

/** The thresholds of a label as fields, for typing what can be dragged above. */
export function ThresholdFields({
  label,
  held,
  set,
}: {
  readonly label: Label;
  readonly held: Resolved;
  /** Null: the label rejects nothing by itself any more. */
  readonly set: (handle: Handle, to: number | null) => void;
}): ReactNode {
  const crossing = held.reject !== null && held.reject < held.review;
  return (
    <div className="threshold-fields">
      <Field
        id="review-from"
        name={policy.reviewFrom}
        value={held.review}
        hint={held.inherited.review ? policy.inherited : ''}
        invalid={crossing}
        set={(to) => set('review', to)}
      />
      {label === 'off_topic' ? (
        <p className="soft">{policy.neverFixed}</p>
      ) : (
        <Field
          id="reject-from"
          name={policy.rejectFrom}
          value={held.reject}
          hint={held.inherited.reject ? `${policy.inherited}. ${policy.rejectHint}` : policy.rejectHint}
          invalid={crossing}
          mayBeEmpty
          set={(to) => set('reject', to)}
        />
      )}
      {crossing && (
        <p className="crossing" role="alert">
          {policy.crossing}
        </p>
      )}
    </div>
  );
}

function Field({
  id,
  name,
  value,
  hint,
  invalid,
  mayBeEmpty = false,
  set,
}: {
  readonly id: string;
  readonly name: string;
  readonly value: number | null;
  readonly hint: string;
  readonly invalid: boolean;
  readonly mayBeEmpty?: boolean;
  readonly set: (to: number | null) => void;
}): ReactNode {
  const [text, setText] = useState(value === null ? '' : String(value));
  /** What stands in the field is no threshold, so that another one holds than the one that is seen. */
  const [refused, setRefused] = useState(false);
  // A value that comes from elsewhere replaces what is typed; one that is only written otherwise does not.
  useEffect(() => {
    setText((typed) =>
      (typed.trim() === '' ? null : Number(typed)) === value ? typed : value === null ? '' : String(value),
    );
    setRefused(false);
  }, [value]);
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      <input
        id={id}
        className="input short"
        type="number"
        min={0}
        max={1}
        step={0.001}
        value={text}
        aria-invalid={invalid || refused}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const { value: typed, validity } = event.currentTarget;
          setText(typed);
          // What is no number at all, as `0,9` in some browsers, reads as nothing.
          const empty = typed.trim() === '' && !validity.badInput;
          const number = Number(typed);
          const fits = empty ? mayBeEmpty : !validity.badInput && number >= 0 && number <= 1;
          setRefused(!fits);
          if (fits) set(empty ? null : number);
        }}
      />
      <p className="hint" id={`${id}-hint`} role="status">
        {refused ? policy.noSuchThreshold(value === null ? null : threshold(value)) : hint}
      </p>
    </div>
  );
}
