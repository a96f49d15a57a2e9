import { type Item, type JsonValue, KindlingError, type RowProblem } from '@kindling/domain';
import { openByteSource } from './byte-source.js';
import { type ColumnMapping, mapColumns, requireIdAndTitle } from './column-mapping.js';
import { DelimitedParser, type DelimitedRecord, faultProblem } from './delimited-parser.js';
import { DuplicateIds } from './duplicate-ids.js';
import { detectDelimiter, detectFormat, type ImportFormat } from './file-format.js';
import { type Line, LineReader } from './line-reader.js';
import { RowValidator } from './row-validator.js';

export interface CatalogueFileOptions {
  readonly fileName: string;
  /** Default: by name and content. */
  readonly format?: ImportFormat | undefined;
  /** What the caller says; the other columns go by their names. */
  readonly mapping?: readonly ColumnMapping[] | undefined;
  /** Asked for a mapping of these columns when the caller says none. */
  readonly recall?: (columns: readonly string[]) => Promise<readonly ColumnMapping[] | null>;
}

export interface CatalogueFile {
  readonly format: ImportFormat;
  /** Of CSV and TSV the header; of JSONL the names in the first object. */
  readonly columns: readonly string[];
  readonly mapping: readonly ColumnMapping[];
  /**
   * The rows in order, some at a time, each valid or refused with all its problems. The rows of a file, their numbers
   * and their outcome are the same however often and in whatever pieces it is read, so a reader may stop and go on.
   */
  readonly rows: AsyncIterable<readonly FileRow[]>;
}

export type FileRow = ValidRow | RefusedRow;
export interface ValidRow {
  /** Of the first line of the row; the file's first line is 1. */
  readonly line: number;
  readonly item: Item;
}
export interface RefusedRow {
  readonly line: number;
  readonly problems: readonly RowProblem[];
  /** The beginning of the row as it stands in the file. */
  readonly excerpt: string;
}

const excerptCharacters = 200;
export const maximumColumns = 1_000;

/** Opens a file of items. What spoils the whole file (no usable header, a foreign format) is thrown, with the fix. */
export async function openCatalogueFile(
  content: AsyncIterable<Uint8Array>,
  options: CatalogueFileOptions,
): Promise<CatalogueFile> {
  const { head, bytes } = await openByteSource(content);
  if (head.toString('utf8').trim() === '' && head.length < 65_536) {
    throw new KindlingError('BAD_INPUT', 'The file is empty.');
  }
  const format = options.format ?? detectFormat(options.fileName, head);
  const lines = readLines(bytes, new LineReader(head));
  return format === 'JSONL' ? openJsonLines(lines, options) : openDelimited(lines, format, head, options);
}

/** Rows that are turned into items at a time should die young: in larger pieces a quarter of the time is the collector's. */
const readAtOnceBytes = 65_536;

async function* readLines(bytes: AsyncIterable<Buffer>, reader: LineReader): AsyncGenerator<readonly Line[]> {
  for await (const piece of bytes) {
    for (let start = 0; start < piece.length; start += readAtOnceBytes) {
      yield reader.push(piece.subarray(start, start + readAtOnceBytes));
    }
  }
  yield reader.end();
}

async function openDelimited(
  lines: AsyncGenerator<readonly Line[]>,
  format: ImportFormat,
  head: Buffer,
  options: CatalogueFileOptions,
): Promise<CatalogueFile> {
  const parser = new DelimitedParser(format === 'TSV' ? '\t' : detectDelimiter(head), null);
  const records = readRecords(lines, parser);
  let batch: readonly DelimitedRecord[] = [];
  while (batch.length === 0) {
    const step = await records.next();
    if (step.done === true) throw new KindlingError('BAD_INPUT', 'The file has no header line.');
    batch = step.value;
  }
  const [header, ...others] = batch;
  if (header === undefined || 'problem' in header) {
    throw new KindlingError(
      'BAD_INPUT',
      `The header in line ${header?.line ?? 1} ${header?.problem.message ?? 'is missing'}. ${header?.problem.fix ?? ''}`,
    );
  }
  if (header.cells.length > maximumColumns) {
    throw new KindlingError(
      'BAD_INPUT',
      `The header has ${header.cells.length} columns; at most ${maximumColumns} can be read.`,
    );
  }
  const columns = uniqueNames(header.cells);
  const mapping = await settleMapping(columns, options);
  requireIdAndTitle(mapping);
  const validator = new RowValidator(mapping);
  const places = mapping.map(({ column }) => columns.indexOf(column));
  const duplicates = new DuplicateIds();
  const readRow = (record: DelimitedRecord): FileRow => {
    if ('problem' in record) {
      const field = columns[record.place ?? -1] ?? record.problem.field;
      return refused(record.line, [{ ...record.problem, field }], record.text);
    }
    const read = validator.read(places.map((place) => record.cells[place]));
    return settle(read, record.line, record.text, duplicates);
  };
  async function* rows() {
    yield others.map(readRow);
    for await (const more of records) yield more.map(readRow);
  }
  return { format, columns, mapping, rows: rows() };
}

async function* readRecords(
  lines: AsyncGenerator<readonly Line[]>,
  parser: DelimitedParser,
): AsyncGenerator<readonly DelimitedRecord[]> {
  for await (const some of lines) {
    const records: DelimitedRecord[] = [];
    for (const line of some) parser.push(line, records);
    yield records;
  }
  const last: DelimitedRecord[] = [];
  parser.end(last);
  yield last;
}

