import { performance } from 'node:perf_hooks';
import type { Clock } from '@kindling/domain';
import { type MatrixProduct, produceModel, serialiseModel } from '@kindling/recommender';
import { findActiveModel, type ModelVersion, type Pool, registerTrainedModel } from '@kindling/storage';
import { dataOf, readSource } from './read-source.js';
import type { TrainingProgress, TrainingTask } from './training-messages.js';

/** Of more events than this, the newest are trained on: their columns take 250 MB. */
const maximumEvents = 10_000_000;

export interface RegisterModelParts {
  readonly pool: Pool;
  readonly product: MatrixProduct;
  readonly clock: Clock;
  readonly onProgress: (progress: TrainingProgress) => void;
}

/**
 * One training from the first event to the registered model, in a process of its own: what it measures of time, memory
 * and CPU is all that process did.
 */
export async function registerModel(
  { catalogueId: id, claim, seed, watts, baselines }: Omit<TrainingTask, 'databaseUrl'>,
  { pool, product, clock, onProgress }: RegisterModelParts,
): Promise<ModelVersion> {
  const startedMs = performance.now();
  onProgress({ stage: 'COLLECT', done: 0, total: 0 });
  const { catalogue, source, cleaning } = await readSource(pool, id, {
    clock,
    maximumEvents,
    onProgress: (done, total) => onProgress({ stage: 'COLLECT', done, total }),
  });
  const active = await findActiveModel(pool, catalogue);
  const { model, metrics, gate, dropped, interactions, profiles } = await produceModel(
    {
      items: source.items,
      events: source.events,
      cleaning,
      active,
      withBaselines: baselines,
      seed,
    },
    { product, clock, progress: (stage, done, total) => onProgress({ stage, done, total }) },
  );
  onProgress({ stage: 'REGISTER', done: 0, total: 1 });
  const artefact = await serialiseModel(model);
  const { user, system } = process.cpuUsage();
  return registerTrainedModel(pool, claim, {
    encoderModelId: source.encoderModelId,
    data: {
      ...dataOf(source, dropped),
      interactions,
      profiles,
      countedEvents: source.countedEvents,
    },
    parameters: JSON.parse(JSON.stringify(model.parameters)),
    metrics,
    gate,
    durationMs: performance.now() - startedMs,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1_024,
    cpuSeconds: (user + system) / 1e6,
    watts,
    artefact,
  });
}
