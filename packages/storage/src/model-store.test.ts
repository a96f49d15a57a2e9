import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrokenAudit, listAudit } from './audit-store.js';
import { listenForChanges } from './change-feed.js';
import { gate, newModel, trainInto } from './model.fixture.js';
import {
  activateModel,
  findActiveModel,
  findPreviousModel,
  listModelActivations,
  listModelPointers,
  readModelPointer,
} from './model-activation-store.js';
import { pruneModelArtefacts, readModelArtefact } from './model-artefact-store.js';
import { findModel, listModels, registerTrainedModel } from './model-store.js';
import { addCatalogue, openStores, type StoreFixture, testModel } from './store.fixture.js';
import { claimTrainingRun, findTrainingRun, startTrainingRun } from './training-run-store.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

let catalogues = 0;
const newCatalogue = () => addCatalogue(stores.pool, `models-${++catalogues}`);
const person = { actor: 'member:ann', reason: null };

test('a registered model comes back as it was, with its number, its energy and its run', async () => {
  const catalogue = await newCatalogue();
  const stored = await trainInto(stores.pool, catalogue, newModel({ encoderModelId: testModel.id }));
  expect(stored).toMatchObject({ number: 1, status: 'ACTIVE', energyJoules: 25, peakMemoryBytes: 3e9 });
  const { artefact: _, ...sent } = newModel({ encoderModelId: testModel.id });
  expect(stored).toMatchObject(sent);
  expect(await findModel(stores.pool, catalogue, stored.id)).toEqual(stored);
  expect(await findTrainingRun(stores.pool, catalogue, stored.runId)).toMatchObject({
    status: 'SUCCEEDED',
    modelId: stored.id,
  });
});

test('an artefact of several pieces comes back byte for byte', async () => {
  const catalogue = await newCatalogue();
  const artefact = new Uint8Array(9_000_001).map((_, at) => (at * 31) % 251);
  const { id } = await trainInto(stores.pool, catalogue, newModel({ artefact }));
  const read = await readModelArtefact(stores.pool, catalogue, id);
  expect(Buffer.compare(read, artefact)).toBe(0);
});

test('a damaged piece is refused by its number, a missing one too', async () => {
  const catalogue = await newCatalogue();
  const artefact = new Uint8Array(5_000_000).fill(7);
  const { id } = await trainInto(stores.pool, catalogue, newModel({ artefact }));
  await stores.pool.query(
    `UPDATE model_chunk SET data = set_byte(data, 3, 8) WHERE model_id = $1 AND position = 1`,
    [id],
  );
  await expect(readModelArtefact(stores.pool, catalogue, id)).rejects.toThrow(/model 1 is damaged \(piece 1/);
  await stores.pool.query('DELETE FROM model_chunk WHERE model_id = $1 AND position = 1', [id]);
  await expect(readModelArtefact(stores.pool, catalogue, id)).rejects.toThrow('piece 1 is missing');
});

test('a worker that has lost its run registers nothing', async () => {
  const catalogue = await newCatalogue();
  const { run } = await startTrainingRun(stores.pool, catalogue, { trigger: 'NIGHTLY', actor: 'system' });
  await claimTrainingRun(stores.pool, run.id, 0);
  await claimTrainingRun(stores.pool, run.id, 60_000);
  const late = registerTrainedModel(stores.pool, { id: run.id, attempt: 1 }, newModel());
  await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await listModels(stores.pool, catalogue, { first: 10, before: null })).toEqual([]);
  expect((await readModelPointer(stores.pool, catalogue)).modelId).toBeNull();
});

test.each([
  { verdict: 'PASSED', serving: false, becomes: 'ACTIVE' },
  { verdict: 'PASSED', serving: true, becomes: 'ACTIVE' },
  { verdict: 'UNDECIDED', serving: false, becomes: 'ACTIVE' },
  { verdict: 'UNDECIDED', serving: true, becomes: 'READY' },
  { verdict: 'FAILED', serving: false, becomes: 'READY' },
  { verdict: 'FAILED', serving: true, becomes: 'READY' },
] as const)('a gate that says $verdict, a model serving: $serving: becomes $becomes', async (one) => {
  const catalogue = await newCatalogue();
  const before = one.serving ? (await trainInto(stores.pool, catalogue, newModel())).id : null;
  const model = await trainInto(stores.pool, catalogue, newModel({ gate: gate(one.verdict, before) }));
  expect(model.status).toBe(one.becomes);
  const { modelId } = await readModelPointer(stores.pool, catalogue);
  expect(modelId).toBe(one.becomes === 'ACTIVE' ? model.id : before);
});

test('a model that was held against one which no longer serves waits for a person', async () => {
  const catalogue = await newCatalogue();
  const first = await trainInto(stores.pool, catalogue, newModel());
  const model = await trainInto(stores.pool, catalogue, newModel({ gate: gate('PASSED', null) }));
  expect(model.status).toBe('READY');
  expect((await findActiveModel(stores.pool, catalogue))?.id).toBe(first.id);
});

