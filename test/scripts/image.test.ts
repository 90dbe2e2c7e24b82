import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
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

  it('waits until every store is healthy', () => {
    for (const [store, { condition }] of Object.entries<{ condition: string }>(compose.services.web.depends_on)) {
      expect(condition).toBe('service_healthy');
      expect(compose.services[store].healthcheck.test).toBeDefined();
    }
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
