import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '@kindling/domain';
import { CliError } from '../cli-error.js';

/** What is kept as files: a folder each. */
export const folders = ['rules', 'strategies'] as const;
export type Folder = (typeof folders)[number];

/** One thing in one file, named for its key. */
export interface StoredFile {
  /** As a person would type it: rules/front.json. */
  readonly name: string;
  readonly key: string;
  readonly content: JsonObject;
}
/** What is wrong with a file: where, and what to do. */
export interface FileProblem {
  readonly name: string;
  readonly field: string;
  readonly message: string;
  readonly fix: string;
}

/** Readable, and the same text for the same content: a review shows what has changed and nothing else. */
export const fileText = (content: JsonObject, first: readonly string[]): string => {
  const named = first.flatMap((key) => (key in content ? [[key, sorted(content[key])]] : []));
  const others = Object.entries(content).filter(([key]) => !first.includes(key));
  const rest = others.map(([key, value]) => [key, sorted(value)]).sort(byName);
  return `${JSON.stringify(Object.fromEntries([...named, ...rest]), null, 2)}\n`;
};

export async function writeFiles(
  root: string,
  folder: Folder,
  texts: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const path = join(root, folder);
  try {
    await mkdir(path, { recursive: true });
    for (const [key, text] of texts) await writeFile(join(path, `${key}.json`), text);
    const there = (await readdir(path)).filter((name) => name.endsWith('.json')).sort();
    return there.filter((name) => !texts.has(name.slice(0, -5))).map((name) => `${folder}/${name}`);
  } catch (error) {
    throw new CliError(
      `Nothing can be written to ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** In the order of their names; a folder that is not there has none. */
export async function readFiles(
  root: string,
  folder: Folder,
): Promise<{ readonly files: readonly StoredFile[]; readonly problems: readonly FileProblem[] }> {
  const path = join(root, folder);
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CliError(`${path} cannot be read: ${error.message}`);
  });
  const files: StoredFile[] = [];
  const problems: FileProblem[] = [];
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    const shown = `${folder}/${name}`;
    const read = contentOf(await readFile(join(root, folder, name), 'utf8'));
    if ('problem' in read) {
      problems.push({
        name: shown,
        field: '',
        message: read.problem,
        fix: 'Mend the JSON, or export it anew.',
      });
    } else {
      files.push({ name: shown, key: name.slice(0, -5), content: read.content });
    }
  }
  return { files, problems };
}

function contentOf(text: string): { content: JsonObject } | { problem: string } {
  try {
    const content: unknown = JSON.parse(text);
    return isJsonObject(content) ? { content } : { problem: 'is no JSON object' };
  } catch (error) {
    return { problem: `is no JSON: ${error instanceof Error ? error.message : error}` };
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, sorted(inner)])
      .sort(byName),
  );
}
const byName = ([a]: unknown[], [b]: unknown[]) => (String(a) < String(b) ? -1 : 1);

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
