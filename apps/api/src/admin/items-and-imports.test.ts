import { catalogueId } from '@kindling/domain';
import { isPublicAddress } from '@kindling/ingest';
import { advanceImportRun, finishImportRun, takeUpImportRun } from '@kindling/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';
import { fetchPublicFile } from './fetch-public-file.js';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await openApi();
});
afterAll(() => fixture.close());

const admin = (tenant: Tenant, query: string, variables: object = {}) =>
  fixture.ask(tenant.secretKey, query, variables, { path: '/admin/graphql' });

const upsert = `mutation ($items: [ItemInput!]!) { upsertItems(items: $items) {
  created updated unchanged rejected { index field code message } results { index id outcome } } }`;
const startImport = `mutation ($input: ImportInput!) { importCatalogue(input: $input) {
  id status fileName format totalBytes dryRun } }`;

const upload = (tenant: Tenant, body: string | Uint8Array<ArrayBuffer>, name = 'films.csv') =>
  fetch(`${fixture.api.url}/admin/files?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tenant.secretKey}` },
    body,
  });

test('a bad row of a batch is rejected with its reason, and the others are stored', async () => {
  const items = [
    { id: 'u1', title: 'One', price: 3 },
    { id: 'u2', title: ' ' },
    { id: 'u3', title: 'Three', url: 'javascript:alert(1)', price: -1 },
    { id: 'u4', title: 'Four', tags: ['a', 'a'], attributes: { year: 1999 } },
  ];
  const { data, errors } = await admin(fixture.shop, upsert, { items });
  expect(errors).toEqual([]);
  expect(data.upsertItems).toMatchObject({ created: 2, updated: 0, unchanged: 0 });
  expect(
    data.upsertItems.rejected.map((row: { index: number; field: string }) => [row.index, row.field]),
  ).toEqual([
    [1, 'title'],
    [2, 'price'],
    [2, 'url'],
  ]);
  expect(data.upsertItems.results.map((row: { outcome: string }) => row.outcome)).toEqual([
    'CREATED',
    'REJECTED',
    'REJECTED',
    'CREATED',
  ]);
  const again = await admin(fixture.shop, upsert, { items: [{ ...items[0], price: 4 }, items[3]] });
  expect(again.data.upsertItems).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
});

test('more than 1,000 items in one call are refused as a whole, with the way out', async () => {
  const items = Array.from({ length: 1_001 }, (_, index) => ({ id: `m${index}`, title: 'x' }));
  const { errors } = await admin(fixture.shop, upsert, { items });
  expect(errors[0]?.message).toMatch(/at most 1000 a call, or import a file/);
});

test('items are listed with the state of their encoding, and only to their owner', async () => {
  await fixture.store(fixture.shop, { id: 'listed', title: 'Listed film' });
  await admin(fixture.shop, upsert, { items: [{ id: 'waits', title: 'Listed later' }] });
  const list = `query ($filter: AdminItemFilter) { items(first: 10, filter: $filter, sort: TITLE) {
    totalCount nodes { id encoding encodedText events coldness } pageInfo { hasNextPage endCursor } } }`;
  const { data } = await admin(fixture.shop, list, { filter: { query: 'listed' } });
  expect(data.items.totalCount).toBe(2);
  expect(data.items.nodes).toMatchObject([
    { id: 'listed', encoding: 'ENCODED', events: 0, coldness: 'COLD' },
    { id: 'waits', encoding: 'WAITING', encodedText: 'Listed later' },
  ]);
  const foreign = await admin(fixture.other, list, { filter: { query: 'listed' } });
  expect(foreign.data.items.totalCount).toBe(0);
  const item = '{ item(id: "listed") { id } }';
  expect((await admin(fixture.other, item)).data.item).toBeNull();
  expect((await admin(fixture.shop, item)).data.item).toEqual({ id: 'listed' });
});

test('a deleted item leaves the list; deleting it again counts nothing', async () => {
  await admin(fixture.shop, upsert, { items: [{ id: 'doomed', title: 'Doomed' }] });
  const remove = 'mutation { deleteItems(ids: ["doomed", "nobody"]) }';
  expect((await admin(fixture.other, remove)).data.deleteItems).toBe(0);
  expect((await admin(fixture.shop, remove)).data.deleteItems).toBe(1);
  expect((await admin(fixture.shop, remove)).data.deleteItems).toBe(0);
});

