import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { messageOf } from '../core/error-message.js';
import { type Cluster, findRunning, startCluster } from './embedded/cluster.js';
import { up as theLine } from './migrations/001-the-line.js';
import { up as dueWork } from './migrations/002-due-work.js';
import { up as flipReasons } from './migrations/003-flip-reasons.js';
import { up as verdictsBesideTheQueue } from './migrations/004-verdicts-beside-the-queue.js';
import { up as overtakenRevisions } from './migrations/005-overtaken-revisions.js';
import { up as idempotencyAge } from './migrations/006-idempotency-age.js';
import { up as rulesAndPolicies } from './migrations/007-rules-and-policies.js';
import { up as policies } from './migrations/008-policies.js';
import { up as printsWhenAskedFor } from './migrations/010-prints-when-asked-for.js';
import { up as overload } from './migrations/011-overload.js';
import { up as dryRunsOfPolicies } from './migrations/012-dry-runs-of-policies.js';
import { up as printsWithoutPunctuation } from './migrations/013-prints-without-punctuation.js';
import { up as suspendedRejections } from './migrations/014-suspended-rejections.js';
import { up as printsWithoutEmoji } from './migrations/015-prints-without-emoji.js';
import { up as reportsByText } from './migrations/016-reports-by-text.js';
import { up as unsettledComments } from './migrations/017-unsettled-comments.js';
import { up as decisionsThatCouldBeDrawn } from './migrations/018-decisions-that-could-be-drawn.js';
import { up as figuresOfTheAudit } from './migrations/019-figures-of-the-audit.js';
import { up as verdictsOnUnjudgedTexts } from './migrations/020-verdicts-on-unjudged-texts.js';
import { up as itemsThatLeftUnjudged } from './migrations/021-items-that-left-unjudged.js';
import { up as whatDraftsWereBegunOn } from './migrations/022-what-drafts-were-begun-on.js';
import { up as alarmsOfRules } from './migrations/023-alarms-of-rules.js';
import { up as itemsAskedAnew } from './migrations/024-items-asked-anew.js';
import type { Tables } from './schema.js';
import { StoreError } from './store-error.js';
import { isToBeTriedAgain } from './transaction.js';

/** The schema that holds all our tables; BullMQ's lie beside it in one of their own. */
const SCHEMA = 'premod';

// Ids are bigint in PostgreSQL and stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export type Store = {
  readonly db: Kysely<Tables>;
  readonly url: string;
  readonly kind: 'embedded' | 'external';
  /** `adopted`: a dead process had left its PostgreSQL running. */
  readonly origin: Cluster['origin'] | 'external';
  close(): Promise<void>;
};

export type StoreChoice =
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'external'; readonly url: string };

/**
 * Opens the store for the process that owns it: starts the embedded PostgreSQL, or connects to the operator's, and brings
 * its schema up to date.
 *
 * @throws StoreError in one line: unreachable, held by another living process, or of a newer premod.
 */
export async function openStore(choice: StoreChoice): Promise<Store> {
  if (choice.kind === 'external') {
    const db = connect(choice.url);
    await reach(db, choice.url);
    await migrate(db);
    return { db, url: choice.url, kind: 'external', origin: 'external', close: () => db.destroy() };
  }

  const cluster = await startCluster(choice.directory);
  const hold = await holdFolder(cluster.url, choice.directory);
  const db = connect(cluster.url);
  try {
    await migrate(db);
  } catch (error) {
    await hold.end();
    await cluster.stop();
    throw error;
  }
  return {
    db,
    url: cluster.url,
    kind: 'embedded',
    origin: cluster.origin,
    close: async () => {
      await db.destroy();
      await hold.end();
      await cluster.stop();
    },
  };
}

/**
 * Joins the store of a running service (a command beside it), without owning it.
 *
 * @throws StoreError where nothing runs there.
 */
export async function joinStore(choice: StoreChoice): Promise<Store> {
  if (choice.kind === 'external') return await openStore(choice);
  const url = await findRunning(choice.directory);
  if (url === null) throw new StoreError(`No premod runs on ${choice.directory}. Start it first: npm start`);
  const db = connect(url);
  return { db, url, kind: 'embedded', origin: 'adopted', close: () => db.destroy() };
}

