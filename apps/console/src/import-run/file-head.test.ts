import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readFileHead, readHeadText, UnreadableFile } from './file-head';

const columns = (text: string, name: string) => readHeadText(text, name).columns;

describe('the beginning of a file', () => {
  it('gives columns and samples of a CSV, quotes and line breaks inside them understood', () => {
    expect(columns('id,title\n1,"Say ""hi"",\nyou"\n2,\n', 'a.csv')).toEqual([
      { name: 'id', samples: ['1', '2'] },
      { name: 'title', samples: ['Say "hi",\nyou'] },
    ]);
  });

  it.each([
    ['tabs', 'id\ttitle\n1\tA\n', 'items.tsv', 'TSV'],
    ['semicolons', 'id;title\n1;A\n', 'items.csv', 'CSV'],
    ['bars', 'id|title\n1|A\n', 'items.txt', 'CSV'],
  ])('is read with %s too', (_name, text, file, format) => {
    expect(readHeadText(text, file)).toEqual({
      format,
      columns: [
        { name: 'id', samples: ['1'] },
        { name: 'title', samples: ['A'] },
      ],
    });
  });

  it('gives the names of JSON Lines over several lines, a cut last line left aside', () => {
    expect(
      columns('{"id":1,"tags":["a"]}\n{"id":2,"price":3}\n{"id":', 'x.jsonl').map(({ name }) => name),
    ).toEqual(['id', 'tags', 'price']);
  });

  it('is read from a gzipped file, however long the rest is', async () => {
    const text = `id,title\n${Array.from({ length: 200_000 }, (_, index) => `${index},Item ${Math.sin(index)}`).join('\n')}`;
    const head = await readFileHead(new File([gzipSync(text)], 'big.csv.gz'));
    expect(head.columns.map(({ name }) => name)).toEqual(['id', 'title']);
  });

  it.each([
    ['an empty file', '', 'EMPTY'],
    ['a spreadsheet', 'PK\u0003\u0004\0\0', 'NOT_TEXT'],
    ['a file without columns', '\n\n', 'NO_COLUMNS'],
  ])('says why it cannot be read: %s', async (_name, text, reason) => {
    const error = await readFileHead(new File([text], 'a.csv')).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(UnreadableFile);
    expect((error as UnreadableFile).reason).toBe(reason);
  });
});
