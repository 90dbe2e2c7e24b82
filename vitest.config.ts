import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    globalSetup: ['test/support/cluster.ts'],
    include: ['test/**/*.test.ts'],
    // Real databases, browsers and models start within a test; on a busy machine that takes its time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
