import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CatalogueFileOptions, type FileRow, openCatalogueFile } from './catalogue-file.js';
import { maximumLineBytes } from './line-reader.js';

/** Reads a file that arrives in the given pieces. */
async function read(pieces: readonly Uint8Array[], options: Partial<CatalogueFileOptions> = {}) {
  const file = await openCatalogueFile(
    (async function* () {
      yield* pieces;
    })(),
    { fileName: 'items.csv', ...options },
  );
  const rows: FileRow[] = [];
  for await (const some of file.rows) rows.push(...some);
  return { ...file, rows };
}
const readText = (text: string, options: Partial<CatalogueFileOptions> = {}) =>
  read([Buffer.from(text)], options);

const ids = (rows: readonly FileRow[]) => rows.flatMap((row) => ('item' in row ? [String(row.item.id)] : []));
const problems = (rows: readonly FileRow[]) =>
  rows.flatMap((row) =>
    'problems' in row ? row.problems.map(({ field, code }) => [row.line, field, code] as const) : [],
  );

test('a file with many kinds of bad rows keeps the good ones and reports each bad one with its line', async () => {
  const file = Buffer.concat([
    Buffer.from('id,title,price,publishedAt,url,year\n'), // 1
    Buffer.from('a,Good,1.5,2024-01-31,https://example.com,1999\n'), // 2
    Buffer.from('b,"Never closed,1,,,\n'), // 3
    Buffer.from('c,Good after it,1,,,\n'), // 4
    Buffer.from('d,Too few\n'), // 5
    Buffer.from('e,Too,many,cells,in,this,row\n'), // 6
    Buffer.from([0x66, 0x2c, 0xff, 0xfe, 0x2c, 0x2c, 0x2c, 0x2c, 0x0a]), // 7: bad UTF-8
    Buffer.from('g,Nul\0,,,,\n'), // 8
    Buffer.from(`h,${'x'.repeat(10_000_000)},,,,\n`), // 9: a line of 10 MB
    Buffer.from(',No id,,,,\n'), // 10
    Buffer.from('j,,,,,\n'), // 11: no title
    Buffer.from('a,Repeats the id,,,,\n'), // 12
    Buffer.from('k,Bad price,cheap,,,\n'), // 13
    Buffer.from('l,Wrong date,,2024-02-30,,\n'), // 14
    Buffer.from('m,Unclear date,,01/02/2024,,\n'), // 15
    Buffer.from('n,Bad address,,,javascript:alert(1),\n'), // 16
    Buffer.from('o,"junk"after the quote,,,,\n'), // 17
    Buffer.from('p,"two\nlines, and ""quotes""",,,,\n'), // 18 and 19
    Buffer.from('q,=1+1,,,,=cmd\n'), // 20
  ]);
  const { rows } = await read([file]);
  expect(ids(rows)).toEqual(['a', 'c', 'p', 'q']);
  expect(problems(rows)).toEqual([
    [3, null, 'UNBALANCED_QUOTES'],
    [5, null, 'COLUMN_COUNT'],
    [6, null, 'COLUMN_COUNT'],
    [7, 'title', 'BAD_UTF8'],
    [8, 'title', 'NUL_CHARACTER'],
    [9, null, 'LINE_TOO_LONG'],
    [10, 'id', 'MISSING'],
    [11, 'title', 'MISSING'],
    [12, 'id', 'DUPLICATE_ID'],
    [13, 'price', 'BAD_PRICE'],
    [14, 'publishedAt', 'BAD_DATE'],
    [15, 'publishedAt', 'BAD_DATE'],
    [16, 'url', 'INVALID'],
    [17, null, 'UNBALANCED_QUOTES'],
  ]);
  const last = rows.at(-1);
  expect(last && 'item' in last && [last.line, last.item.title, last.item.attributes]).toEqual([
    20,
    '=1+1',
    { year: '=cmd' },
  ]);
  for (const row of rows) {
    if ('item' in row) continue;
    expect(row.excerpt.length).toBeLessThan(400);
    for (const { message, fix } of row.problems) expect(message.length * fix.length).toBeGreaterThan(0);
  }
});

