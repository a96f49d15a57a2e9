import {
  claimEvaluationRun,
  finishEvaluationRun,
  reportEvaluationProgress,
  storeEvaluationResult,
} from '@kindling/storage';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const admin = (query: string, variables: object = {}, tenant: Tenant = api.shop) =>
  api.ask(tenant.secretKey, query, variables, { path: '/admin/graphql' });
const lastAudit = async () =>
  (await admin('{ auditLog(first: 1) { nodes { actor action target detail } } }')).data.auditLog.nodes[0];
const start = (input: object | null, tenant?: Tenant) =>
  admin(
    'mutation ($input: EvaluationInput) { startEvaluation(input: $input) { id status splits seeds people done total } }',
    { input },
    tenant,
  );
const cancel = (id: string, tenant?: Tenant) =>
  admin(`mutation { cancelEvaluation(id: "${id}") { status } }`, {}, tenant);
const level = { mean: 0.3, low: 0.2, high: 0.4 };

it('is asked for once while one waits, stands in the audit log with its note, and can be cancelled once', async () => {
  const run = (await start({ seeds: 2, note: 'before the sale' })).data.startEvaluation;
  expect(run).toMatchObject({
    status: 'QUEUED',
    splits: ['COLD_ITEMS', 'COLD_USERS'],
    seeds: 2,
    people: 300,
    done: 0,
    total: 200,
  });
  expect(await lastAudit()).toMatchObject({
    actor: `key:${api.shop.secretKey.slice(0, 10)}`,
    action: 'evaluation.start',
    target: run.id,
    detail: { seeds: 2, note: 'before the sale' },
  });
  expect((await start({ seeds: 2 })).data.startEvaluation.id).toBe(run.id);
  expect((await start({ seeds: 4 })).errors[0]?.extensions.code).toBe('CONFLICT');
  expect((await cancel(run.id)).data.cancelEvaluation.status).toBe('CANCELLED');
  expect(await lastAudit()).toMatchObject({ action: 'evaluation.cancel', target: run.id });
  expect((await cancel(run.id)).errors[0]?.extensions.code).toBe('CONFLICT');
});

it.each([
  [{ seeds: 11 }, 'input.seeds is above 10'],
  [{ people: 9 }, 'input.people is below 10'],
  [{ splits: [] }, 'input.splits is empty: name at least one split'],
])('is bounded: %j is refused by its field', async (input, message) => {
  expect((await start(input)).errors[0]).toMatchObject({ message, extensions: { code: 'BAD_INPUT' } });
});

