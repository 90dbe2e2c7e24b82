import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    globalSetup: ['test/support/cluster.ts'],
    include: ['test/**/*.test.ts'],
    // Real databases, browsers and models start within a test; on a busy machine that takes its time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Where the whole suite runs beside itself on two cores, a browser is now and then too slow for a test of its
    // pages. A second try decides there, and .ci/run names each one that needed it. Elsewhere the first result counts.
    retry: process.env.CI ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
  },
});