test('a person activates against the gate only with a reason, which is recorded as an override', async () => {
  const catalogue = await newCatalogue();
  const first = await trainInto(stores.pool, catalogue, newModel());
  const worse = await trainInto(stores.pool, catalogue, newModel({ gate: gate('FAILED', first.id) }));
  await expect(activateModel(stores.pool, catalogue, { ...person, modelId: worse.id })).rejects.toMatchObject(
    { code: 'CONFLICT', details: { field: 'reason' } },
  );
  const after = await activateModel(stores.pool, catalogue, {
    ...person,
    modelId: worse.id,
    reason: 'the old one lacks the winter range',
  });
  expect(after.change).toBeGreaterThan(0);
  expect(await findActiveModel(stores.pool, catalogue)).toMatchObject({
    id: worse.id,
    activatedBy: 'member:ann',
    activationReason: 'the old one lacks the winter range',
  });
  const [last] = await listModelActivations(stores.pool, catalogue, { first: 1, before: null });
  expect(last).toMatchObject({ modelId: worse.id, previousModelId: first.id, overridden: true });
});

test('rolling back goes to the version before, needs no reason, and every switch is in the audit log', async () => {
  const catalogue = await newCatalogue();
  const first = await trainInto(stores.pool, catalogue, newModel());
  const second = await trainInto(stores.pool, catalogue, newModel({ gate: gate('PASSED', first.id) }));
  expect((await findPreviousModel(stores.pool, catalogue))?.id).toBe(first.id);
  const { change } = await readModelPointer(stores.pool, catalogue);
  await activateModel(stores.pool, catalogue, { ...person, modelId: first.id });
  expect(await readModelPointer(stores.pool, catalogue)).toEqual({
    catalogue,
    modelId: first.id,
    change: change + 1,
  });
  expect((await findModel(stores.pool, catalogue, second.id))?.status).toBe('RETIRED');
  await activateModel(stores.pool, catalogue, { ...person, modelId: null });
  expect(await findActiveModel(stores.pool, catalogue)).toBeNull();
  const audit = await listAudit(stores.pool, catalogue, 20, null);
  expect(audit.filter(({ action }) => action === 'model.activate')).toHaveLength(4);
  expect(await findBrokenAudit(stores.pool, catalogue)).toBeNull();
});

test('activating what serves already changes nothing', async () => {
  const catalogue = await newCatalogue();
  const { id } = await trainInto(stores.pool, catalogue, newModel());
  const before = await readModelPointer(stores.pool, catalogue);
  expect(await activateModel(stores.pool, catalogue, { ...person, modelId: id })).toEqual(before);
  expect(await listModelActivations(stores.pool, catalogue, { first: 9, before: null })).toHaveLength(1);
});

test('a model of another catalogue is neither found, read nor activated', async () => {
  const [mine, other] = [await newCatalogue(), await newCatalogue()];
  const { id } = await trainInto(stores.pool, other, newModel());
  expect(await findModel(stores.pool, mine, id)).toBeNull();
  await expect(readModelArtefact(stores.pool, mine, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(activateModel(stores.pool, mine, { ...person, modelId: id })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('followers are told of a switch', async () => {
  const catalogue = await newCatalogue();
  const heard = new Promise<void>((resolve) => {
    const listener = listenForChanges(
      stores.databaseUrl,
      (changed) => {
        if (changed === null) void trainInto(stores.pool, catalogue, newModel());
        if (changed === catalogue) void listener.close().then(resolve);
      },
      { pollMs: 3_600_000 },
    );
  });
  await heard;
  const pointers = await listModelPointers(stores.pool);
  expect(pointers.map((pointer) => pointer.catalogue)).toContain(catalogue);
});

test('old artefacts go, but never that of the serving model or of the one before it', async () => {
  const catalogue = await newCatalogue();
  const first = await trainInto(stores.pool, catalogue, newModel());
  const second = await trainInto(stores.pool, catalogue, newModel({ gate: gate('PASSED', first.id) }));
  const later = [];
  for (let count = 0; count < 4; count++) {
    later.push(await trainInto(stores.pool, catalogue, newModel({ gate: gate('FAILED', second.id) })));
  }
  await pruneModelArtefacts(stores.pool, 2);
  const models = await listModels(stores.pool, catalogue, { first: 3, before: null });
  const rest = await listModels(stores.pool, catalogue, { first: 9, before: models.at(-1)?.number ?? null });
  const kept = [...models, ...rest].filter(({ artefact }) => artefact.droppedAt === null);
  expect(kept.map(({ number }) => number)).toEqual([6, 5, 2, 1]);
  const dropped = later[0]?.id ?? '';
  await expect(readModelArtefact(stores.pool, catalogue, dropped)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  await expect(
    activateModel(stores.pool, catalogue, { ...person, modelId: dropped, reason: 'old times' }),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await readModelArtefact(stores.pool, catalogue, first.id)).length).toBe(3);
});

test('a catalogue can be deleted with its models', async () => {
  const catalogue = await newCatalogue();
  await trainInto(stores.pool, catalogue, newModel());
  await stores.pool.query('DELETE FROM catalogue WHERE id = $1', [catalogue]);
  expect(await listModels(stores.pool, catalogue, { first: 9, before: null })).toEqual([]);
});
