import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { CliError } from '../cli-error.js';

/** Line numbers from 1. */
export async function* linesOf(path: string): AsyncGenerator<readonly [number, string]> {
  if (!existsSync(path)) throw new CliError(`There is no file ${path}: a data set needs it.`);
  let line = 0;
  const lines = createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const content of lines) yield [++line, line === 1 ? content.replace(/^\ufeff/, '') : content];
}
