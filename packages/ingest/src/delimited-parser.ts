import type { RowProblem } from '@kindling/domain';
import { type Line, maximumLineBytes } from './line-reader.js';

/** A record of a CSV or TSV file that could be taken apart, or why it could not. */
export type DelimitedRecord =
  | { readonly line: number; readonly text: string; readonly cells: readonly string[] }
  | {
      readonly line: number;
      readonly text: string;
      readonly problem: RowProblem;
      /** The cell that is at fault, counted from 0, where it can be told. */
      readonly place?: number;
    };

/**
 * CSV as RFC 4180 has it, for any delimiter: a cell that begins with a quote ends with one, may hold delimiters and
 * line ends, and doubles the quotes inside; a quote elsewhere is a character like others.
 *
 * One broken row does not swallow the rest of the file. A quote that is never closed, or closed where no cell ends,
 * or leads to a record with the wrong number of cells, spoils the line that opened it, and reading goes on at the
 * next line. That is why the lines of an unfinished record are kept, at most 1 MB of them.
 */
export class DelimitedParser {
  private open: OpenRecord | null = null;

  constructor(
    private readonly delimiter: string,
    /** Null while the header is read: it sets the number. */
    private columns: number | null,
  ) {}

  push(line: Line, records: DelimitedRecord[]): void {
    if (this.open === null) this.begin(line, records);
    else this.goOn(this.open, line, records);
  }

  end(records: DelimitedRecord[]): void {
    while (this.open !== null) this.giveUp(this.open, [], records);
  }

  private begin(line: Line, records: DelimitedRecord[]): void {
    if (line.fault !== null) {
      records.push(faultyRecord(line.number, line.text, line.fault, this.cellsOf(line)));
      return;
    }
    if (line.text.trim() === '') return;
    if (!line.text.includes('"')) {
      this.finish([line], line.text.split(this.delimiter), records);
      return;
    }
    const scanner = new QuoteScanner(this.delimiter);
    switch (scanner.feed(line.text)) {
      case 'COMPLETE':
        this.finish([line], scanner.cells, records);
        break;
      case 'BROKEN':
        records.push({ line: line.number, text: line.text, problem: quoteProblem() });
        break;
      case 'OPEN':
        this.open = { lines: [line], characters: line.text.length, scanner, fault: null };
    }
  }

  private goOn(open: OpenRecord, line: Line, records: DelimitedRecord[]): void {
    open.characters += line.text.length + 1;
    if (line.fault === 'TOO_LONG' || open.characters > maximumLineBytes) {
      this.giveUp(open, [line], records);
      return;
    }
    open.lines.push(line);
    open.fault ??= line.fault === null ? null : line;
    const state = open.scanner.feed(line.text);
    if (state === 'OPEN') return;
    if (state === 'BROKEN' || !this.fits(open.scanner.cells)) {
      this.giveUp(open, [], records);
      return;
    }
    this.open = null;
    if (open.fault?.fault) {
      const [first] = open.lines;
      const text = first?.text ?? '';
      records.push(faultyRecord(open.fault.number, text, open.fault.fault, open.scanner.cells));
    } else this.finish(open.lines, open.scanner.cells, records);
  }

  /** The cells of a line that stands for itself; none where its quotes or its length do not let it be taken apart. */
  private cellsOf(line: Line): readonly string[] {
    if (line.fault === 'TOO_LONG') return [];
    const scanner = new QuoteScanner(this.delimiter);
    return scanner.feed(line.text) === 'COMPLETE' && this.fits(scanner.cells) ? scanner.cells : [];
  }

  /** Refuses the line that opened the record, and reads the lines after it as if nothing had been open. */
  private giveUp(open: OpenRecord, more: readonly Line[], records: DelimitedRecord[]): void {
    this.open = null;
    const [first, ...others] = open.lines;
    if (first === undefined) return;
    records.push({ line: first.number, text: first.text, problem: quoteProblem() });
    for (const line of [...others, ...more]) this.push(line, records);
  }

