import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Query workers are started from built JavaScript.
    globalSetup: ['tests/setup/build.ts'],
    setupFiles: ['tests/setup/fetch.ts'],
    // Two cores: each file may start query workers of its own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
