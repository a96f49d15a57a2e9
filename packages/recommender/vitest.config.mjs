import { defineConfig } from 'vitest/config';
import { pure } from '../../vitest.shared.mjs';

export default defineConfig(pure);
