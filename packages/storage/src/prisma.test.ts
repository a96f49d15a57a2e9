import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

/** How schema.prisma writes a column of that type of Postgres. */
const prismaTypes: Readonly<Record<string, string>> = {
  text: 'String',
  int2: 'Int @db.SmallInt',
  int4: 'Int',
  int8: 'BigInt',
  float8: 'Float',
  float4: 'Float @db.Real',
  numeric: 'Decimal',
  bool: 'Boolean',
  jsonb: 'Json',
  bytea: 'Bytes',
  date: 'DateTime @db.Date',
  timestamptz: 'DateTime @db.Timestamptz(6)',
  uuid: 'String @db.Uuid',
};

describe('schema.prisma', () => {
  it('agrees with a migrated database, column by column: name, type, list, nullability', async () => {
    const result = await stores.pool.query<{
      table: string;
      column: string;
      type: string;
      nullable: boolean;
    }>(
      `SELECT table_name AS table, column_name AS column, udt_name AS type, is_nullable = 'YES' AS nullable
       FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
    );
    const inDatabase = result.rows.map(({ table, column, type, nullable }) => {
      const [base, list] = type.startsWith('_') ? [type.slice(1), '[]'] : [type, ''];
      const [name, native = ''] = (prismaTypes[base] ?? `unknown ${base}`).split(' ');
      // Prisma has no list that may be null: it reads such a column as an empty one.
      const mark = list || (nullable ? '?' : '');
      return `${table}.${column} ${name}${mark} ${native}`.trim();
    });
    expect(columnsInPrisma().sort()).toEqual(inDatabase.sort());
    expect(inDatabase.length).toBeGreaterThan(100);
  });
});

/** Scalar fields of every model, in the same words; relations have no column. */
function columnsInPrisma(): string[] {
  const text = readFileSync(new URL('../../../prisma/schema.prisma', import.meta.url), 'utf8');
  const scalars = new Set(Object.values(prismaTypes).map((type) => type.split(' ')[0]));
  return [...text.matchAll(/^model \w+ \{\n([\s\S]*?)\n\}/gm)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1];
    return body.split('\n').flatMap((line) => {
      const [, field, type = '', marks = ''] = /^ {2}(\w+)\s+(\w+)(\[\]|\?)?/.exec(line) ?? [];
      if (field === undefined || !scalars.has(type)) return [];
      const column = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
      const native = /@db\.\w+(\(\d+\))?/.exec(line)?.[0] ?? '';
      return [`${table}.${column} ${type}${marks} ${native}`.trim()];
    });
  });
}
