import type { EventView, HelloView, LoadView } from '../core/views.js';

/** One frame of a `text/event-stream`; `id` is the newest that the stream has named so far. */
export type Frame = { readonly id: string | null; readonly event: string; readonly data: string };

/**
 * Reads a `text/event-stream` piece by piece, however the pieces are cut.
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation}
 */
export function createFrameReader(): (piece: string) => Frame[] {
  let rest = '';
  let id: string | null = null;
  let event = '';
  let data: string[] = [];
  let first = true;

  const take = (line: string, frames: Frame[]) => {
    if (line === '') {
      if (data.length > 0) frames.push({ id, event: event === '' ? 'message' : event, data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  };

  return (piece) => {
    rest += first ? piece.replace(/^\uFEFF/, '') : piece;
    if (piece !== '') first = false;
    const frames: Frame[] = [];
    for (;;) {
      const end = rest.search(/[\r\n]/);
      // A carriage return at the very end may be half of a line end.
      if (end === -1 || (rest[end] === '\r' && end === rest.length - 1)) return frames;
      const length = rest[end] === '\r' && rest[end + 1] === '\n' ? 2 : 1;
      take(rest.slice(0, end), frames);
      rest = rest.slice(end + length);
    }
  };
}

export type WatchDeps = {
  /** Opens the stream after an event's number, or at now. Rejects where there is no answer; the signal ends the stream. */
  open(after: number | null, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  onEvent(event: EventView): void;
  /** The stream stands. `missed`: the service counts anew, so events between may be lost and what is shown must be read again. */
  onOpen(missed: boolean): void;
  /** Whether the service is overloaded, as it says when the stream stands and whenever that changes. */
  onLoad(overloaded: boolean): void;
  onLost(error: unknown): void;
  /** Waits that many ms, or until it is worth trying at once; `signal` ends the wait. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
};

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** The service says something every 15 s; three silences in a row are a dead connection. */
const SILENCE_MS = 45_000;

/**
 * Follows `/v1/events` until the signal ends it: after every break it goes on behind the last event that was handled, with
 * pauses that double up to half a minute.
 */
export async function watchEvents(deps: WatchDeps, signal: AbortSignal): Promise<void> {
  let handled: number | null = null;
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const connection = new AbortController();
    const end = () => connection.abort();
    signal.addEventListener('abort', end);
    let silence = setTimeout(end, SILENCE_MS);
    try {
      const read = createFrameReader();
      const decoder = new TextDecoder();
      for await (const bytes of await deps.open(handled, connection.signal)) {
        clearTimeout(silence);
        silence = setTimeout(end, SILENCE_MS);
        for (const frame of read(decoder.decode(bytes, { stream: true }))) {
          if (frame.event === 'hello') {
            const { number, overloaded } = JSON.parse(frame.data) as HelloView;
            const missed: boolean = handled !== null && number < handled;
            if (handled === null || missed) handled = number;
            pause = FIRST_PAUSE_MS;
            deps.onOpen(missed);
            deps.onLoad(overloaded);
          } else if (frame.event === 'load') {
            deps.onLoad((JSON.parse(frame.data) as LoadView).overloaded);
          } else {
            const event = JSON.parse(frame.data) as EventView;
            // Behind a break the service may say again what was heard already.
            if (handled !== null && event.number <= handled) continue;
            deps.onEvent(event);
            handled = event.number;
          }
        }
      }
      if (!signal.aborted) deps.onLost(null);
    } catch (error) {
      if (!signal.aborted) deps.onLost(error);
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', end);
      connection.abort();
    }
    if (signal.aborted) return;
    await deps.wait(pause, signal);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}
