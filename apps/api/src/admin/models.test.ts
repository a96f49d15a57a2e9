import { activateModel } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';
import { registerTraining } from '../model.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(api.shop, ...['a', 'b', 'c', 'd'].map((id) => ({ id, title: `thing ${id}` })));
});
afterAll(() => api.close());

const likes = [
  ['a', 'b'],
  ['a', 'b', 'c'],
  ['c', 'd'],
];
const admin = (query: string, variables: object = {}, tenant: Tenant = api.shop) =>
  api.ask(tenant.secretKey, query, variables, { path: '/admin/graphql' });
const lastAudit = async () =>
  (await admin('{ auditLog(first: 1) { nodes { actor action target detail } } }')).data.auditLog.nodes[0];

describe('a training', () => {
  it('is asked for once while one waits, with its note in the audit log, and can be cancelled', async () => {
    const start =
      'mutation { startTraining(input: { note: "new season" }) { id status trigger stage done total } }';
    const run = (await admin(start)).data.startTraining;
    expect(run).toMatchObject({ status: 'QUEUED', trigger: 'MANUAL', stage: null, done: 0, total: 0 });
    expect(await lastAudit()).toMatchObject({
      actor: `key:${api.shop.secretKey.slice(0, 10)}`,
      action: 'training.start',
      target: run.id,
      detail: { note: 'new season' },
    });
    expect((await admin('mutation { startTraining { id } }')).data.startTraining.id).toBe(run.id);
    const cancel = `mutation { cancelTraining(id: "${run.id}") { status finishedAt } }`;
    expect((await admin(cancel)).data.cancelTraining.status).toBe('CANCELLED');
    expect(await lastAudit()).toMatchObject({ action: 'training.cancel', target: run.id });
    expect((await admin(cancel)).errors[0]?.extensions.code).toBe('CONFLICT');
    expect((await admin(`{ trainingRun(id: "${run.id}") { status } }`)).data.trainingRun.status).toBe(
      'CANCELLED',
    );
  });

  it('begins by itself as the catalogue says, and a setting that cannot be is refused by its field', async () => {
    const settings = '{ nightlyHour afterEvents windowDays }';
    const save = `mutation ($input: TrainingSettingsInput!) { saveTrainingSettings(input: $input) ${settings} }`;
    const wanted = { nightlyHour: null, afterEvents: 500, windowDays: 90 };
    expect((await admin(save, { input: wanted })).data.saveTrainingSettings).toEqual(wanted);
    expect((await admin(`{ trainingSettings ${settings} }`)).data.trainingSettings).toEqual(wanted);
    expect(await lastAudit()).toMatchObject({ action: 'training.schedule', detail: wanted });
    const { errors } = await admin(save, { input: { ...wanted, nightlyHour: 24 } });
    expect(errors[0]).toMatchObject({
      message: 'input.nightlyHour is above 23',
      extensions: { code: 'BAD_INPUT', field: 'input.nightlyHour' },
    });
    expect((await admin(save, { input: {} })).data.saveTrainingSettings).toEqual({
      nightlyHour: 3,
      afterEvents: 20_000,
      windowDays: 730,
    });
  });

  it('is followed live to its end', async () => {
    const { id } = (await admin('mutation { startTraining { id } }')).data.startTraining;
    const response = await fetch(`${api.api.url}/admin/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${api.shop.secretKey}`,
      },
      body: JSON.stringify({
        query: `subscription { trainingProgress(id: "${id}") { status stage done total } }`,
      }),
    });
    const states: string[] = [];
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      for (const [, json] of decoder.decode(chunk).matchAll(/^data: (\{.*\})$/gm)) {
        states.push(JSON.parse(json ?? '').data.trainingProgress.status);
      }
      if (states.length === 1) await admin(`mutation { cancelTraining(id: "${id}") { id } }`);
    }
    expect(states).toEqual(['QUEUED', 'CANCELLED']);
  });

  it('is listed by pages, newest first', async () => {
    const all = (await admin('{ trainingRuns { id } }')).data.trainingRuns.map(
      ({ id }: { id: string }) => id,
    );
    expect(all.length).toBe(2);
    const page = await admin(`{ trainingRuns(first: 1, after: "${all[0]}") { id } }`);
    expect(page.data.trainingRuns).toEqual([{ id: all[1] }]);
  });
});

const everything = `id number status encoderModelId createdAt activatedAt activatedBy activationReason parameters
  data { from to events interactions profiles items dropped { rule events } }
  metrics { slice people metrics { name value { mean low high } active { mean } untrained { mean low high } } baselines { method metrics { name value { mean } } } }
  gate { verdict metric margin leastPeople activeModelId slices { slice people verdict difference { mean low high } } }
  cost { durationMs cpuSeconds peakMemoryBytes energyJoules watts } artefact { bytes sha256 droppedAt }`;

