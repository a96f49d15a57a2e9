/** Settings every package's tests share: sources are tested, not builds, across package borders too. */
export const shared = {
  resolve: { conditions: ['source'], alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    // read by `npm test`, which adds up every package's results
    reporters: ['default', 'json'],
    outputFile: { json: 'coverage/report.json' },
  },
};
