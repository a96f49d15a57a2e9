import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  const insert = (catalogue: string, minute: number, dryRun: boolean, status: string, readBytes: number) =>
    api.pool.query(
      `INSERT INTO import_run (id, catalogue_id, file_name, format, dry_run, status, total_bytes, read_bytes, created_by,
         created_at) VALUES (gen_random_uuid(), $1, $2, 'csv', $3, $4, 200, $5, 'member:a@shop.example', $6)`,
      [catalogue, `file-${minute}.csv`, dryRun, status, readBytes, new Date(Date.UTC(2026, 0, 1, 0, minute))],
    );
  await insert('shop', 1, true, 'SUCCEEDED', 200);
  await insert('shop', 2, false, 'SUCCEEDED', 200);
  await insert('shop', 4, false, 'RUNNING', 50);
  await insert('other', 5, false, 'SUCCEEDED', 200);
  await api.pool.query(
    `INSERT INTO training_run (id, catalogue_id, status, trigger, stage, requested_by, error, attempt, created_at)
     VALUES (gen_random_uuid(), 'shop', 'FAILED', 'MANUAL', 'TRAIN', 'system', 'It fell over.', 3, $1)`,
    [new Date(Date.UTC(2026, 0, 1, 0, 3))],
  );
});
afterAll(() => api.close());

const jobs = async (tenant: Tenant, page: string) =>
  (
    await api.ask(
      tenant.secretKey,
      `{ jobs(${page}) { kind status subject progress attempts error requestedBy createdAt } }`,
      {},
      { path: '/admin/graphql' },
    )
  ).data.jobs as Record<string, unknown>[];

describe('the jobs of a catalogue', () => {
  it('that wait or run are told with how far they are', async () => {
    expect(await jobs(api.shop, 'open: true')).toMatchObject([
      { kind: 'IMPORT', status: 'RUNNING', subject: 'file-4.csv', progress: 0.25 },
    ]);
  });

  it('that are over come newest first, of every kind, page by page, with why they failed', async () => {
    const first = await jobs(api.shop, 'open: false, first: 2');
    expect(first).toMatchObject([
      {
        kind: 'TRAINING',
        status: 'FAILED',
        subject: 'TRAIN',
        progress: null,
        attempts: 3,
        error: 'It fell over.',
      },
      { kind: 'IMPORT', subject: 'file-2.csv', requestedBy: 'member:a@shop.example' },
    ]);
    const next = await jobs(api.shop, `open: false, first: 2, before: "${first[1]?.['createdAt']}"`);
    expect(next).toMatchObject([{ kind: 'IMPORT_CHECK', subject: 'file-1.csv', progress: 1 }]);
    expect(next).toHaveLength(1);
  });

  it('are those of the catalogue alone', async () => {
    expect(await jobs(api.other, 'open: false')).toMatchObject([{ subject: 'file-5.csv' }]);
  });
});