test('an uploaded file becomes an import that waits for the worker', async () => {
  const uploaded = await upload(fixture.shop, 'id,title\n1,One\n', '../../etc/films.csv');
  expect(uploaded.status).toBe(200);
  const { fileId, name, bytes } = (await uploaded.json()) as { fileId: string; name: string; bytes: number };
  expect([name, bytes]).toEqual(['films.csv', 15]);
  const { data } = await admin(fixture.shop, startImport, { input: { fileId } });
  expect(data.importCatalogue).toMatchObject({ status: 'QUEUED', fileName: 'films.csv', totalBytes: 15 });
  const foreign = await admin(fixture.other, startImport, { input: { fileId } });
  expect(foreign.errors[0]?.extensions.code).toBe('NOT_FOUND');
  const run = `{ importRun(id: "${data.importCatalogue.id}") { id } }`;
  expect((await admin(fixture.other, run)).errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await admin(fixture.shop, run)).data.importRun.id).toBe(data.importCatalogue.id);
});

test('an import says in one way where its file is', async () => {
  for (const input of [{}, { content: 'a', url: 'https://example.com' }, { fileId: 'no-uuid' }]) {
    const { errors } = await admin(fixture.shop, startImport, { input });
    expect(errors[0]?.extensions.code).toMatch(/BAD_INPUT|NOT_FOUND/);
  }
});

test('refused rows are read in pages and downloaded, with formulas made harmless', async () => {
  const input = { content: 'id,title\n', fileName: 'x.csv' };
  const { data } = await admin(fixture.shop, startImport, { input });
  const { id } = data.importCatalogue as { id: string };
  await takeUpImportRun(fixture.pool, id);
  const reject = (line: number, excerpt: string) => ({
    line,
    field: 'title',
    code: 'INVALID',
    message: 'is empty',
    fix: 'Give every row a title.',
    excerpt,
  });
  await advanceImportRun(fixture.pool, {
    runId: id,
    fromRow: 0,
    toRow: 3,
    readBytes: 9,
    counts: { rows: 3, created: 0, updated: 0, unchanged: 0, rejected: 3 },
    rejects: [reject(2, '=1+1'), reject(3, '@cmd,"x"'), reject(4, '-2')],
  });
  await finishImportRun(fixture.pool, id);
  const page = `query ($after: String) { importRun(id: "${id}") { status rejected rejectsUrl
    rejects(first: 2, after: $after) { nodes { line excerpt } pageInfo { hasNextPage endCursor } } } }`;
  const first = (await admin(fixture.shop, page)).data.importRun;
  expect(first.rejects.nodes.map(({ line }: { line: number }) => line)).toEqual([2, 3]);
  const rest = await admin(fixture.shop, page, { after: first.rejects.pageInfo.endCursor });
  expect(rest.data.importRun.rejects.nodes).toEqual([{ line: 4, excerpt: '-2' }]);

  const download = (tenant: Tenant) =>
    fetch(fixture.api.url + first.rejectsUrl, { headers: { authorization: `Bearer ${tenant.secretKey}` } });
  expect((await download(fixture.other)).status).toBe(404);
  const text = await (await download(fixture.shop)).text();
  const lines = text.trim().split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/,"'=1\+1"$/);
  expect(lines[2]).toMatch(/,"'@cmd,""x"""$/);
  expect(lines[3]).toMatch(/,-2$/);
});

