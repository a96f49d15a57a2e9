import type { CatalogueId } from '@kindling/domain';
import { ruleSchema } from '@kindling/recommender';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newModel, trainInto } from './model.fixture.js';
import { activateModel } from './model-activation-store.js';
import { changeRuleStatus, type RuleEdit, rollBackRule, saveRule } from './rule-store.js';
import { addCatalogue, openStores, type StoreFixture } from './store.fixture.js';
import { claimTrainingRun, failTrainingRun, startTrainingRun } from './training-run-store.js';
import { webhookKinds } from './webhook-message.js';
import { createWebhook } from './webhook-store.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

let catalogues = 0;
/** A catalogue with an endpoint that hears of everything. */
async function heard(): Promise<CatalogueId> {
  const catalogue = await addCatalogue(stores.pool, `heard-${++catalogues}`);
  const input = { url: 'https://hooks.example/', description: '', kinds: [...webhookKinds] };
  await createWebhook(stores.pool, catalogue, input, 'test');
  return catalogue;
}

/**
 * What stands in the outbox, oldest first, each with the transaction that wrote it: Postgres keeps its number in every
 * row's `xmin`, so two rows with the same number were committed together or not at all.
 */
const outbox = async (catalogue: CatalogueId) =>
  (
    await stores.pool.query<{ kind: string; data: Record<string, unknown>; by: string }>(
      `SELECT m.kind, m.data, m.xmin::text AS by FROM webhook_delivery AS d
       JOIN webhook_message AS m ON m.id = d.message_id AND m.xmin = d.xmin
       WHERE m.catalogue_id = $1 ORDER BY d.number`,
      [catalogue],
    )
  ).rows;
/** The transaction that wrote a row last. */
const writer = async (sql: string, ...values: unknown[]) =>
  (await stores.pool.query<{ by: string }>(sql, values)).rows[0]?.by;

let minute = 0;
const edit = (expectedRevision: number | null = null): RuleEdit => ({
  actor: 'ada',
  at: new Date(Date.UTC(2026, 10, 25, 12, minute++)),
  expectedRevision,
});

test('a published rule, also one that is rolled back, is in the outbox by the transaction that publishes it', async () => {
  const catalogue = await heard();
  const rule = ruleSchema.parse({ key: 'summer', kind: 'boost', arguments: { weight: 0.2 } });
  const written = () => writer('SELECT xmin::text AS by FROM rule WHERE catalogue_id = $1', catalogue);
  await saveRule(stores.pool, catalogue, rule, edit(0));
  await changeRuleStatus(stores.pool, catalogue, 'summer', 'submit', edit());
  expect(await outbox(catalogue)).toEqual([]);
  const first = await changeRuleStatus(stores.pool, catalogue, 'summer', 'publish', edit());
  const data = { key: 'summer', kind: 'boost', by: 'ada' };
  expect(await outbox(catalogue)).toEqual([
    { kind: 'rule.published', data: { ...data, revision: first.revision }, by: await written() },
  ]);
  const back = await rollBackRule(stores.pool, catalogue, 'summer', first.revision, edit());
  expect((await outbox(catalogue)).slice(1)).toEqual([
    { kind: 'rule.published', data: { ...data, revision: back.revision }, by: await written() },
  ]);
  await changeRuleStatus(stores.pool, catalogue, 'summer', 'archive', edit());
  expect(await outbox(catalogue)).toHaveLength(2);
});

test('a training that ends well is in the outbox with the model that it makes serve, by one transaction', async () => {
  const catalogue = await heard();
  const { id, runId } = await trainInto(stores.pool, catalogue, newModel());
  const by = await writer('SELECT xmin::text AS by FROM training_run WHERE id = $1', runId);
  expect(await writer('SELECT xmin::text AS by FROM catalogue WHERE id = $1', catalogue)).toBe(by);
  expect(await outbox(catalogue)).toEqual([
    {
      kind: 'training.finished',
      data: { id: runId, status: 'SUCCEEDED', trigger: 'MANUAL', model: id, error: null },
      by,
    },
    { kind: 'model.activated', data: { model: id, previous: null, by: 'system' }, by },
  ]);
});

test('a training that fails is in the outbox by the transaction that ends it', async () => {
  const catalogue = await heard();
  const { run } = await startTrainingRun(stores.pool, catalogue, { trigger: 'NIGHTLY', actor: 'system' });
  await claimTrainingRun(stores.pool, run.id, 60_000);
  const claim = { id: run.id, attempt: 1 };
  const fault = { code: 'BAD_INPUT', message: 'There are no events.' } as const;
  expect(await failTrainingRun(stores.pool, claim, fault)).toBe(true);
  expect(await failTrainingRun(stores.pool, claim, fault)).toBe(false);
  expect(await outbox(catalogue)).toMatchObject([
    {
      kind: 'training.finished',
      data: { id: run.id, status: 'FAILED', model: null, error: fault.message },
      by: await writer('SELECT xmin::text AS by FROM training_run WHERE id = $1', run.id),
    },
  ]);
});

test('an activation and a roll-back to no model are in the outbox by the transaction that switches', async () => {
  const catalogue = await heard();
  const { id } = await trainInto(stores.pool, catalogue, newModel());
  await activateModel(stores.pool, catalogue, { modelId: null, actor: 'ada', reason: null });
  // nothing switches
  await activateModel(stores.pool, catalogue, { modelId: null, actor: 'ada', reason: null });
  expect((await outbox(catalogue)).slice(2)).toEqual([
    {
      kind: 'model.activated',
      data: { model: null, previous: id, by: 'ada' },
      by: await writer('SELECT xmin::text AS by FROM catalogue WHERE id = $1', catalogue),
    },
  ]);
});

test('nothing is written where nobody listens', async () => {
  const catalogue = await addCatalogue(stores.pool, 'unheard');
  await trainInto(stores.pool, catalogue, newModel());
  const { rows } = await stores.pool.query('SELECT id FROM webhook_message WHERE catalogue_id = $1', [
    catalogue,
  ]);
  expect(rows).toEqual([]);
});
