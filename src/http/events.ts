import type { Express, Response } from 'express';
import { z } from 'zod';
import { AheadOfStore } from '../core/errors.js';
import { parseIncoming } from '../core/incoming.js';
import type { EventView, HelloView, LoadView } from '../core/views.js';
import { actorOf } from './access.js';
import { readQuery } from './body.js';
import { closing } from './comments.js';
import { route } from './route.js';
import { drained } from './streaming.js';

export type EventDeps = {
  readEvents(site: number, after: number, limit: number, type?: EventView['type']): Promise<readonly EventView[]>;
  newestEvent(site: number): Promise<number>;
  /** Calls back when events were numbered; returns how to stop. */
  onEvents(hear: () => void): () => void;
  /** For how many seconds the service has been overloaded; null where it is not. */
  overloadedSeconds(): number | null;
  /** Calls back when that begins or ends; returns how to stop. */
  onLoad(hear: () => void): () => void;
};

const EventNumber = z.coerce.number().int().min(0);
export const EventsQuery = z.strictObject({ after: EventNumber.optional() });
const EventsHeader = z.object({ 'Last-Event-ID': EventNumber.optional() });
export const ChangesQuery = z.strictObject({
  after: EventNumber.default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

const PAGE = 500;
const PING_MS = 15_000;

export function serveEvents(app: Express, deps: EventDeps): void {
  route(app, '/v1/changes', {
    get: async (request, response) => {
      const { after, limit } = readQuery(request, ChangesQuery);
      const { site } = actorOf(request);
      const changes = await deps.readEvents(site, after, limit, 'comment.state');
      if (changes.length === 0) {
        const newest = await deps.newestEvent(site);
        if (after > newest) throw new AheadOfStore(after, newest);
      }
      response.json({ changes, next: changes.at(-1)?.number ?? after });
    },
  });

  route(app, '/v1/events', {
    get: async (request, response) => {
      const { site } = actorOf(request);
      const header = parseIncoming(EventsHeader, { 'Last-Event-ID': request.get('last-event-id') });
      const { after } = readQuery(request, EventsQuery);
      // A browser that reconnects asks for the same address again; where it stopped stands in the header.
      const asked = header['Last-Event-ID'] ?? after;
      const newest = await deps.newestEvent(site);
      response
        .status(200)
        .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
      await stream(deps, site, { newest, asked: asked ?? newest }, response);
    },
  });
}

/** Sends what was numbered after what was asked for, and when overload begins and ends, until the reader leaves. */
async function stream(
  deps: EventDeps,
  site: number,
  { newest, asked }: { readonly newest: number; readonly asked: number },
  response: Response,
): Promise<void> {
  const closed = closing(response);
  let told = true;
  let wake: () => void = () => undefined;
  const hear = () => {
    told = true;
    wake();
  };
  const isOverloaded = () => deps.overloadedSeconds() !== null;
  const stops = [deps.onEvents(hear), deps.onLoad(hear)];
  closed.addEventListener('abort', hear);
  let overloaded = isOverloaded();
  const hello: HelloView = { number: newest, missed: asked > newest, overloaded };
  let last = Math.min(asked, newest);
  try {
    await send(response, 'hello', last, hello);
    while (!closed.aborted) {
      if (!told) {
        const rang = await waitOr(PING_MS, (done) => {
          wake = done;
        });
        if (!rang && !closed.aborted) response.write(': ping\n\n');
      }
      if (closed.aborted) break;
      told = false;
      if (isOverloaded() !== overloaded) {
        overloaded = !overloaded;
        const load: LoadView = { number: last, overloaded };
        await send(response, 'load', last, load);
      }
      let page: readonly EventView[];
      do {
        page = await deps.readEvents(site, last, PAGE);
        for (const event of page) {
          await send(response, event.type, event.number, event);
          last = event.number;
        }
      } while (page.length === PAGE && !closed.aborted);
    }
  } finally {
    for (const stop of stops) stop();
    response.end();
  }
}

async function send(response: Response, type: string, number: number, data: unknown): Promise<void> {
  const fits = response.write(`id: ${number}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  if (!fits) await drained(response);
}

/** @returns true when woken, false when the time ran out. */
async function waitOr(milliseconds: number, give: (wake: () => void) => void): Promise<boolean> {
  return await new Promise((done) => {
    const timer = setTimeout(() => done(false), milliseconds);
    give(() => {
      clearTimeout(timer);
      done(true);
    });
  });
}
