import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { shared } from '../vitest.shared.mjs';

/** Finds the demo as somebody does who has just started it. */
const first = 'e2e/newcomer.test.ts';
/** Their visitors click thousands of times, and what the demo recommends to others follows them. */
const last = ['e2e/console-experiments.test.ts', 'e2e/experiment.test.ts'];

class InOrder extends BaseSequencer {
  async sort(files) {
    const place = ({ moduleId }) =>
      moduleId.endsWith(first) ? -2 : last.findIndex((name) => moduleId.endsWith(name));
    return files.toSorted((a, b) => place(a) - place(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

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
      sequence: { sequencer: InOrder },
    },
  }),
);