/** Two columns of one name would hide each other: the second becomes "name (2)". */
function uniqueNames(cells: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return cells.map((cell) => {
    const name = cell.trim();
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 || name === '' ? name : `${name} (${count})`;
  });
}

async function settleMapping(columns: readonly string[], options: CatalogueFileOptions) {
  const explicit = options.mapping?.length ? options.mapping : await options.recall?.(columns);
  return mapColumns(columns, explicit ?? []);
}

/** A file may hold so many different sets of keys before their readers are made anew. */
const maximumShapes = 1_000;
const linesToLookAt = 5_000;

async function openJsonLines(
  lines: AsyncGenerator<readonly Line[]>,
  options: CatalogueFileOptions,
): Promise<CatalogueFile> {
  const buffered: (readonly Line[])[] = [];
  let columns: readonly string[] | null = null;
  let looked = 0;
  while (columns === null) {
    const step = await lines.next();
    if (step.done === true) throw new KindlingError('BAD_INPUT', 'The file holds no JSON object.');
    buffered.push(step.value);
    for (const line of step.value) {
      const value: ReadObject | null = columns === null ? readObject(line) : null;
      if (value !== null && 'object' in value) columns = Object.keys(value.object);
    }
    looked += step.value.length;
    // every row is read by its own names, so a file that begins with many bad rows only lacks a list of columns
    if (looked > linesToLookAt) columns ??= [];
  }
  const explicit = options.mapping?.length ? options.mapping : ((await options.recall?.(columns)) ?? []);
  // keys that the first object lacks may come later
  const named = [...new Set([...columns, ...explicit.map((one) => one.column)])];
  const mapping = mapColumns(named, explicit);
  const shapes = new Map<string, { readonly keys: readonly string[]; readonly validator: RowValidator }>();
  const shapeOf = (keys: readonly string[]) => {
    const signature = JSON.stringify(keys);
    const known = shapes.get(signature);
    if (known !== undefined) return known;
    const present = explicit.filter((one) => keys.includes(one.column));
    const ofShape = mapColumns(keys, present);
    const shape = { keys: ofShape.map((one) => one.column), validator: new RowValidator(ofShape) };
    if (shapes.size >= maximumShapes) shapes.clear();
    shapes.set(signature, shape);
    return shape;
  };
  const duplicates = new DuplicateIds();
  const readRow = (line: Line): FileRow => {
    const value = readObject(line);
    if ('problem' in value) return refused(line.number, [value.problem], line.text);
    const names = Object.keys(value.object);
    if (names.length > maximumColumns) return refused(line.number, [tooManyNames(names.length)], line.text);
    const { keys, validator } = shapeOf(names);
    const read = validator.read(keys.map((key) => value.object[key]));
    return settle(read, line.number, line.text, duplicates);
  };
  const isBlank = (line: Line) => line.fault === null && line.text.trim() === '';
  async function* rows() {
    for (const some of buffered.splice(0)) yield some.filter((line) => !isBlank(line)).map(readRow);
    for await (const some of lines) yield some.filter((line) => !isBlank(line)).map(readRow);
  }
  return { format: 'JSONL', columns, mapping, rows: rows() };
}

type ReadObject = { readonly object: Readonly<Record<string, JsonValue>> } | { readonly problem: RowProblem };

function readObject(line: Line): ReadObject {
  if (line.fault !== null) return { problem: { ...faultProblem(line.fault), field: faultyName(line) } };
  try {
    const value: unknown = JSON.parse(line.text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { object: value as Readonly<Record<string, JsonValue>> };
    }
  } catch {
    // the same answer as for JSON that is no object
  }
  return {
    problem: {
      field: null,
      code: 'BAD_JSON',
      message: 'is not one JSON object',
      fix: 'Write one object a line, such as {"id": "1", "title": "A title"}.',
    },
  };
}

/** The name whose value holds what cannot be read, where the line is an object but for that. */
function faultyName({ text, fault }: Line): string | null {
  if (fault === 'TOO_LONG') return null;
  try {
    const object: unknown = JSON.parse(text.replaceAll('\0', '\ufffd'));
    const entries = typeof object === 'object' && object !== null ? Object.entries(object) : [];
    return entries.find(([, value]) => JSON.stringify(value).includes('\ufffd'))?.[0] ?? null;
  } catch {
    return null;
  }
}

const tooManyNames = (count: number): RowProblem => ({
  field: null,
  code: 'TOO_MANY_FIELDS',
  message: `has ${count} fields; at most ${maximumColumns} can be read`,
  fix: 'Keep what describes the item.',
});

type Read = ReturnType<RowValidator['read']>;

/** The first row of an id is kept; later ones are refused and name it. */
function settle(read: Read, line: number, text: string, duplicates: DuplicateIds): FileRow {
  if ('problems' in read) return refused(line, read.problems, text);
  const first = duplicates.firstLine(read.item.id, line);
  if (first === null) return { line, item: read.item };
  const problem = {
    field: 'id',
    code: 'DUPLICATE_ID',
    message: `repeats the id of line ${first}`,
    fix: 'Keep one row an id: the first one was taken.',
  };
  return refused(line, [problem], text);
}

function refused(line: number, problems: readonly RowProblem[], text: string): RefusedRow {
  const excerpt = text.length > excerptCharacters ? `${text.slice(0, excerptCharacters)}…` : text;
  return { line, problems, excerpt };
}
