import { firstRows } from './delimited-text';

export const importFormats = ['CSV', 'TSV', 'JSONL'] as const;
export type ImportFormat = (typeof importFormats)[number];

/** What can be known of a file from its beginning. */
export interface FileHead {
  readonly format: ImportFormat;
  readonly columns: readonly FileColumn[];
}
export interface FileColumn {
  readonly name: string;
  /** Up to three values that are not empty. */
  readonly samples: readonly string[];
}

export type UnreadableReason = 'EMPTY' | 'NO_COLUMNS' | 'NOT_TEXT';
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
  constructor(readonly reason: UnreadableReason) {
    super(reason);
  }
}

const headBytes = 256 * 1024;
const sampleRows = 30;

/** Reads the beginning only, also of a gzipped file: a file of gigabytes is looked at as quickly as a small one. */
export async function readFileHead(file: File): Promise<FileHead> {
  if (file.size === 0) throw new UnreadableFile('EMPTY');
  const bytes = await headOf(file);
  // A PDF, a spreadsheet or a picture says so with a NUL among its first bytes.
  if (bytes.subarray(0, 8_192).includes(0)) throw new UnreadableFile('NOT_TEXT');
  const text = new TextDecoder().decode(bytes).replace(/^\uFEFF/, '');
  const head = readHeadText(text, file.name);
  if (head.columns.length === 0) throw new UnreadableFile('NO_COLUMNS');
  return head;
}

export function readHeadText(text: string, fileName: string): FileHead {
  const format = formatOf(text, fileName);
  const records = format === 'JSONL' ? jsonRecords(text) : delimitedRecords(text, delimiterOf(text));
  const samples = new Map<string, string[]>();
  for (const record of records) {
    for (const [name, value] of record) {
      const known = samples.get(name) ?? [];
      if (value !== '' && known.length < 3 && !known.includes(value)) known.push(value);
      samples.set(name, known);
    }
  }
  return { format, columns: [...samples].map(([name, values]) => ({ name, samples: values })) };
}

function formatOf(text: string, fileName: string): ImportFormat {
  const name = fileName.toLowerCase().replace(/\.gz$/, '');
  if (/\.(jsonl|ndjson)$/.test(name)) return 'JSONL';
  if (/\.(tsv|tab)$/.test(name)) return 'TSV';
  if (name.endsWith('.csv')) return 'CSV';
  if (text.trimStart().startsWith('{')) return 'JSONL';
  return delimiterOf(text) === '\t' ? 'TSV' : 'CSV';
}

const delimiters = [',', '\t', ';', '|'] as const;

/** The mark that parts the most names in the header line, as the server reads it; quoted names do not count. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/[\r\n]/, 1);
  const bare = header.replace(/"(?:[^"]|"")*"/g, '');
  return [...delimiters].sort((a, b) => bare.split(b).length - bare.split(a).length)[0] ?? ',';
}

type Record = readonly (readonly [name: string, value: string])[];

function delimitedRecords(text: string, delimiter: string): readonly Record[] {
  const [header = [], ...rows] = firstRows(text, delimiter, sampleRows + 1);
  const names = header.map((name) => name.trim()).filter((name) => name !== '');
  const empty: Record = names.map((name) => [name, ''] as const);
  return [
    empty,
    ...rows.map((row) => names.map((name, index) => [name, (row[index] ?? '').trim()] as const)),
  ];
}

function jsonRecords(text: string): readonly Record[] {
  const lines = text.split('\n').slice(0, sampleRows + 1);
  return lines.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
      return [Object.entries(value).map(([name, inner]) => [name, jsonSample(inner)] as const)];
    } catch {
      // The last line is cut where the head ends, and the server reports the others with their numbers.
      return [];
    }
  });
}

function jsonSample(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function headOf(file: File): Promise<Uint8Array> {
  const start = new Uint8Array(await file.slice(0, headBytes).arrayBuffer());
  if (start[0] !== 0x1f || start[1] !== 0x8b) return start;
  const reader = new Blob([start]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < headBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
  } catch {
    // Only the beginning was handed over, so the stream ends early: what came out until then is good.
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
