import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../vitest.shared.mjs';

/** Whole installations, started as a user would: one at a time, because they share the processor. */
export default mergeConfig(
  defineConfig(shared),
  defineConfig({
    test: {
      include: ['e2e/**/*.test.ts', 'faults/**/*.test.ts'],
      globalSetup: ['stack/demo-stack.ts'],
      testTimeout: 120_000,
      hookTimeout: 600_000,
      fileParallelism: false,
      maxWorkers: 1,
    },
  }),
);