  private finish(lines: readonly Line[], cells: readonly string[], records: DelimitedRecord[]): void {
    const line = lines[0]?.number ?? 0;
    const text = lines.length === 1 ? (lines[0]?.text ?? '') : lines.map((one) => one.text).join('\n');
    this.columns ??= cells.length;
    if (this.fits(cells)) records.push({ line, text, cells });
    else records.push({ line, text, problem: countProblem(cells.length, this.columns) });
  }

  /** Empty cells beyond the last column do no harm: some programs end every line with a delimiter. */
  private fits(cells: readonly string[]): boolean {
    const { columns } = this;
    if (columns === null || cells.length === columns) return true;
    return cells.length > columns && cells.slice(columns).every((cell) => cell.trim() === '');
  }
}

interface OpenRecord {
  readonly lines: Line[];
  readonly scanner: QuoteScanner;
  characters: number;
  /** The first line with bytes that cannot be used. */
  fault: Line | null;
}

/** Takes a record apart line by line, so that no character is looked at twice. */
class QuoteScanner {
  readonly cells: string[] = [];
  private cell = '';
  private quoted = false;

  constructor(private readonly delimiter: string) {}

  feed(text: string): 'COMPLETE' | 'OPEN' | 'BROKEN' {
    let position = 0;
    for (;;) {
      if (this.quoted) {
        const quote = text.indexOf('"', position);
        if (quote === -1) {
          this.cell += `${text.slice(position)}\n`;
          return 'OPEN';
        }
        if (text[quote + 1] === '"') {
          this.cell += text.slice(position, quote + 1);
          position = quote + 2;
          continue;
        }
        this.cells.push(this.cell + text.slice(position, quote));
        this.cell = '';
        this.quoted = false;
        if (quote + 1 === text.length) return 'COMPLETE';
        if (text[quote + 1] !== this.delimiter) return 'BROKEN';
        position = quote + 2;
      }
      if (text[position] === '"') {
        this.quoted = true;
        position++;
        continue;
      }
      const end = text.indexOf(this.delimiter, position);
      if (end === -1) {
        this.cells.push(text.slice(position));
        return 'COMPLETE';
      }
      this.cells.push(text.slice(position, end));
      position = end + 1;
    }
  }
}

/** What stands in a decoded text for the bytes of a fault. */
const marks = { NUL: '\0', BAD_UTF8: '\ufffd', TOO_LONG: null } as const;

function faultyRecord(
  line: number,
  text: string,
  fault: NonNullable<Line['fault']>,
  cells: readonly string[],
): DelimitedRecord {
  const mark = marks[fault];
  const place = mark === null ? -1 : cells.findIndex((cell) => cell.includes(mark));
  return { line, text, problem: faultProblem(fault), ...(place >= 0 && { place }) };
}

export function faultProblem(fault: NonNullable<Line['fault']>): RowProblem {
  switch (fault) {
    case 'TOO_LONG':
      return {
        field: null,
        code: 'LINE_TOO_LONG',
        message: `is longer than ${maximumLineBytes} bytes`,
        fix: 'Shorten the row, or look for a missing line end.',
      };
    case 'BAD_UTF8':
      return {
        field: null,
        code: 'BAD_UTF8',
        message: 'holds bytes that are not UTF-8',
        fix: 'Save the file with the encoding UTF-8.',
      };
    case 'NUL':
      return {
        field: null,
        code: 'NUL_CHARACTER',
        message: 'contains a NUL character',
        fix: 'Remove the NUL (zero) bytes from the row.',
      };
  }
}

const quoteProblem = (): RowProblem => ({
  field: null,
  code: 'UNBALANCED_QUOTES',
  message: 'has a quoted cell that does not end where a cell ends',
  fix: 'Close the quote before the next delimiter, and double every quote inside the cell: "".',
});

const countProblem = (cells: number, columns: number): RowProblem => ({
  field: null,
  code: 'COLUMN_COUNT',
  message: `has ${cells} cells, but the header has ${columns} columns`,
  fix: 'Put cells that contain the delimiter into quotes, and leave a place for empty cells.',
});
