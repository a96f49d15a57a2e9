import { CliError } from '../cli-error.js';
import { linesOf } from './lines-of.js';

export interface TableRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Rows of a comma-separated file by the names of its first line. A cell may be quoted, but holds no line break. */
export async function* readTable(path: string, wanted: readonly string[]): AsyncGenerator<TableRow> {
  let names: readonly string[] | null = null;
  for await (const [line, content] of linesOf(path)) {
    if (content.trim() === '') continue;
    const cells = cellsOf(content);
    if (names === null) {
      names = cells.map((name) => name.trim().toLowerCase());
      const missing = wanted.filter((name) => !names?.includes(name));
      if (missing.length > 0) {
        throw new CliError(
          `${path}, line 1: there is no column ${missing.join(', ')}. Name the columns in the first line.`,
        );
      }
      continue;
    }
    if (cells.length !== names.length) {
      throw new CliError(
        `${path}, line ${line}: ${cells.length} cells, but ${names.length} columns. Quote cells that hold a comma.`,
      );
    }
    yield { line, cells: Object.fromEntries(names.map((name, at) => [name, (cells[at] ?? '').trim()])) };
  }
}

function cellsOf(content: string): string[] {
  if (!content.includes('"')) return content.split(',');
  const cells: string[] = [];
  for (const [, quoted, plain] of content.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  }
  return cells;
}
