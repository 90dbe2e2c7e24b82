import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.js';
import { createDatabase } from '../support/database.js';
import { until } from '../support/wait.js';

/** A newer premod starts while an older one goes on: what that one does and the migrations must not end one another. */

/** What migrations 018 to 024 have made is taken away again. */
const BEFORE_018 = [
  'alter table decision drop column in_audit',
  'drop statistics decision_flags',
  'drop index verdict_on_unjudged',
  `create index verdict_beside_queue on verdict (site, comment_id) where before->>'item' is null`,
  'alter table queue_item drop column unjudged',
  'alter table queue_item drop column asked_anew_at',
  'alter table draft drop column begun_on',
  'drop table rule_alarm, rule_look',
  `delete from kysely_migration where name >= '018'`,
];

let database: Awaited<ReturnType<typeof createDatabase>>;
/** The connection of an older premod. */
let older: pg.Client;

beforeEach(async () => {
  database = await createDatabase();
  const { db, close } = await openStore({ kind: 'external', url: database.url });
  for (const statement of BEFORE_018) await sql.raw(statement).execute(db);
  await close();
  older = new pg.Client({ connectionString: database.url, options: '-c search_path=premod -c deadlock_timeout=60s' });
  await older.connect();
});
afterEach(async () => {
  await older.end();
  await database.drop();
});

/** Starts the newer premod; comes back once it waits for what the older one holds. */
async function startNewer(): Promise<{ ended: Promise<string> }> {
  const opened = openStore({ kind: 'external', url: database.url });
  const ended = opened.then(
    async ({ close }) => {
      await close();
      return 'started';
    },
    (error: unknown) => String(error),
  );
  await until('the migrations wait for the older premod', async () => {
    const { rows } = await older.query(
      `select 1 from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and l.locktype = 'relation' and not l.granted`,
    );
    return rows.length > 0;
  });
  return { ended };
}

it('A verdict that is given while the migrations begin is kept, and they go on behind it', async () => {
  await older.query('begin');
  await older.query('lock table queue_item in row exclusive mode');
  const { ended } = await startNewer();
  await older.query('select count(*) from verdict');
  await older.query('select count(*) from decision');
  await older.query('commit');
  expect(await ended).toBe('started');
}, 60_000);

it('Migrations that PostgreSQL has ended for another process’s sake are tried again', async () => {
  await older.query(
    `do $$ begin execute format('alter database %I set deadlock_timeout = 3000', current_database()); end $$`,
  );
  await older.query('begin');
  await older.query('lock table decision in row exclusive mode');
  const { ended } = await startNewer();
  // It would wait for the migrations, which wait for it.
  await older.query('lock table queue_item in row exclusive mode');
  await older.query('commit');
  expect(await ended).toBe('started');
}, 60_000);
