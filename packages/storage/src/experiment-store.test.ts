import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrokenAudit, listAudit } from './audit-store.js';
import { addPlacements, definitionOf, started } from './experiment.fixture.js';
import { decideExperiment } from './experiment-decision.js';
import { setExperimentTraffic, startExperiment, stopExperiment } from './experiment-life.js';
import {
  createExperiment,
  expectExperiment,
  findExperiment,
  listExperiments,
  listRunningExperiments,
} from './experiment-store.js';
import { listMetrics, saveMetric } from './metric-store.js';
import { listPlacements } from './placement-store.js';
import { addCatalogue, openStores, type StoreFixture } from './store.fixture.js';
import { listStrategies, saveStrategy } from './strategy-store.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
  await addPlacements(stores.pool, stores.catalogue);
});
afterAll(() => stores.close());

const conflict = { code: 'CONFLICT' };

describe('an experiment', () => {
  it('is frozen when it starts: later metrics and strategies are not its own', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'frozen', { placements: ['cart'] });
    expect(experiment).toMatchObject({ status: 'RUNNING', version: 1, ramp: 1, killed: false });
    expect(experiment.frozen?.metrics.map(({ key, version }) => [key, version])).toEqual([['clicks', 1]]);
    const [clicks] = (await listMetrics(pool, catalogue)).filter(({ key }) => key === 'clicks');
    if (!clicks) throw new Error('no clicks');
    const { version, ...definition } = clicks;
    await saveMetric(pool, catalogue, { ...definition, cap: 5 }, version, 'test');
    await saveStrategy(
      pool,
      catalogue,
      { key: 'new-arrivals', name: 'Changed', config: {}, expectedVersion: 1 },
      'test',
    );
    const again = await expectExperiment(pool, catalogue, 'frozen');
    expect(again.frozen).toEqual(experiment.frozen);
    expect(again.frozen?.strategies[1]?.name).toBe('New arrivals');
    await stopExperiment(pool, catalogue, 'frozen', 'enough', 'test');
  });

  it('a change makes a new version, and its start stops the one before', async () => {
    const { pool, catalogue } = stores;
    const first = await started(pool, catalogue, 'versions', { placements: ['cart'] });
    await expect(
      createExperiment(pool, catalogue, 'versions', definitionOf(), 0, 'test'),
    ).rejects.toMatchObject(conflict);
    const next = definitionOf({ placements: ['cart'], name: 'Better' });
    await createExperiment(pool, catalogue, 'versions', next, 1, 'test');
    expect((await listRunningExperiments(pool, catalogue)).map(({ version }) => version)).toEqual([1]);
    const second = await startExperiment(pool, catalogue, 'versions', 'test');
    expect(second.salt).not.toBe(first.salt);
    expect(await findExperiment(pool, catalogue, 'versions', 1)).toMatchObject({
      status: 'STOPPED',
      stopReason: 'replaced by version 2',
    });
    await stopExperiment(pool, catalogue, 'versions', 'enough', 'test');
  });

  it('does not share a placement with another, but for ranges of one layer that do not overlap', async () => {
    const { pool, catalogue } = stores;
    const layer = (from: number, to: number) => ({ layer: { key: 'lists', from, to } });
    await started(pool, catalogue, 'lower', layer(0, 0.5));
    await expect(started(pool, catalogue, 'no-layer')).rejects.toMatchObject(conflict);
    await expect(started(pool, catalogue, 'across', layer(0.4, 0.9))).rejects.toMatchObject(conflict);
    await started(pool, catalogue, 'upper', layer(0.5, 1));
    await expect(startExperiment(pool, catalogue, 'upper', 'test')).rejects.toMatchObject(conflict);
    for (const key of ['lower', 'upper']) await stopExperiment(pool, catalogue, key, 'enough', 'test');
  });

  it('of what is not there does not start, and says what is missing', async () => {
    const { pool, catalogue } = stores;
    for (const [field, fields] of [
      ['placement', { placements: ['nowhere'] }],
      ['metric', { primaryMetric: 'nothing' }],
      ['strategy', { variants: definitionOf().variants.map((one) => ({ ...one, strategyKey: 'none' })) }],
    ] as const) {
      await createExperiment(pool, catalogue, `missing-${field}`, definitionOf(fields), 0, 'test');
      await expect(startExperiment(pool, catalogue, `missing-${field}`, 'test')).rejects.toMatchObject({
        code: 'NOT_FOUND',
        details: { field },
      });
    }
  });

  it('is decided once, gives the tested strategy to its placements, and everything stands in the audit log', async () => {
    const { pool, catalogue } = stores;
    const variants = definitionOf().variants.map((variant, at) =>
      at === 1 ? { ...variant, fallback: ['cold-start'] } : variant,
    );
    await started(pool, catalogue, 'decided', { variants });
    const traffic = await setExperimentTraffic(
      pool,
      catalogue,
      'decided',
      { ramp: 0.2, killed: true },
      'test',
    );
    expect(traffic).toMatchObject({ ramp: 0.2, killed: true });
    const { frozen } = await expectExperiment(pool, catalogue, 'decided');
    const tested = frozen?.strategies[1]?.config;
    const testedFallback = frozen?.arms[1]?.fallback?.[0]?.config;
    for (const { key, version } of await listStrategies(pool, catalogue)) {
      if (key !== 'new-arrivals' && key !== 'cold-start') continue;
      const changed = { key, name: 'x', config: { changed: true }, expectedVersion: version };
      await saveStrategy(pool, catalogue, changed, 'test');
    }
    const decision = { variant: 'newest', reason: 'it is better', results: { lift: 0.1 } };
    const decided = await decideExperiment(pool, catalogue, 'decided', decision, 'ann');
    expect(decided).toMatchObject({
      status: 'DECIDED',
      decision: { ...decision, by: 'ann', strategiesRestored: ['new-arrivals', 'cold-start'] },
    });
    const placements = await listPlacements(pool, catalogue);
    expect(placements.find(({ key }) => key === 'home')).toMatchObject({
      strategyKey: 'new-arrivals',
      fallback: ['cold-start'],
      version: 2,
    });
    expect(placements.find(({ key }) => key === 'cart')).toMatchObject({ strategyKey: 'cold-start' });
    const serving = await listStrategies(pool, catalogue);
    expect(serving.find(({ key }) => key === 'new-arrivals')?.config).toEqual(tested);
    expect(serving.find(({ key }) => key === 'cold-start')?.config).toEqual(testedFallback);
    await expect(decideExperiment(pool, catalogue, 'decided', decision, 'ann')).rejects.toMatchObject(
      conflict,
    );
    const actions = (await listAudit(pool, catalogue, 100, null))
      .filter(({ target }) => target === 'decided')
      .map(({ action }) => action);
    expect(actions).toEqual([
      'experiment.decide',
      'experiment.stop',
      'experiment.traffic',
      'experiment.start',
      'experiment.create',
    ]);
    expect(await findBrokenAudit(pool, catalogue)).toBeNull();
  });

  it('is nowhere in another catalogue', async () => {
    const { pool } = stores;
    const foreign = await addCatalogue(pool, 'foreign');
    expect(await findExperiment(pool, foreign, 'decided')).toBeNull();
    expect(await listExperiments(pool, foreign, 50, null)).toEqual([]);
    await expect(startExperiment(pool, foreign, 'decided', 'test')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('lists the newest version of each, page by page', async () => {
    const { pool, catalogue } = stores;
    const first = await listExperiments(pool, catalogue, 3, null);
    const rest = await listExperiments(pool, catalogue, 50, first.at(-1)?.number ?? 0);
    const keys = [...first, ...rest].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect([...first, ...rest].find(({ key }) => key === 'versions')?.version).toBe(2);
  });
});

describe('a metric', () => {
  it('of the presets is version 1, and its first change version 2; two editors cannot both win', async () => {
    const { pool, catalogue } = stores;
    const revenue = (await listMetrics(pool, catalogue)).find(({ key }) => key === 'revenue');
    if (!revenue) throw new Error('no revenue');
    const { version, ...definition } = revenue;
    expect((await saveMetric(pool, catalogue, definition, version, 'test')).version).toBe(2);
    await expect(saveMetric(pool, catalogue, definition, version, 'test')).rejects.toMatchObject(conflict);
  });
});
