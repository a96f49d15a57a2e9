import { join } from 'node:path';
import type { NextConfig } from 'next';
import createNextIntlPlugin from 'next-intl/plugin';

const workspace = join(import.meta.dirname, '../..');

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: workspace,
  turbopack: { root: workspace },
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run typecheck` checks the same sources; doing it here again would double the time of a build.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    // Builds are cold in practice (CI, first start); writing this cache would cost a third of their time.
    turbopackFileSystemCacheForBuild: false,
    optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@tabler/icons-react'],
  },
};

export default createNextIntlPlugin('./src/i18n/request.ts')(config);
