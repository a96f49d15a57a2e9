import { experimentDefinitionSchema } from '@kindling/experiments';
import { createExperiment, createWebhook, startExperiment, writeExposures } from '@kindling/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noFailpoint, openWorkerFixture, silentLog, type WorkerFixture } from '../worker.fixture.js';
import { rollUpExperiments } from './roll-up-experiments.js';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await openWorkerFixture();
});
afterAll(() => fixture.close());

/** An experiment that is rolled up twice, each time with new units, of which every `skew`-th sees the second arm. */
async function rolledUpTwice(id: string, skew: number) {
  const { pool } = fixture;
  const catalogue = await fixture.catalogue(id);
  const input = {
    url: 'https://hooks.example/',
    description: '',
    kinds: ['experiment.broken-split' as const],
  };
  await createWebhook(pool, catalogue, input, 'test');
  const definition = experimentDefinitionSchema.parse({
    name: 'Test',
    hypothesis: 'It is told',
    placements: ['home'],
    variants: ['cold-start', 'new-arrivals'].map((key) => ({ key, name: key, strategyKey: key })),
    primaryMetric: 'clicks',
  });
  await createExperiment(pool, catalogue, 'told', definition, 0, 'test');
  const { number } = await startExperiment(pool, catalogue, 'told', 'test');
  const job = rollUpExperiments({ pool, log: silentLog, failpoint: noFailpoint });
  for (const round of [1, 2]) {
    await writeExposures(
      pool,
      Array.from({ length: 200 }, (_, at) => ({
        catalogue,
        experiment: number,
        unit: `unit-${round}-${at}`,
        variant: at % skew === 0 ? 1 : 0,
        at: new Date(),
        placement: 'home',
        coldness: 'COLD' as const,
        device: 'mobile',
        locale: 'en',
        category: '',
      })),
    );
    await job({ experiment: number }, new AbortController().signal);
  }
  const { rows } = await pool.query('SELECT kind, data FROM webhook_message WHERE catalogue_id = $1', [id]);
  return rows;
}

test('a broken split is told once, however often it is counted again', async () => {
  expect(await rolledUpTwice('broken', 5)).toEqual([
    { kind: 'experiment.broken-split', data: { key: 'told', version: 1 } },
  ]);
});

test('of an experiment whose split holds nothing is told', async () => {
  expect(await rolledUpTwice('even', 2)).toEqual([]);
});
