import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.mjs';

export default mergeConfig(
  defineConfig(shared),
  defineConfig({ resolve: { alias: [{ find: /^@\//, replacement: `${import.meta.dirname}/src/` }] } }),
);
