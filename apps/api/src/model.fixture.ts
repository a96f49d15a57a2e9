import { type CatalogueId, fixedClock, itemNumber, seededRandom } from '@kindling/domain';
import { createMatrixProduct } from '@kindling/encoder';
import { serialiseModel, trainModel } from '@kindling/recommender';
import {
  claimTrainingRun,
  type ModelGate,
  type ModelVersion,
  type Pool,
  readArrivals,
  registerTrainedModel,
  startTrainingRun,
} from '@kindling/storage';
import { wordEncoder } from './api.fixture.js';

export interface RegisteredTraining {
  /** One list a person: ids of items that are stored. */
  readonly likes: readonly (readonly string[])[];
  readonly verdict?: ModelGate['verdict'];
  /** What the gate held it against; PASSED against what serves makes it serve at once. */
  readonly against?: string | null;
}

/** Trains a real model on the catalogue's stored items and these likes, and registers it as a worker would. */
export async function registerTraining(
  pool: Pool,
  catalogue: CatalogueId,
  { likes, verdict = 'PASSED', against = null }: RegisteredTraining,
): Promise<ModelVersion> {
  const everything = {
    after: itemNumber(0),
    since: new Date(0),
    encoderModel: wordEncoder.model.id,
    limit: 10_000,
  };
  const items = await readArrivals(pool, catalogue, everything);
  const place = new Map(items.map(({ id }, at) => [id as string, at]));
  const pairs = likes.flatMap((ids, profile) =>
    ids.flatMap((id) => ({ profile, item: place.get(id) ?? Number.NaN })),
  );
  const product = await createMatrixProduct(1);
  const model = await trainModel(
    {
      items,
      profiles: likes.length,
      interactions: {
        profile: Int32Array.from(pairs, ({ profile }) => profile),
        item: Int32Array.from(pairs, ({ item }) => item),
        weight: new Float32Array(pairs.length).fill(1),
      },
    },
    {
      product,
      random: seededRandom('test'),
      clock: fixedClock('2026-11-24T00:00:00Z'),
      progress: () => {},
    },
  );
  await product.close();
  const { run } = await startTrainingRun(pool, catalogue, { trigger: 'MANUAL', actor: 'test' });
  const claimed = await claimTrainingRun(pool, run.id, 60_000);
  return registerTrainedModel(
    pool,
    { id: run.id, attempt: claimed?.attempt ?? -1 },
    {
      encoderModelId: wordEncoder.model.id,
      data: {
        from: '2026-11-01T00:00:00.000Z',
        to: '2026-11-23T00:00:00.000Z',
        events: pairs.length,
        dropped: [{ rule: 'robots', events: 7 }],
        interactions: pairs.length,
        profiles: likes.length,
        items: items.length,
        countedEvents: pairs.length,
      },
      parameters: JSON.parse(JSON.stringify(model.parameters)),
      metrics: [
        {
          slice: 'COLD_ITEMS',
          people: 80,
          metrics: { 'ndcg@20': { mean: 0.3, low: 0.2, high: 0.4 } },
          active: null,
          untrained: { 'ndcg@20': { mean: 0.1, low: 0.05, high: 0.15 } },
          baselines: [
            { method: 'popularity', metrics: { 'ndcg@20': { mean: 0.12, low: 0.06, high: 0.18 } } },
          ],
        },
      ],
      gate: {
        verdict,
        metric: 'ndcg@20',
        margin: 0.01,
        leastPeople: 50,
        activeModelId: against,
        slices: [
          { slice: 'COLD_ITEMS', people: 80, difference: { mean: 0.02, low: 0.01, high: 0.03 }, verdict },
        ],
      },
      durationMs: 1_234,
      peakMemoryBytes: 3e8,
      cpuSeconds: 2.5,
      watts: 10,
      artefact: await serialiseModel(model),
    },
  );
}

/** Turns a bit of the stored artefact around, as a bad disk would. */
export async function damageArtefact(pool: Pool, model: string): Promise<void> {
  await pool.query(
    `UPDATE model_chunk SET data = set_byte(data, length(data) / 2, get_byte(data, length(data) / 2) # 1)
     WHERE model_id = $1 AND position = 0`,
    [model],
  );
}
