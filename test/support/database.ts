import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { openStore, type Store } from '../../src/store/open.js';
import { ensureSite } from '../../src/store/pipelines.js';
import { installShipped } from '../../src/store/revisions.js';

export const SITE = 1;

/** A database of one's own on the run's PostgreSQL. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const clusterUrl = inject('clusterUrl');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await administer(clusterUrl, `create database ${name}`);
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(clusterUrl, `drop database if exists ${name} with (force)`) };
}

/** A migrated store with one site, whose pipeline has no rules and an artefact that nobody asks. */
export async function createStore(): Promise<Store & { pipeline: number }> {
  const database = await createDatabase();
  const store = await openStore({ kind: 'external', url: database.url });
  await ensureSite(store.db, SITE, 'Test', 'en');
  const { pipeline } = await installShipped(store.db, SITE, {
    artefact: 'a'.repeat(64),
    artefactName: 'none',
    normaliser: '1',
    rules: { content: [], source: { base: '', documents: {} } },
    policy: { content: {} },
    unmetIn: async () => [],
  });
  return {
    ...store,
    pipeline,
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
