import { experimentDefinitionSchema } from '@kindling/experiments';
import {
  createExperiment,
  findExperimentsToRollUp,
  readStatistics,
  startExperiment,
  writeExposures,
} from '@kindling/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noFailpoint, openWorkerFixture, silentLog, type WorkerFixture } from '../worker.fixture.js';
import { rollUpExperiments } from './roll-up-experiments.js';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await openWorkerFixture();
});
afterAll(() => fixture.close());

test('is found by state, and a run that dies before its commit has counted nothing, one after it everything', async () => {
  const { pool } = fixture;
  const catalogue = await fixture.catalogue('counted');
  const definition = experimentDefinitionSchema.parse({
    name: 'Test',
    hypothesis: 'It counts',
    placements: ['home'],
    variants: ['cold-start', 'new-arrivals'].map((key) => ({ key, name: key, strategyKey: key })),
    primaryMetric: 'clicks',
  });
  await createExperiment(pool, catalogue, 'counted', definition, 0, 'test');
  const { number } = await startExperiment(pool, catalogue, 'counted', 'test');
  const traits = {
    placement: 'home',
    coldness: 'COLD',
    device: 'mobile',
    locale: 'en',
    category: '',
  } as const;
  await writeExposures(
    pool,
    ['ann', 'bob', 'cy'].map((unit, at) => ({
      catalogue,
      experiment: number,
      unit,
      variant: at % 2,
      at: new Date(),
      ...traits,
    })),
  );
  expect(await findExperimentsToRollUp(pool, 0)).toEqual([number]);
  const job = (failpoint: (name: string) => void) =>
    rollUpExperiments({ pool, log: silentLog, failpoint })(
      { experiment: number },
      new AbortController().signal,
    );
  const dieAt = (place: string) => (name: string) => {
    if (name === place) throw new Error('killed');
  };
  const units = async () =>
    (await readStatistics(pool, number)).filter(
      ({ metric, dimension }) => metric === -1 && dimension === 'all',
    );
  await expect(job(dieAt('roll-up.before-commit'))).rejects.toThrow('killed');
  expect(await units()).toEqual([]);
  await expect(job(dieAt('roll-up.after-commit'))).rejects.toThrow('killed');
  const counted = await units();
  expect(counted.map(({ variant, n }) => [variant, n])).toEqual([
    [0, 2],
    [1, 1],
  ]);
  await job(noFailpoint);
  expect(await units()).toEqual(counted);
});
