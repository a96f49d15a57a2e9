import { performance } from 'node:perf_hooks';
import { type Clock, catalogueId } from '@kindling/domain';
import { type MatrixProduct, produceModel, serialiseModel } from '@kindling/recommender';
import {
  expectCatalogue,
  findActiveModel,
  type ModelVersion,
  type Pool,
  readTrainingSource,
  registerTrainedModel,
} from '@kindling/storage';
import type { TrainingProgress, TrainingTask } from './training-messages.js';

const dayMs = 86_400_000;
/** What goes with what fades more slowly than a person's interest: six of its half-lives to one of theirs. */
const slowerThanInterest = 6;
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
  const { template, training, id: catalogue } = await expectCatalogue(pool, catalogueId(id));
  const source = await readTrainingSource(pool, catalogue, {
    since: new Date(clock.now().getTime() - training.windowDays * dayMs),
    maximumEvents,
    onProgress: (done, total) => onProgress({ stage: 'COLLECT', done, total }),
  });
  const active = await findActiveModel(pool, catalogue);
  const { model, metrics, gate, dropped, interactions, profiles } = await produceModel(
    {
      items: source.items,
      events: source.events,
      cleaning: {
        eventWeights: template.eventWeights,
        halfLifeMs: template.interestHalfLifeDays * slowerThanInterest * dayMs,
      },
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
      from: source.from?.toISOString() ?? null,
      to: source.to?.toISOString() ?? null,
      events: source.events.length + source.unknownItems + source.withheld,
      dropped: [
        { rule: 'unknownItems', events: source.unknownItems },
        { rule: 'withheld', events: source.withheld },
        ...dropped,
      ],
      interactions,
      profiles,
      items: source.items.length,
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
