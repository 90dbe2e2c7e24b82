import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HOME } from './cli/version.js';
import { plainFault } from './core/plain-faults.js';
import { cacheFolder } from './model/native.js';

const milliseconds = z.coerce.number().int().positive();

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  HOST: z.string().default('127.0.0.1'),
  /** Left out, jobs are queued in PostgreSQL too. */
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be an address such as redis://localhost:6379' }).optional(),
  /** Left out, an embedded PostgreSQL keeps its files under DATA_DIR. */
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be an address such as postgresql://user@localhost/premod' })
    .optional(),
  DATA_DIR: z.string().default('./data'),
  /** What is shipped is found wherever the command is given. */
  MODELS_DIR: z.string().default(join(HOME, 'models')),
  PREMOD_BACKEND: z.enum(['auto', 'native', 'wasm']).default('auto'),
  PREMOD_API_KEY: z.string().optional(),
  PREMOD_SITE_NAME: z.string().min(1).default('premod'),
  PREMOD_SITE_LANGUAGE: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'must be a language’s code of two or three small letters, such as en or de')
    .default('en'),
  PREMOD_DEMONSTRATION: z.stringbool().default(true),
  PREMOD_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  PREMOD_SWEEP_MS: milliseconds.default(5_000),
});

/**
 * The only place that reads the environment. Everything else is handed the part it needs.
 *
 * @throws Error whose message lists every fault under the operator's own variable names.
 */
export function loadConfig(env: NodeJS.ProcessEnv) {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(set, { error: plainFault });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`);
    throw new ConfigurationError(`Invalid configuration:\n${faults.join('\n')}`);
  }

  const e = parsed.data;
  return {
    http: { port: e.PORT, host: e.HOST, key: e.PREMOD_API_KEY ?? null },
    queue: e.REDIS_URL === undefined ? ({ kind: 'postgres' } as const) : ({ kind: 'redis', url: e.REDIS_URL } as const),
    store:
      e.DATABASE_URL === undefined
        ? ({ kind: 'embedded', directory: resolve(e.DATA_DIR) } as const)
        : ({ kind: 'external', url: e.DATABASE_URL } as const),
    model: { directory: resolve(e.MODELS_DIR), backend: e.PREMOD_BACKEND, cache: cacheFolder(env) },
    site: { name: e.PREMOD_SITE_NAME, language: e.PREMOD_SITE_LANGUAGE },
    demonstration: e.PREMOD_DEMONSTRATION,
    log: { level: e.PREMOD_LOG_LEVEL },
    sweepMs: e.PREMOD_SWEEP_MS,
  };
}

export type Config = ReturnType<typeof loadConfig>;

/** A fault that the operator can mend; the message is the one line (or list) to print. */
export class ConfigurationError extends Error {}