function connect(url: string): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 12,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'premod',
    options: `-c search_path=${SCHEMA}`,
  });
  // An idle connection that PostgreSQL drops is replaced by the pool; the error has nobody else to go to. One that is dropped
  // between two statements of a transaction fails at the next of them, which is where it is met.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

async function reach(db: Kysely<Tables>, url: string): Promise<void> {
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    await db.destroy();
    const address = new URL(url);
    throw new StoreError(
      `DATABASE_URL: PostgreSQL at ${address.hostname}:${address.port || '5432'} cannot be used: ${messageOf(error)}`,
    );
  }
}

const MIGRATIONS = {
  '001-the-line': { up: theLine },
  '002-due-work': { up: dueWork },
  '003-flip-reasons': { up: flipReasons },
  '004-verdicts-beside-the-queue': { up: verdictsBesideTheQueue },
  '005-overtaken-revisions': { up: overtakenRevisions },
  '006-idempotency-age': { up: idempotencyAge },
  '007-rules-and-policies': { up: rulesAndPolicies },
  '008-policies': { up: policies },
  '010-prints-when-asked-for': { up: printsWhenAskedFor },
  '011-overload': { up: overload },
  '012-dry-runs-of-policies': { up: dryRunsOfPolicies },
  '013-prints-without-punctuation': { up: printsWithoutPunctuation },
  '014-suspended-rejections': { up: suspendedRejections },
  '015-prints-without-emoji': { up: printsWithoutEmoji },
  '016-reports-by-text': { up: reportsByText },
  '017-unsettled-comments': { up: unsettledComments },
  '018-decisions-that-could-be-drawn': { up: decisionsThatCouldBeDrawn },
  '019-figures-of-the-audit': { up: figuresOfTheAudit },
  '020-verdicts-on-unjudged-texts': { up: verdictsOnUnjudgedTexts },
  '021-items-that-left-unjudged': { up: itemsThatLeftUnjudged },
  '022-what-drafts-were-begun-on': { up: whatDraftsWereBegunOn },
  '023-alarms-of-rules': { up: alarmsOfRules },
  '024-items-asked-anew': { up: itemsAskedAnew },
};

/** All migrations are one transaction, which may meet those of processes that go on meanwhile more than once. */
const MOST_ATTEMPTS = 10;

async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    migrationTableSchema: SCHEMA,
  });
  let { error } = await migrator.migrateToLatest();
  for (let attempt = 1; attempt < MOST_ATTEMPTS && isToBeTriedAgain(error); attempt += 1) {
    ({ error } = await migrator.migrateToLatest());
  }
  if (error !== undefined) {
    await db.destroy();
    throw new StoreError(`The database's schema could not be brought up to date: ${messageOf(error)}`);
  }
}

/** Arbitrary, but ours: the key of the advisory lock that says "a living process holds this data folder". */
const FOLDER_LOCK = 7_731_001;

/**
 * Holds the data folder for this process. The lock lives in PostgreSQL and dies with our connection, so that a killed
 * process never leaves it behind.
 */
async function holdFolder(url: string, directory: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    keepAlive: true,
    application_name: `premod holds, pid ${process.pid}`,
  });
  client.on('error', () => undefined);
  await client.connect();
  // A killed process's connection may need a moment to be noticed.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [FOLDER_LOCK]);
    if (rows[0]?.held === true) return client;
    await new Promise((done) => setTimeout(done, 100));
  }
  const { rows } = await client.query<{ application_name: string }>(
    `select application_name from pg_stat_activity where application_name like 'premod holds%' and pid <> pg_backend_pid()`,
  );
  await client.end();
  const pid = rows[0]?.application_name.match(/\d+$/)?.[0];
  throw new StoreError(
    `The data folder ${directory} is in use by another premod${pid === undefined ? '' : ` (process ${pid})`}. Stop it, or set DATA_DIR to another folder.`,
  );
}