it('is read while it goes and when it has ended: rows with intervals, and leads corrected by Holm', async () => {
  const { id } = (await start({ splits: ['COLD_ITEMS', 'ONBOARDING'] })).data.startEvaluation;
  const attempt = (await claimEvaluationRun(api.pool, id, 60_000))?.attempt ?? 0;
  const claim = { id, attempt };
  const step = { split: 'COLD_ITEMS', seed: 1, method: 'item-kNN', done: 60 } as const;
  await reportEvaluationProgress(api.pool, claim, step, 60_000);
  const now = `{ evaluation(id: "${id}") { status split seed method done total results { split } } }`;
  expect((await admin(now)).data.evaluation).toEqual({
    status: 'RUNNING',
    ...step,
    total: 200,
    results: [],
  });

  await storeEvaluationResult(api.pool, claim, {
    split: 'COLD_ITEMS',
    result: {
      seeds: [1, 2, 3],
      people: [40, 40, 41],
      rows: [
        { method: 'kindling default', isDefault: true, isBaseline: false, metrics: { 'ndcg@20': level } },
        { method: 'popularity', isDefault: false, isBaseline: true, metrics: { 'ndcg@20': level } },
      ],
      comparisons: [{ method: 'popularity', difference: level, p: 0.02 }],
    },
  });
  await storeEvaluationResult(api.pool, claim, { split: 'ONBOARDING', problem: 'Nobody can be judged.' });
  await finishEvaluationRun(api.pool, claim, {
    data: {
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-23T00:00:00.000Z',
      events: 90,
      dropped: [{ rule: 'robots', events: 7 }],
      interactions: 80,
      profiles: 9,
      items: 12,
    },
    cpuSeconds: 12.5,
    peakMemoryBytes: 3e9,
  });
  const fields = `id status ofTraining error cpuSeconds peakMemoryBytes slices { slice } gate { verdict }
    data { from events interactions dropped { rule events } }
    results { split problem seeds people rows { method isDefault isBaseline metrics { name value { mean low high } } }
      comparisons { method p difference { mean low high } } }`;
  const { evaluation } = (await admin(`{ evaluation(id: "${id}") { ${fields} } }`)).data;
  expect(evaluation).toMatchObject({
    id,
    status: 'SUCCEEDED',
    ofTraining: false,
    error: null,
    cpuSeconds: 12.5,
    peakMemoryBytes: 3e9,
    slices: [],
    gate: null,
    data: { from: '2026-11-01T00:00:00.000Z', events: 90, dropped: [{ rule: 'robots', events: 7 }] },
    results: [
      {
        split: 'COLD_ITEMS',
        problem: null,
        seeds: [1, 2, 3],
        people: [40, 40, 41],
        rows: [
          { method: 'kindling default', isDefault: true, metrics: [{ name: 'ndcg@20', value: level }] },
          { method: 'popularity', isBaseline: true },
        ],
        comparisons: [{ method: 'popularity', p: 0.02, difference: level }],
      },
      { split: 'ONBOARDING', problem: 'Nobody can be judged.', rows: [] },
    ],
  });
  expect((await admin(`{ evaluations { ${fields} } }`)).data.evaluations[0]).toEqual(evaluation);
});

it('is listed by pages, newest first', async () => {
  const all: string[] = (await admin('{ evaluations { id } }')).data.evaluations.map(
    ({ id }: { id: string }) => id,
  );
  expect(all).toHaveLength(2);
  expect((await admin(`{ evaluations(first: 1, after: "${all[0]}") { id } }`)).data.evaluations).toEqual([
    { id: all[1] },
  ]);
  expect((await admin('{ evaluations(first: 51) { id } }')).errors[0]?.extensions).toMatchObject({
    code: 'BAD_INPUT',
    field: 'first',
  });
});

it('is followed live to its end', async () => {
  const { id } = (await start(null)).data.startEvaluation;
  const response = await fetch(`${api.api.url}/admin/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${api.shop.secretKey}`,
    },
    body: JSON.stringify({ query: `subscription { evaluationProgress(id: "${id}") { status } }` }),
  });
  const states: string[] = [];
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    for (const [, json] of decoder.decode(chunk).matchAll(/^data: (\{.*\})$/gm)) {
      states.push(JSON.parse(json ?? '').data.evaluationProgress.status);
    }
    if (states.length === 1) await cancel(id);
  }
  expect(states).toEqual(['QUEUED', 'CANCELLED']);
});

it('of another catalogue is not found, cannot be cancelled, and stands in no list', async () => {
  const { id } = (await start(null, api.other)).data.startEvaluation;
  for (const call of [
    `{ evaluation(id: "${id}") { id } }`,
    `{ evaluations(after: "${id}") { id } }`,
    `mutation { cancelEvaluation(id: "${id}") { id } }`,
  ]) {
    expect((await admin(call)).errors[0]?.extensions.code).toBe('NOT_FOUND');
  }
  const mine = (await admin('{ evaluations { id } }')).data.evaluations;
  expect(mine.map((run: { id: string }) => run.id)).not.toContain(id);
  const theirs = await admin(`{ evaluation(id: "${id}") { status } }`, {}, api.other);
  expect(theirs.data.evaluation.status).toBe('QUEUED');
});
