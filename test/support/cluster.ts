import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startCluster } from '../../src/store/embedded/cluster.js';

declare module 'vitest' {
  interface ProvidedContext {
    clusterUrl: string;
  }
}

/** One real PostgreSQL for the whole run; each test file makes a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'premod-test-'));
  const cluster = await startCluster(directory);
  project.provide('clusterUrl', cluster.url);
  return async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