describe('a model', () => {
  it('tells what it was made from, how good it is by slice, what its gate said and what it cost', async () => {
    const { id } = await registerTraining(api.pool, api.shop.id, { likes });
    const { model } = (await admin(`{ model(id: "${id}") { ${everything} } }`)).data;
    expect(model).toMatchObject({
      number: 1,
      status: 'ACTIVE',
      data: { from: '2026-11-01T00:00:00.000Z', interactions: 7, dropped: [{ rule: 'robots', events: 7 }] },
      metrics: [
        {
          slice: 'COLD_ITEMS',
          people: 80,
          metrics: [
            {
              name: 'ndcg@20',
              value: { mean: 0.3, low: 0.2, high: 0.4 },
              active: null,
              untrained: { mean: 0.1, low: 0.05, high: 0.15 },
            },
          ],
          baselines: [{ method: 'popularity', metrics: [{ name: 'ndcg@20', value: { mean: 0.12 } }] }],
        },
      ],
      gate: { verdict: 'PASSED', activeModelId: null, slices: [{ slice: 'COLD_ITEMS', verdict: 'PASSED' }] },
      cost: { cpuSeconds: 2.5, watts: 10, energyJoules: 25 },
      parameters: { warmItems: 4 },
    });
  });

  it('was evaluated by the run that made it', async () => {
    const { runId } = (await admin('{ models { runId } }')).data.models.at(-1);
    const ask = (run: string) =>
      admin(
        `{ evaluation(id: "${run}") { id status slices { slice people metrics { name value { mean } } } gate { verdict } } }`,
      );
    expect((await ask(runId)).data.evaluation).toEqual({
      id: runId,
      status: 'SUCCEEDED',
      slices: [{ slice: 'COLD_ITEMS', people: 80, metrics: [{ name: 'ndcg@20', value: { mean: 0.3 } }] }],
      gate: { verdict: 'PASSED' },
    });
    const waiting = (await admin('mutation { startTraining { id } }')).data.startTraining.id;
    expect((await ask(waiting)).data.evaluation).toMatchObject({ status: 'QUEUED', slices: [], gate: null });
    await admin(`mutation { cancelTraining(id: "${waiting}") { id } }`);
  });

  it('that failed its gate serves only by the word of a person, which is kept', async () => {
    const failed = await registerTraining(api.pool, api.shop.id, { likes, verdict: 'FAILED' });
    expect(failed.status).toBe('READY');
    const activate =
      'mutation ($id: ID!, $reason: String) { activateModel(id: $id, reason: $reason) { status } }';
    const refused = await admin(activate, { id: failed.id });
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', field: 'reason' });
    const empty = await admin(activate, { id: failed.id, reason: '  ' });
    expect(empty.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'reason' });
    const done = await admin(activate, { id: failed.id, reason: 'the sale begins' });
    expect(done.data.activateModel.status).toBe('ACTIVE');
    const detail = { reason: 'the sale begins', overridden: true };
    expect(await lastAudit()).toMatchObject({ action: 'model.activate', target: failed.id, detail });
    const history = await admin('{ modelActivations { modelId reason overridden actor } }');
    expect(history.data.modelActivations[0]).toMatchObject({ modelId: failed.id, overridden: true });
    expect(history.data.modelActivations[1]).toMatchObject({ overridden: false, actor: 'system' });
  });

  it('is taken back once, however many ask for it at the same time', async () => {
    const [bad, good] = (await admin('{ models(first: 2) { id } }')).data.models;
    const back = `mutation { rollBackModel(from: "${bad.id}", reason: "worse") { id status } }`;
    const answers = await Promise.all([admin(back), admin(back)]);
    expect(answers.flatMap(({ data }) => data?.rollBackModel ?? [])).toEqual([
      { id: good.id, status: 'ACTIVE' },
    ]);
    expect(answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code))).toEqual([
      'CONFLICT',
    ]);
    const after = await admin(`{ model(id: "${bad.id}") { status } }`);
    expect(after.data.model.status).toBe('RETIRED');
  });

  it('before which none served gives way to none', async () => {
    await api.store(api.other, ...['a', 'b'].map((id) => ({ id, title: `thing ${id}` })));
    const only = await registerTraining(api.pool, api.other.id, { likes: [['a', 'b'], ['a']] });
    const back = `mutation { rollBackModel(from: "${only.id}", reason: "odd lists") { id } }`;
    expect(await admin(back, {}, api.other)).toMatchObject({ data: { rollBackModel: null }, errors: [] });
    await activateModel(api.pool, api.other.id, { modelId: only.id, actor: 'test', reason: null });
  });

  it('is listed by pages, newest first', async () => {
    const { models } = (await admin('{ models { id number } }')).data;
    expect(models.map(({ number }: { number: number }) => number)).toEqual([2, 1]);
    const page = await admin(`{ models(first: 1, after: "${models[0].id}") { number } }`);
    expect(page.data.models).toEqual([{ number: 1 }]);
  });

  it('of another catalogue is not found, nor its training', async () => {
    const foreign = await registerTraining(api.pool, api.other.id, { likes: [['a', 'b'], ['a']] });
    expect((await admin(`{ model(id: "${foreign.id}") { id } }`)).data.model).toBeNull();
    for (const call of [
      `mutation { activateModel(id: "${foreign.id}", reason: "x") { id } }`,
      `mutation { rollBackModel(from: "${foreign.id}", reason: "x") { id } }`,
      `mutation { cancelTraining(id: "${foreign.runId}") { id } }`,
      `{ trainingRun(id: "${foreign.runId}") { id } }`,
      `{ models(after: "${foreign.id}") { id } }`,
      `{ trainingRuns(after: "${foreign.runId}") { id } }`,
    ]) {
      expect((await admin(call)).errors[0]?.extensions.code).toBe('NOT_FOUND');
    }
  });
});
