import type { CatalogueId } from '@kindling/domain';
import type { ModelGate } from '@kindling/recommender';
import type { Pool } from './database.js';
import { type NewModel, registerTrainedModel } from './model-store.js';
import { claimTrainingRun, startTrainingRun } from './training-run-store.js';

/** A gate with that verdict. */
export const gate = (verdict: ModelGate['verdict'], activeModelId: string | null = null): ModelGate => ({
  verdict,
  metric: 'ndcg@20',
  margin: 0.01,
  leastPeople: 50,
  activeModelId,
  slices: [{ slice: 'COLD_ITEMS', people: 80, difference: { mean: 0.02, low: 0.01, high: 0.03 }, verdict }],
});

export const newModel = (fields: Partial<NewModel> = {}): NewModel => ({
  encoderModelId: null,
  data: {
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-24T00:00:00.000Z',
    events: 100,
    dropped: [{ rule: 'robots', events: 7 }],
    interactions: 60,
    profiles: 10,
    items: 20,
    countedEvents: 100,
  },
  parameters: { beta: 0.5 },
  metrics: [
    {
      slice: 'COLD_ITEMS',
      people: 80,
      metrics: { 'ndcg@20': { mean: 0.3, low: 0.2, high: 0.4 } },
      active: null,
      untrained: { 'ndcg@20': { mean: 0.1, low: 0.05, high: 0.15 } },
      baselines: [{ method: 'popularity', metrics: { 'ndcg@20': { mean: 0.12, low: 0.06, high: 0.18 } } }],
    },
  ],
  gate: gate('PASSED'),
  durationMs: 1_234,
  peakMemoryBytes: 3e9,
  cpuSeconds: 2.5,
  watts: 10,
  artefact: new Uint8Array([1, 2, 3]),
  ...fields,
});

/** Goes the whole way of a run: asked for, claimed, registered. */
export async function trainInto(pool: Pool, catalogue: CatalogueId, model: NewModel) {
  const { run } = await startTrainingRun(pool, catalogue, { trigger: 'MANUAL', actor: 'member:ann' });
  const claimed = await claimTrainingRun(pool, run.id, 60_000);
  return registerTrainedModel(pool, { id: run.id, attempt: claimed?.attempt ?? -1 }, model);
}
