import { useState } from 'react';

/**
 * Something that the service is asked for once, however often the button is pressed.
 *
 * @returns whether it is being done, and what begins it; that does nothing where it is being done already.
 */
export function useDoing(): readonly [boolean, (what: () => Promise<unknown>) => void] {
  const [doing, setDoing] = useState(false);
  const begin = (what: () => Promise<unknown>) => {
    if (doing) return;
    setDoing(true);
    void what().finally(() => setDoing(false));
  };
  return [doing, begin];
}
