import { defineConfig, mergeConfig } from 'vitest/config';
import { pure } from '../../vitest.shared.mjs';

export default mergeConfig(
  defineConfig(pure),
  defineConfig({ resolve: { alias: [{ find: /^@\//, replacement: `${import.meta.dirname}/src/` }] } }),
);