const cell = fc.string({
  unit: fc.constantFrom('a', 'é', '火', '"', ',', '\n', '\r\n', ' ', '1', '\0', ';'),
  maxLength: 6,
});
const brokenOrNot = fc.oneof(
  { weight: 5, arbitrary: fc.array(cell, { minLength: 3, maxLength: 3 }).map(quoted) },
  { weight: 1, arbitrary: cell },
  { weight: 1, arbitrary: fc.constantFrom('x,"open,', '"a"b,c,d', '', ' ', '"') },
);
function quoted(cells: readonly string[]): string {
  return cells.map((one) => (/[",\r\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one)).join(',');
}

test('the answer does not depend on where the pieces of a file begin and end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(brokenOrNot, { maxLength: 12 }),
      fc.array(fc.nat(200), { maxLength: 12 }),
      fc.array(fc.nat(255), { maxLength: 3 }),
      async (lines, cuts, noise) => {
        const bytes = Buffer.concat([
          Buffer.from(`id,title,tag\n${lines.join('\n')}\n`),
          Buffer.from(noise),
          Buffer.from('\nlast,Last row,t'),
        ]);
        const pieces: Buffer[] = [];
        let from = 0;
        for (const cut of cuts) {
          pieces.push(bytes.subarray(from, from + cut));
          from += cut;
        }
        pieces.push(bytes.subarray(from));
        expect((await read(pieces)).rows).toEqual((await read([bytes])).rows);
      },
    ),
    { numRuns: 300 },
  );
});

test('what a program writes as CSV is read back exactly, line ends inside cells as LF', async () => {
  const title = fc
    .string({ unit: fc.constantFrom('a', '火', '"', ',', '\n', '|', "'", '='), minLength: 1, maxLength: 20 })
    .filter((text) => text.trim() !== '');
  await fc.assert(
    fc.asyncProperty(fc.array(title, { minLength: 1, maxLength: 20 }), async (titles) => {
      const text = `id,title\n${titles.map((one, index) => quoted([`i${index}`, one])).join('\n')}`;
      const { rows } = await readText(text);
      const read = rows.map((row) => ('item' in row ? row.item.title : row));
      expect(read).toEqual(titles.map((one) => one.trim()));
    }),
    { numRuns: 200 },
  );
});

test('one broken row costs no other row, wherever its quote stands', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(29), fc.nat(12), async (broken, place) => {
      const good = (index: number) =>
        index % 3 === 0 ? `i${index},"Title, ${index}",x` : `i${index},Title ${index},x`;
      const lines = Array.from({ length: 30 }, (_, index) => {
        const line = `i${index},Title ${index},x`;
        const at = Math.min(place, line.length);
        return index === broken ? `${line.slice(0, at)},"${line.slice(at)}` : good(index);
      });
      const { rows } = await readText(`id,title,tag\n${lines.join('\n')}\n`);
      const expected = lines.flatMap((_, index) => (index === broken ? [] : [`i${index}`]));
      expect(ids(rows)).toEqual(expected);
      expect(problems(rows).map(([line]) => line)).toEqual([broken + 2]);
    }),
    { numRuns: 200 },
  );
});

