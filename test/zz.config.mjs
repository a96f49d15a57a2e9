import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../vitest.shared.mjs';
export default mergeConfig(
  defineConfig(shared),
  defineConfig({
    test: {
      include: ['e2e/console.test.ts'],
      globalSetup: ['zz-setup.mjs'],
      testTimeout: 120_000,
      hookTimeout: 600_000,
      fileParallelism: false,
    },
  }),
);
