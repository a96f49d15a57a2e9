import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { shared } from '../vitest.shared.mjs';

/** Finds the demo as somebody does who has just started it. */
const first = ['e2e/newcomer.test.ts'];
/** Their visitors click thousands of times, and what the demo recommends to others follows them. */
const last = ['e2e/console-experiments.test.ts', 'e2e/experiment.test.ts'];
/** They need no demo, or one of their own: installations that are set up otherwise, killed, or refused. */
const own = [
  // encodes all films, as the start of the demo does in its lane: neither is held up while it watches a clock
  'faults/worker-killed.test.ts',
  'faults/**/*.test.ts',
  'e2e/console-outside.test.ts',
  'e2e/import-report.test.ts',
  'e2e/refusals.test.ts',
];

const inOrder = [...first, own[0]];
class InOrder extends BaseSequencer {
  async sort(files) {
    const place = ({ moduleId }) => {
      if (inOrder.some((name) => moduleId.endsWith(name))) return -2;
      return last.findIndex((name) => moduleId.endsWith(name));
    };
    return files.toSorted((a, b) => place(a) - place(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

/**
 * Whole installations, started as a user would: the files of a lane run one at a time, because they share an
 * installation or the processor. `npm test` runs the lanes beside each other: either waits more than it computes.
 */
export default mergeConfig(
  defineConfig(shared),
  defineConfig({
    test: {
      testTimeout: 120_000,
      hookTimeout: 600_000,
      fileParallelism: false,
      maxWorkers: 1,
      sequence: { sequencer: InOrder },
      projects: [
        {
          extends: true,
          test: {
            name: 'demo',
            include: ['e2e/**/*.test.ts'],
            exclude: own,
            globalSetup: ['stack/demo-stack.ts'],
          },
        },
        { extends: true, test: { name: 'own', include: own, globalSetup: ['stack/ready-folder.ts'] } },
      ],
    },
  }),
);