test('a line of any length is refused in bounded memory, and the rows around it are read', async () => {
  const megabyte = Buffer.alloc(1 << 20, 'x');
  const before = process.memoryUsage().rss;
  let peak = before;
  async function* source() {
    yield Buffer.from('id,title\na,Before\nb,');
    for (let count = 0; count < 1_024; count++) {
      yield megabyte;
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    yield Buffer.from('\nc,After\n');
  }
  const { rows } = await openCatalogueFile(source(), { fileName: 'x.csv' });
  const all: FileRow[] = [];
  for await (const some of rows) all.push(...some);
  expect(ids(all)).toEqual(['a', 'c']);
  expect(problems(all)).toEqual([[3, null, 'LINE_TOO_LONG']]);
  expect(peak - before).toBeLessThan(64 * 2 ** 20);
});

test.each([maximumLineBytes - 1, maximumLineBytes, maximumLineBytes + 1])(
  'the limit of a line is the same for every way that it arrives: %i bytes',
  async (length) => {
    const line = `b,${'x'.repeat(length - 2)}`;
    for (const end of ['\n', '\r\n']) {
      const bytes = Buffer.from(`id,title${end}${line}${end}c,After${end}`);
      const cuts = [bytes.length, 1 << 20, length, 65_536, 9 + end.length];
      for (const cut of cuts) {
        const pieces = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, index) =>
          bytes.subarray(index * cut, (index + 1) * cut),
        );
        const found = problems((await read(pieces)).rows).map(([, , code]) => code);
        expect(found).toEqual([length > maximumLineBytes ? 'LINE_TOO_LONG' : 'INVALID']);
      }
    }
  },
);

test('a quote that opens in every line is no way to make reading slow', async () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `i${index},"open""`).join('\n');
  const begun = process.cpuUsage();
  const { rows } = await readText(`id,title\n${lines}\n`);
  const used = process.cpuUsage(begun);
  expect(rows.length).toBeGreaterThan(0);
  expect((used.user + used.system) / 1e6).toBeLessThan(10);
});

test('gzip is known by its bytes, and a damaged file is told apart from a whole one', async () => {
  const packed = gzipSync('id,title\na,One\nb,Two\n');
  expect(ids((await read([packed], { fileName: 'plain.csv' })).rows)).toEqual(['a', 'b']);
  await expect(read([packed.subarray(0, -10)])).rejects.toThrow(/gzip data is damaged or cut off/);
});

test('byte order marks, UTF-16 and the three kinds of line end are understood', async () => {
  const text = 'id,title\na,火花\nb,Zwei\n';
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  const files = [
    Buffer.from(`\ufeff${text}`),
    Buffer.from(text.replaceAll('\n', '\r\n')),
    Buffer.from(text.replaceAll('\n', '\r')),
    utf16,
    Buffer.from(text.trimEnd()),
  ];
  for (const file of files) {
    const { rows } = await read([file.subarray(0, 1), file.subarray(1)]);
    expect(rows.map((row) => ('item' in row ? [row.line, row.item.title] : row))).toEqual([
      [2, '火花'],
      [3, 'Zwei'],
    ]);
  }
});

test.each([
  ['comma', 'id,title,tags\na,T,x|y', 'CSV'],
  ['semicolon', 'id;title;tags\na;T;x|y', 'CSV'],
  ['tab', 'id\ttitle\ttags\na\tT\tx|y', 'TSV'],
  ['pipe', 'id|title|tags\na|T|x;y', 'CSV'],
  ['commas inside quotes do not count', '"id";"title";"tags";"a,b,c,d,e"\na;T;x|y;', 'CSV'],
])('the delimiter is found out: %s', async (_name, text, format) => {
  const { rows, ...file } = await readText(text, { fileName: 'unknown' });
  expect(file.format).toBe(format);
  expect(rows).toMatchObject([{ item: { id: 'a', title: 'T', tags: ['x', 'y'] } }]);
});

