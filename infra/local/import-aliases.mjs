import { fileURLToPath } from 'node:url';

/** For dependency-cruiser, in the only form it takes aliases: the console's `@/` is its src. */
export default {
  resolve: { alias: { '@': fileURLToPath(new URL('../../apps/console/src', import.meta.url)) } },
};
