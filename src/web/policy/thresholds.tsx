import type { ReactNode } from 'react';
import type { Label } from '../../core/labels.js';
import { threshold } from '../format.js';
import type { Handle } from './chart.js';
import type { Resolved } from './scope.js';
import { SetBack } from './set-back.js';
import { useTypedNumber } from './typed-number.js';
import { policy } from './words.js';

/** The id of the field for the review threshold. */
export const REVIEW_FIELD = 'review-from';

/** The thresholds of a label as fields, for typing what can be dragged above. */
export function ThresholdFields({
  label,
  held,
  set,
  setBack,
}: {
  readonly label: Label;
  readonly held: Resolved;
  /** Null: the label rejects nothing by itself any more. */
  readonly set: (handle: Handle, to: number | null) => void;
  /** Null where nothing is inherited. */
  readonly setBack: ((handle: Handle) => void) | null;
}): ReactNode {
  const crossing = held.reject !== null && held.reject < held.review;
  return (
    <div className="threshold-fields">
      <Field
        id={REVIEW_FIELD}
        name={policy.reviewFrom}
        value={held.review}
        hint={held.inherited.review ? policy.inherited : ''}
        invalid={crossing}
        set={(to) => set('review', to)}
        setBack={setBack === null || held.inherited.review ? null : () => setBack('review')}
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
          setBack={setBack === null || held.inherited.reject ? null : () => setBack('reject')}
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
  setBack,
}: {
  readonly id: string;
  readonly name: string;
  readonly value: number | null;
  readonly hint: string;
  readonly invalid: boolean;
  readonly mayBeEmpty?: boolean;
  readonly set: (to: number | null) => void;
  readonly setBack: (() => void) | null;
}): ReactNode {
  const { text, refused, onChange } = useTypedNumber(value, { least: 0, most: 1, mayBeEmpty }, set);
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
        onChange={onChange}
      />
      <p className="hint" id={`${id}-hint`} role="status">
        {refused ? policy.noSuchThreshold(value === null ? null : threshold(value)) : hint}
      </p>
      {setBack !== null && <SetBack name={name} field={id} setBack={setBack} />}
    </div>
  );
}