test('JSONL: typed values, names that differ from row to row, and lines that are no objects', async () => {
  const { rows, format } = await readText(
    [
      '{"id": 7, "name": "Seven", "genre": ["War", "Drama"], "price": 3, "attributes": {"deep": {"a": 1}}, "year": 1999}',
      '[1, 2]',
      '{"sku": "b", "title": "Second", "released": 1706659200, "flag": false, "nothing": null}',
      '',
      '{"id": "c", "title": ',
      '{"id": "d", "title": {"not": "text"}, "attributes": "no object"}',
      '{"id": "__proto__", "title": "P", "__proto__": "x"}',
    ].join('\n'),
    { fileName: 'x.jsonl' },
  );
  expect(format).toBe('JSONL');
  expect(rows[0]).toMatchObject({
    item: {
      id: '7',
      title: 'Seven',
      categories: ['War', 'Drama'],
      attributes: { deep: { a: 1 }, year: 1999 },
    },
  });
  expect(rows[2]).toMatchObject({
    item: { id: 'b', title: 'Second', publishedAt: new Date('2024-01-31'), attributes: { flag: false } },
  });
  expect(problems(rows)).toEqual([
    [2, null, 'BAD_JSON'],
    [5, null, 'BAD_JSON'],
    [6, 'attributes', 'BAD_ATTRIBUTES'],
  ]);
  expect(ids(rows)).toEqual(['7', 'b', '__proto__']);
});

test('bytes that cannot be read name the field that they are in, also in JSON and in cells of two lines', async () => {
  const json = await read([Buffer.from('{"id":"1","title":"a\0b"}\n{"id":"2","title":"b"}\n{"id"\0:3}\n')], {
    fileName: 'x.jsonl',
  });
  expect(problems(json.rows)).toEqual([
    [1, 'title', 'NUL_CHARACTER'],
    [3, null, 'NUL_CHARACTER'],
  ]);
  const csv = await read([Buffer.from('id,title,genre\n1,"two\nli\0nes",x\n2,b,"y\0"\n3,c,z\n')]);
  expect(problems(csv.rows).map(([, field, code]) => [field, code])).toEqual([
    ['title', 'NUL_CHARACTER'],
    ['genre', 'NUL_CHARACTER'],
  ]);
  expect(ids(csv.rows)).toEqual(['3']);
});

test.each([
  ['an empty file', '', /empty/],
  ['only blank lines', '\n\n  \n', /empty/],
  ['a ZIP archive', 'PK\x03\x04rest', /ZIP archive or an Excel workbook/],
  ['one JSON list', '[{"id": 1}]', /one JSON list/],
  ['no id', 'name,price\na,1', /No column holds the id: map one of "name", "price"/],
  ['no title', 'id,price\na,1', /No column holds the title/],
  ['a broken header', 'id,"title\n', /header in line 1/],
])('what spoils the whole file is said with the fix: %s', async (_name, text, message) => {
  await expect(readText(text, { fileName: 'x' })).rejects.toThrow(message);
});

test('a mapping decides over names, and what was remembered is asked for when nothing is said', async () => {
  const text = 'code;name;Genre;when;junk\n1;One;a,b;Jan 31 2024;x';
  const mapping = [
    { column: 'code', field: 'id' },
    { column: 'when', field: 'publishedAt' },
    { column: 'junk', field: 'ignore' },
    { column: 'name', field: 'title' },
    { column: 'name', field: 'attributes.original' },
  ];
  const { rows } = await readText(text, { mapping });
  expect(rows).toMatchObject([
    {
      item: {
        id: '1',
        title: 'One',
        categories: ['a', 'b'],
        publishedAt: new Date('2024-01-31'),
        attributes: { original: 'One' },
      },
    },
  ]);
  const remembered = await readText(text, { recall: async () => mapping });
  expect(remembered.rows).toEqual(rows);
  await expect(readText(text, { mapping: [{ column: 'nope', field: 'id' }] })).rejects.toThrow(
    /names a column "nope"/,
  );
  await expect(readText(text, { mapping: [{ column: 'code', field: 'nope' }] })).rejects.toThrow(
    /names a field "nope"/,
  );
});

test('names in Chinese and of shop exports find their fields', async () => {
  const { mapping } = await readText('商品编号,标题,描述,分类,标签,价格,图片,发布时间,导演\n1,a,b,c,d,1,,,x');
  expect(mapping.map(({ field }) => field)).toEqual([
    'id',
    'title',
    'description',
    'categories',
    'tags',
    'price',
    'imageUrl',
    'publishedAt',
    'attributes.导演',
  ]);
});
