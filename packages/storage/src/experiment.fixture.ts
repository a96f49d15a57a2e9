import type { CatalogueId } from '@kindling/domain';
import { type ExperimentDefinition, experimentDefinitionSchema } from '@kindling/experiments';
import type { Pool } from './database.js';
import { startExperiment } from './experiment-life.js';
import type { Experiment } from './experiment-row.js';
import { createExperiment } from './experiment-store.js';
import type { NewExposure } from './exposure-writer.js';
import { insertPresetStrategies } from './strategy-store.js';

/** Two arms over the preset strategies, at a placement of its own. */
export const definitionOf = (fields: object = {}): ExperimentDefinition =>
  experimentDefinitionSchema.parse({
    name: 'A test',
    hypothesis: 'Newest first finds more clicks',
    placements: ['home'],
    variants: [
      { key: 'control', name: 'As it is', strategyKey: 'cold-start' },
      { key: 'newest', name: 'Newest first', strategyKey: 'new-arrivals' },
    ],
    primaryMetric: 'clicks',
    minimumUnitsPerArm: 2,
    ...fields,
  });

export async function addPlacements(pool: Pool, catalogue: CatalogueId): Promise<void> {
  const client = await pool.connect();
  try {
    await insertPresetStrategies(client, catalogue, 'shop');
    for (const key of ['home', 'cart']) {
      await client.query(
        `INSERT INTO placement (catalogue_id, key, name, kind, strategy_key) VALUES ($1, $2, $2, 'PERSONAL', 'cold-start')`,
        [catalogue, key],
      );
    }
  } finally {
    client.release();
  }
}

export async function started(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  fields: object = {},
): Promise<Experiment> {
  await createExperiment(pool, catalogue, key, definitionOf(fields), 0, 'test');
  return startExperiment(pool, catalogue, key, 'test');
}

export const exposureOf = (
  { catalogue, number }: Experiment,
  unit: string,
  variant: number,
  at: Date,
  fields: Partial<NewExposure> = {},
): NewExposure => ({
  catalogue,
  experiment: number,
  unit,
  variant,
  at,
  placement: 'home',
  coldness: 'COLD',
  device: 'mobile',
  locale: 'en',
  category: '',
  ...fields,
});
