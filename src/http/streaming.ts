import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';

/**
 * How long the server itself waits: a minute for headers, for bodies without limit. Its own limit on bodies would cut an import
 * that takes longer although it moves; {@link wholeInTime} and {@link moving} stand in for it.
 */
export const SERVER_TIMES = { requestTimeout: 0, headersTimeout: 60_000 } as const;

/** What is no stream comes whole within this time. */
const WHOLE_MS = 300_000;
/** Whoever neither sends nor reads for so long is taken to be gone. */
const IDLE_MS = 120_000;

const streams = new WeakSet<IncomingMessage>();

/** Cuts requests whose bodies do not come to their end in time, also those that nobody reads; streams are left alone. */
export function wholeInTime(mostMs = WHOLE_MS): RequestHandler {
  return (request, _response, next) => {
    const timer = setTimeout(() => {
      if (!request.complete && !streams.has(request)) request.destroy();
    }, mostMs);
    request.once('close', () => clearTimeout(timer));
    next();
  };
}

/**
 * A body that may take as long as it likes while it moves. Time runs only while its next bytes are waited for; where they do
 * not come, the request is cut.
 *
 * @throws where the request was cut, by its sender or here.
 */
export async function* moving(request: IncomingMessage, idleMs = IDLE_MS): AsyncGenerator<Buffer> {
  streams.add(request);
  const cut = () => request.destroy();
  let timer = setTimeout(cut, idleMs);
  try {
    for await (const bytes of request) {
      clearTimeout(timer);
      yield bytes as Buffer;
      timer = setTimeout(cut, idleMs);
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits until what was written has been read or the reader has left; one who does not read is cut, so that nobody waits for
 * him for ever.
 */
export async function drained(response: ServerResponse, idleMs = IDLE_MS): Promise<void> {
  if (response.destroyed || !response.writableNeedDrain) return;
  const timer = setTimeout(() => response.destroy(), idleMs);
  await new Promise<void>((done) => {
    const over = () => {
      clearTimeout(timer);
      response.off('drain', over).off('close', over);
      done();
    };
    response.on('drain', over).on('close', over);
  });
}
