import { KindlingError } from '@kindling/domain';

export const importFormats = ['CSV', 'TSV', 'JSONL'] as const;
export type ImportFormat = (typeof importFormats)[number];

const extensions: Readonly<Record<string, ImportFormat>> = {
  csv: 'CSV',
  tsv: 'TSV',
  tab: 'TSV',
  jsonl: 'JSONL',
  ndjson: 'JSONL',
};

/** By the name (the .gz aside), else by what the file begins with. */
export function detectFormat(fileName: string, head: Buffer): ImportFormat {
  const start = head.toString('utf8').trimStart();
  if (start.startsWith('[')) {
    throw new KindlingError(
      'BAD_INPUT',
      "This is one JSON list: save one object a line instead (jq -c '.[]' FILE > FILE.jsonl).",
    );
  }
  const extension = /\.([a-z]+)(?:\.gz)?$/.exec(fileName.toLowerCase())?.[1] ?? '';
  const named = extensions[extension];
  if (named !== undefined) return named;
  if (start.startsWith('{')) return 'JSONL';
  return delimiterOf(start) === '\t' ? 'TSV' : 'CSV';
}

const delimiters = [',', '\t', ';', '|'];

/** The mark that parts the most names in the header line; quoted names do not count. */
export function detectDelimiter(head: Buffer): string {
  return delimiterOf(head.toString('utf8').trimStart());
}

function delimiterOf(text: string): string {
  const [header = ''] = text.split(/[\r\n]/, 1);
  const bare = header.replace(/"(?:[^"]|"")*"/g, '');
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}
