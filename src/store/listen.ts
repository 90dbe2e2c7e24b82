import pg from 'pg';

/** What PostgreSQL tells us right after a commit. Payloads hold ids only. */
export type Notices = {
  /** Work or an event was written: the relay must look. */
  readonly outbox: undefined;
  /** Events were numbered: readers of the feed must look. */
  readonly event: undefined;
  /** Comments were decided. */
  readonly decided: { readonly site: number; readonly comments: readonly number[] };
};

export type Listener = {
  on<Name extends keyof Notices>(name: Name, hear: (notice: Notices[Name]) => void): () => void;
  close(): Promise<void>;
};

const RETRY_MS = 500;

/**
 * Listens on a connection of its own. A notification is only a hint to look: after a lost connection everybody is told to
 * look, because hints may have been missed. `decided` hints that were missed are met by whoever waits looking again.
 */
export async function listen(url: string, logError: (message: string) => void): Promise<Listener> {
  const hearers = new Map<keyof Notices, Set<(notice: never) => void>>();
  let client: pg.Client | null = null;
  let closed = false;

  const tell = <Name extends keyof Notices>(name: Name, notice: Notices[Name]): void => {
    for (const hear of hearers.get(name) ?? []) (hear as (notice: Notices[Name]) => void)(notice);
  };

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'premod listen',
    });
    fresh.on('notification', ({ channel, payload }) => {
      if (channel === 'premod_outbox') tell('outbox', undefined);
      if (channel === 'premod_event') tell('event', undefined);
      if (channel === 'premod_decided') {
        const [site, comments] = JSON.parse(payload ?? '[0, []]') as [number, number[]];
        tell('decided', { site, comments });
      }
    });
    fresh.on('error', (error) => {
      if (!closed) logError(`listen: ${error.message}`);
    });
    let listens = false;
    // A connection that was never made ends too; whoever tried to make it tries again, and nobody beside.
    fresh.on('end', () => {
      if (listens) void reconnect();
    });
    try {
      await fresh.connect();
      await fresh.query('listen premod_outbox; listen premod_event; listen premod_decided');
    } catch (error) {
      void fresh.end().catch(() => undefined);
      throw error;
    }
    listens = true;
    client = fresh;
    if (closed) await fresh.end();
  }

  async function reconnect(): Promise<void> {
    client = null;
    while (!closed) {
      await new Promise((done) => setTimeout(done, RETRY_MS));
      if (closed) return;
      try {
        await connect();
        tell('outbox', undefined);
        tell('event', undefined);
        return;
      } catch {
        // The store is away; it is tried again until it is back or we close.
      }
    }
  }

  await connect();
  return {
    on(name, hear) {
      const set = hearers.get(name) ?? new Set();
      hearers.set(name, set);
      set.add(hear as (notice: never) => void);
      return () => set.delete(hear as (notice: never) => void);
    },
    async close() {
      closed = true;
      await client?.end().catch(() => undefined);
    },
  };
}
