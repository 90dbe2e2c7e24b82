import { Redis } from 'ioredis';
import pg from 'pg';
import { REDIS_URL, type Service } from './service.js';

/** Looks into a service's database beside it, as an operator would. */
export type Look = {
  /** The rows of a query; `premod` is the schema that is meant where none is named. */
  rows<Row extends pg.QueryResultRow>(query: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** The first column of the first row, as a number. */
  count(query: string, values?: readonly unknown[]): Promise<number>;
  /** Lets nobody write to a table until it is let go. */
  hold(table: string): Promise<() => Promise<void>>;
  /** Whether nothing is left to hand over, to judge or to embed; what is put off for later does not count. */
  idle(): Promise<boolean>;
  close(): Promise<void>;
};

export async function lookInto({ databaseUrl }: Pick<Service, 'databaseUrl'>): Promise<Look> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, options: '-c search_path=premod' });
  pool.on('error', () => undefined);
  const rows = async <Row extends pg.QueryResultRow>(query: string, values: readonly unknown[] = []) =>
    (await pool.query<Row>(query, [...values])).rows;
  const count = async (query: string, values?: readonly unknown[]) => {
    const [row] = await rows(query, values);
    return Number(Object.values(row ?? {})[0] ?? Number.NaN);
  };
  return {
    rows,
    count,
    hold: async (table) => {
      const client = await pool.connect();
      await client.query(`begin; lock table ${table} in exclusive mode`);
      return async () => {
        await client.query('commit');
        client.release();
      };
    },
    idle: async () =>
      (await count('select count(*) from outbox where due_at is null or due_at <= now()')) === 0 &&
      (await count('select count(*) from event where number is null')) === 0,
    close: () => pool.end(),
  };
}

/**
 * Where a word stands anywhere in a database: every column of every table of every schema of its own, binary ones too.
 *
 * @returns the tables, each as `schema.table`.
 */
export async function tablesWith(look: Look, word: string): Promise<readonly string[]> {
  const tables = await look.rows<{ schema: string; table: string }>(
    `select table_schema as schema, table_name as table from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  const found: string[] = [];
  for (const { schema, table } of tables) {
    const holds = await look.count(
      `select count(*) from "${schema}"."${table}" r where r::text ilike '%' || $1 || '%' or r::text ilike '%' || $2 || '%'`,
      [word, Buffer.from(word).toString('hex')],
    );
    if (holds > 0) found.push(`${schema}.${table}`);
  }
  return found;
}

/** Everything that the jobs of an installation hold in Redis, as one text. */
export async function redisContent(look: Look): Promise<string> {
  const [installation] = await look.rows<{ id: string }>('select id from installation');
  const redis = new Redis(REDIS_URL);
  const content: string[] = [];
  try {
    for await (const keys of redis.scanStream({ match: `premod-${installation?.id}*`, count: 1_000 })) {
      for (const key of keys as string[]) content.push(key, await textOf(redis, key, await redis.type(key)));
    }
  } finally {
    redis.disconnect();
  }
  return content.join('\n');
}

async function textOf(redis: Redis, key: string, type: string): Promise<string> {
  switch (type) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, '0', '-1'));
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    default:
      return '';
  }
}
