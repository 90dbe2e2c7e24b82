/**
 * A job that runs for so long waits for a model that hangs, or nearly. A sound one may take half a minute for a job: sixteen
 * comments at about a millisecond a character, where it runs as WebAssembly.
 */
const LONG_MS = 60_000;
/** So long after such a job has ended the model is taken to be as slow as it was. */
const REMEMBERED_MS = 60_000;
/** So many places are kept then for what cannot wait. */
const KEPT = 2;

/** The places of a lane: how many of its jobs run at once. */
export type Places = {
  /**
   * Counts a job among those that run; returns how to end that.
   *
   * @param mayBeLong how long it runs says nothing of the model.
   */
  take(mayBeLong?: boolean): () => void;
  /** Whether the model is slow, and more jobs run than may where some places are kept; for a job that is counted. */
  scarce(): boolean;
};

type Begun = { readonly at: number; readonly mayBeLong: boolean };

export function watchPlaces(places: number, now: () => number = () => performance.now()): Places {
  const begun = new Set<Begun>();
  let slowUntil = Number.NEGATIVE_INFINITY;
  const isLong = ({ at, mayBeLong }: Begun) => !mayBeLong && now() - at >= LONG_MS;
  return {
    take(mayBeLong = false) {
      const job = { at: now(), mayBeLong };
      begun.add(job);
      return () => {
        if (begun.delete(job) && isLong(job)) slowUntil = now() + REMEMBERED_MS;
      };
    },
    scarce: () => begun.size > places - KEPT && (now() < slowUntil || [...begun].some(isLong)),
  };
}
