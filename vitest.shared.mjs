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

/**
 * For packages that only compute: their files share two processes and load every module once, which is safe where no
 * module remembers anything. What waits for nothing cannot hang, so a slow machine is given its time.
 */
export const pure = { ...shared, test: { ...shared.test, isolate: false, testTimeout: 120_000 } };
