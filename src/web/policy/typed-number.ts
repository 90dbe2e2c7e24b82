import { type ChangeEvent, useEffect, useState } from 'react';

export type NumberBounds = {
  /** Both are permitted. */
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
  /** Nothing typed is a value too. */
  readonly mayBeEmpty?: boolean;
};

/**
 * What is typed into a field for a number. What fits goes on at once; what does not is refused, so that another value holds
 * than the one that is seen.
 *
 * @param value the one that holds; null: none.
 */
export function useTypedNumber(
  value: number | null,
  { least, most, whole = false, mayBeEmpty = false }: NumberBounds,
  set: (to: number | null) => void,
) {
  const [text, setText] = useState(value === null ? '' : String(value));
  const [refused, setRefused] = useState(false);
  // A value that comes from elsewhere replaces what is typed; one that is only written otherwise does not.
  useEffect(() => {
    setText((typed) =>
      (typed.trim() === '' ? null : Number(typed)) === value ? typed : value === null ? '' : String(value),
    );
    setRefused(false);
  }, [value]);
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    const { value: typed, validity } = event.currentTarget;
    setText(typed);
    // What is no number at all, as `0,9` in some browsers, reads as nothing.
    const empty = typed.trim() === '' && !validity.badInput;
    const number = Number(typed);
    const inRange = number >= least && number <= most && (!whole || Number.isInteger(number));
    const fits = empty ? mayBeEmpty : !validity.badInput && inRange;
    setRefused(!fits);
    if (fits) set(empty ? null : number);
  };
  return { text, refused, onChange };
}
