import { type Clock, KindlingError } from '@kindling/domain';
import {
  type EvaluationData,
  evaluateCatalogue,
  judgedEvents,
  type MatrixProduct,
} from '@kindling/recommender';
import {
  type EvaluationProgress,
  type EvaluationSplit,
  finishEvaluationRun,
  judgedSplits,
  type Pool,
  storeEvaluationResult,
} from '@kindling/storage';
import { dataOf, readSource } from '../training/read-source.js';
import type { EvaluationTask } from './evaluation-messages.js';

/** Of more events than this, the newest are judged on: an event is an object here, and takes some 100 bytes. */
const maximumEvents = 2_000_000;

export interface JudgeRunParts {
  readonly pool: Pool;
  readonly product: MatrixProduct;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EvaluationProgress) => void;
}

/**
 * One evaluation from the first event to its end, in a process of its own. Each split is stored as soon as it is
 * judged; those that an earlier attempt has stored are not judged again.
 */
export async function judgeRun(
  { catalogueId, claim, splits, seeds, people }: Omit<EvaluationTask, 'databaseUrl' | 'maximumMemoryMb'>,
  { pool, product, clock, signal, onProgress }: JudgeRunParts,
): Promise<void> {
  const judged = await judgedSplits(pool, claim);
  const doneOf = (position: number, share: number) => Math.round((position + share) * 100);
  const left = splits.filter((split) => !judged.has(split));
  // those that are done come first, so that what is done never shrinks
  const before = splits.length - left.length;
  onProgress({ split: null, seed: null, method: null, done: doneOf(before, 0) });
  const { source, cleaning } = await readSource(pool, catalogueId, {
    clock,
    maximumEvents,
    onProgress: () => signal.throwIfAborted(),
  });
  const { data, dropped } = judgedEvents(source.items, source.events, cleaning);
  for (const [at, split] of left.entries()) {
    const told = await judgeSplit(
      { data, split, seeds: Array.from({ length: seeds }, (_, seed) => seed + 1), people },
      {
        product,
        clock,
        signal,
        progress: ({ seed, method, share }) =>
          onProgress({ split, seed, method, done: doneOf(before + at, share) }),
      },
    );
    await storeEvaluationResult(pool, claim, { split, ...told });
  }
  const { user, system } = process.cpuUsage();
  await finishEvaluationRun(pool, claim, {
    data: { ...dataOf(source, dropped), interactions: data.events.length, profiles: data.people },
    cpuSeconds: (user + system) / 1e6,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1_024,
  });
}

/** That one split can judge nobody does not end the others. */
async function judgeSplit(
  request: {
    readonly data: EvaluationData;
    readonly split: EvaluationSplit;
    readonly seeds: readonly number[];
    readonly people: number;
  },
  parts: Parameters<typeof evaluateCatalogue>[1],
) {
  try {
    return { result: await evaluateCatalogue(request, parts) };
  } catch (error) {
    if (error instanceof KindlingError && error.code === 'BAD_INPUT') return { problem: error.message };
    throw error;
  }
}
