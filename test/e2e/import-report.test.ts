import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readyFolder } from '../stack/ready-folder.js';
import { Stack, until } from '../stack/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start({ flags: ['--no-demo', '--no-console'], dataDir: await readyFolder() });
});
afterAll(() => stack?.stopAndForget());

interface Reject {
  readonly line: number;
  readonly field: string | null;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}
interface Run {
  readonly id: string;
  readonly status: string;
  readonly rows: number;
  readonly created: number;
  readonly rejected: number;
  readonly error: string | null;
  readonly rejects: { readonly nodes: readonly Reject[] };
}

const row = (
  id: string,
  fields: Partial<Record<'title' | 'price' | 'currency' | 'url' | 'published_at' | 'status', string>> = {},
) => {
  const {
    title = 'A good row',
    price = '9.50',
    currency = 'EUR',
    url = 'https://shop.example/x',
    status = 'ACTIVE',
  } = fields;
  return [id, title, price, currency, url, fields.published_at ?? '2026-01-31', status].join(',');
};

/** Ten kinds of bad rows among good ones; what is wrong with each, by its line (the header is line 1). */
const prefix = randomUUID().slice(0, 8);
const id = (number: number) => `${prefix}-${number}`;
const header = 'id,title,price,currency,url,published_at,status';
const rows: readonly { readonly bytes: string | Buffer; readonly field?: string }[] = [
  { bytes: row(id(1)) },
  { bytes: row(''), field: 'id' },
  { bytes: row(id(3), { title: '' }), field: 'title' },
  { bytes: row(id(4), { price: 'cheap' }), field: 'price' },
  { bytes: row(id(5)) },
  { bytes: row(id(6), { price: '-4' }), field: 'price' },
  { bytes: row(id(7), { published_at: '31st of Octember' }), field: 'published_at' },
  { bytes: row(id(8), { url: 'javascript:alert(1)' }), field: 'url' },
  { bytes: row(id(9), { status: 'MAYBE' }), field: 'status' },
  { bytes: row(id(5), { title: 'The same id again' }), field: 'id' },
  { bytes: `${row(id(11))},one,column,too,many`, field: 'row' },
  { bytes: row(id(12), { title: 'a NUL \0 inside' }), field: 'row' },
  {
    bytes: Buffer.concat([
      Buffer.from(`${id(13)},`),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from(row('').slice(11)),
    ]),
    field: 'row',
  },
  { bytes: row(id(14), { currency: 'Euros' }), field: 'currency' },
  { bytes: row(id(15)) },
];

test('good rows of a file with ten kinds of bad ones go in, and each bad one is reported with its line', async () => {
  const body = Buffer.concat(
    [header, ...rows.map(({ bytes }) => bytes)].flatMap((bytes) => [
      Buffer.from(bytes as string),
      Buffer.from('\n'),
    ]),
  );
  const fileId = await stack.upload('items.csv', new Uint8Array(body));
  const { importCatalogue } = await stack.admin<{ importCatalogue: { id: string } }>(
    'mutation ($input: ImportInput!) { importCatalogue(input: $input) { id } }',
    { input: { fileId } },
  );
  let run: Run | undefined;
  await until(async () => {
    const answer = await stack.admin<{ importRun: Run }>(
      `query ($id: ID!) { importRun(id: $id) { id status rows created rejected error
         rejects(first: 100) { nodes { line field code message fix } } } }`,
      { id: importCatalogue.id },
    );
    run = answer.importRun;
    return run.status === 'SUCCEEDED' || run.status === 'FAILED';
  });
  expect(run?.error).toBeNull();
  const good = rows.filter(({ field }) => field === undefined);
  const bad = rows.flatMap(({ field }, index) => (field === undefined ? [] : [index + 2]));
  expect(run).toMatchObject({ rows: rows.length, created: good.length, rejected: bad.length });
  const rejects = run?.rejects.nodes ?? [];
  expect([...new Set(rejects.map(({ line }) => line))].sort((a, b) => a - b)).toEqual(bad);
  for (const { message, fix } of rejects) {
    expect(message.length).toBeGreaterThan(5);
    expect(fix.length).toBeGreaterThan(5);
  }
  for (const [index, { field }] of rows.entries()) {
    if (field === undefined || field === 'row') continue;
    expect(rejects.find(({ line }) => line === index + 2)?.field).toBe(field);
  }
  for (const number of [1, 5, 15]) {
    const { item } = await stack.query<{ item: { title: string } | null }>(
      'query ($id: ID!) { item(id: $id) { title } }',
      { id: id(number) },
    );
    expect(item?.title).toBe('A good row');
  }
});
