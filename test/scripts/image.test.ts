import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Opened } from '../../src/cli/open-service.js';
import { readiness } from '../../src/cli/readiness.js';
import { root } from './support.js';

// No Docker engine runs where these tests do: what is tested is that the files agree with one another.
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), { merge: true });
const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name);

describe('The image', () => {
  it('has the targets native, which is the default, and wasm', () => {
    expect(stages).toContain('wasm');
    expect(stages.at(-1)).toBe('native');
  });

  it('runs every role through the premod command, and not as root', () => {
    const runtime = dockerfile.slice(dockerfile.indexOf('AS runtime'));
    expect(runtime).toContain('\nUSER node\n');
    expect(runtime).not.toContain('USER root');
    expect(runtime).toContain('ENTRYPOINT ["premod"]');
  });

  it('checks its health with a command that Docker can read', () => {
    const [, command = ''] = /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(dockerfile) ?? [];
    const [program, option, code] = JSON.parse(command);
    expect([program, option]).toEqual(['node', '-e']);
    expect(() => new Function(code)).not.toThrow();
  });

  it('copies only what .dockerignore lets in', () => {
    const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    );
    const outside = copied.filter((path) => path !== '.' && !ignore.includes(`!${path.replace('./', '')}`));
    expect(outside).toEqual([]);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  it('runs a web server without a worker, and workers, from the same image', () => {
    const { web, work } = compose.services;
    expect(web.command).toEqual(['serve', '--no-worker']);
    expect(work.command).toEqual(['work']);
    expect(work.image).toBe(web.image);
    expect(web.build.target).toMatch(/:-native\}$/);
    expect(web.environment).toEqual(work.environment);
  });

  it('does not start without a key', () => {
    expect(compose.services.web.environment.PREMOD_API_KEY).toMatch(/^\$\{PREMOD_API_KEY:\?/);
  });

  it('waits until every store is healthy and the schema is there', () => {
    for (const role of ['web', 'work']) {
      const { postgres, redis, migrate } = compose.services[role].depends_on;
      expect([postgres.condition, redis.condition]).toEqual(['service_healthy', 'service_healthy']);
      expect(migrate.condition).toBe('service_completed_successfully');
    }
    expect(compose.services.migrate.command).toEqual(['migrate']);
  });

  it('comes up: nothing waits for the health of what is only healthy once that runs', () => {
    expect(startedBy(compose.services)).toEqual(Object.keys(compose.services).sort());
  });

  it('would stand still if a worker waited for the web server’s health', () => {
    const { work, ...others } = structuredClone(compose.services);
    work.depends_on.web = { condition: 'service_healthy' };
    expect(startedBy({ ...others, work })).not.toContain('work');
  });

  it('is asked for its health by the names that readyz uses', async () => {
    const load = { overloadedSeconds: () => null };
    const nothing = { wired: { store: {}, broker: {}, load }, inference: {} } as unknown as Opened;
    const { checks } = await readiness(nothing, { store: { kind: 'external', url: '' } });
    expect(Object.keys(checks)).toEqual(expect.arrayContaining(Object.keys(ASKED_BY_READYZ)));
  });

  it("keeps readers' words out of PostgreSQL's log and leaves its durability on", () => {
    const { command } = compose.services.postgres;
    expect(command).toEqual(
      expect.arrayContaining(['log_min_error_statement=panic', 'log_parameter_max_length_on_error=0']),
    );
    expect(command.join(' ')).not.toMatch(/fsync|synchronous_commit|full_page_writes/);
  });

  it('keeps what must survive in volumes that exist', () => {
    const mounts = Object.values<{ volumes?: string[] }>(compose.services).flatMap(({ volumes = [] }) => volumes);
    const names = new Set(mounts.map((mount) => mount.split(':')[0]));
    expect([...names].sort()).toEqual(Object.keys(compose.volumes).sort());
  });
});

type Service = {
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: unknown };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
};

/** Checks of /readyz that another service has to answer for. */
const ASKED_BY_READYZ = { store: 'postgres', queue: 'redis', worker: 'work' };

/** Plays `docker compose up`: starts what waits for nothing more, until nothing else can be started. */
function startedBy(services: Readonly<Record<string, Service>>): readonly string[] {
  const started = new Set<string>();
  const isHealthy = (name: string): boolean => {
    const { healthcheck, command = [] } = services[name] as Service;
    if (!started.has(name) || healthcheck?.disable === true) return false;
    // What brings no check of its own has the image's, which asks /readyz.
    if (healthcheck?.test !== undefined) return true;
    const { worker, ...stores } = ASKED_BY_READYZ;
    const asked = command.includes('--no-worker') ? [...Object.values(stores), worker] : Object.values(stores);
    return asked.every((other) => started.has(other));
  };
  const holds: Readonly<Record<string, (name: string) => boolean>> = {
    service_started: (name) => started.has(name),
    service_healthy: isHealthy,
    // A service that is started again whenever it ends is never completed.
    service_completed_successfully: (name) => started.has(name) && services[name]?.restart === 'no',
  };
  for (;;) {
    const next = Object.entries(services).find(
      ([name, { depends_on = {} }]) =>
        !started.has(name) &&
        Object.entries(depends_on).every(([other, { condition }]) => holds[condition]?.(other) === true),
    );
    if (next === undefined) return [...started].sort();
    started.add(next[0]);
  }
}