test('progress of an import is streamed until it has ended', async () => {
  const input = { content: 'id,title\n', fileName: 'x.csv' };
  const { data } = await admin(fixture.shop, startImport, { input });
  const { id } = data.importCatalogue as { id: string };
  const response = await fetch(`${fixture.api.url}/admin/graphql/stream`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${fixture.shop.secretKey}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify({ query: `subscription { importProgress(id: "${id}") { status rows } }` }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let received = '';
  const readUntil = async (pattern: RegExp) => {
    while (!pattern.test(received)) {
      const step = await reader?.read();
      if (step?.done !== false) throw new Error(`the stream ended before ${pattern}: ${received}`);
      received += step.value;
    }
  };
  await readUntil(/QUEUED/);
  await takeUpImportRun(fixture.pool, id);
  await readUntil(/RUNNING/);
  await finishImportRun(fixture.pool, id);
  await readUntil(/SUCCEEDED[\s\S]*event: complete/);
});

test('encoding progress and dead letters are told, and a letter can be retried', async () => {
  await admin(fixture.other, upsert, { items: [{ id: 'bad', title: 'Bad' }] });
  await fixture.pool.query(
    `UPDATE item SET embed_attempts = 5, embed_error = 'NaN' WHERE catalogue_id = 'other' AND id = 'bad'`,
  );
  await fixture.pool.query(
    `INSERT INTO dead_letter (catalogue_id, job, subject, reason, attempts)
     VALUES ('other', 'embed-items', 'bad', 'NaN', 5)`,
  );
  const progress = '{ embeddingProgress { total encoded waiting failed } }';
  expect((await admin(fixture.other, progress)).data.embeddingProgress).toMatchObject({
    waiting: 0,
    failed: 1,
  });
  const letters = (await admin(fixture.other, '{ deadLetters { id job subject reason attempts } }')).data
    .deadLetters;
  expect(letters).toMatchObject([{ job: 'embed-items', subject: 'bad', reason: 'NaN', attempts: 5 }]);
  const retry = 'mutation ($ids: [ID!]) { retryDeadLetters(ids: $ids) }';
  expect((await admin(fixture.shop, retry, { ids: [letters[0].id] })).data.retryDeadLetters).toBe(0);
  expect((await admin(fixture.other, retry, {})).data.retryDeadLetters).toBe(1);
  expect((await admin(fixture.other, progress)).data.embeddingProgress).toMatchObject({
    waiting: 1,
    failed: 0,
  });
});

test('a public key and no key at all get nowhere near items and files', async () => {
  for (const key of [fixture.shop.publicKey, null]) {
    const { errors } = await fixture.ask(key, '{ items { totalCount } }', {}, { path: '/admin/graphql' });
    expect(errors[0]?.extensions.code).toMatch(/UNAUTHENTICATED|FORBIDDEN/);
    const response = await fetch(`${fixture.api.url}/admin/files?name=x`, {
      method: 'POST',
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      body: 'x',
    });
    expect([401, 403]).toContain(response.status);
  }
  expect(
    (await fixture.pool.query('SELECT FROM uploaded_file WHERE catalogue_id = $1', [catalogueId('x')]))
      .rowCount,
  ).toBe(0);
});

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.0.1',
  '169.254.169.254',
  '100.100.100.200',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  'not an address',
])('an import is never fetched from %s', async (address) => {
  expect(isPublicAddress(address)).toBe(false);
  const never = new AbortController().signal;
  await expect(
    fetchPublicFile('https://files.example.com/a.csv', never, { resolve: async () => address }),
  ).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test('an import is fetched by https only, without a user name', async () => {
  const never = new AbortController().signal;
  const resolve = async () => '93.184.216.34';
  for (const url of [
    'http://example.com/a',
    'file:///etc/passwd',
    'ftp://x',
    'https://u:p@example.com/',
    'nonsense',
  ]) {
    await expect(fetchPublicFile(url, never, { resolve })).rejects.toThrow(/is not an https/);
  }
  expect(isPublicAddress('93.184.216.34')).toBe(true);
  expect(isPublicAddress('2606:2800:220:1:248:1893:25c8:1946')).toBe(true);
});

test('every change of items leaves an entry in the audit log: by call, by file, by a retry; what changes nothing leaves none', async () => {
  const entries = async () =>
    (await admin(fixture.other, '{ auditLog(first: 20) { nodes { actor action target detail } } }')).data
      .auditLog.nodes as { actor: string; action: string; target: string; detail: Record<string, unknown> }[];
  const before = (await entries()).length;
  const items = [{ id: 'audited', title: 'Audited' }];
  await admin(fixture.other, upsert, { items });
  await admin(fixture.other, upsert, { items });
  const file = (await (await upload(fixture.other, 'id,title\nx,X\n')).json()) as { fileId: string };
  await admin(fixture.other, startImport, { input: { fileId: file.fileId, dryRun: true } });
  await admin(fixture.other, startImport, { input: { fileId: file.fileId } });
  await admin(fixture.other, 'mutation { deleteItems(ids: ["audited", "nobody"]) }');
  await admin(fixture.other, 'mutation { deleteItems(ids: ["nobody"]) }');
  const added = (await entries()).slice(0, -before || undefined);
  expect(added.map(({ action }) => action)).toEqual(['items.delete', 'import.start', 'items.upsert']);
  expect(added[2]).toMatchObject({
    target: 'audited',
    detail: { created: 1, updated: 0, first: ['audited'] },
  });
  for (const { actor } of added) expect(actor).toMatch(/^key:/);
});
