import { createReadStream, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** A film as a line of the demo's file: the fields of an item. */
export interface DemoFilm {
  readonly id: string;
  readonly title: string;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string | number>>;
}

const nullableText = z.string().nullable();
const nullableNumber = z.number().nullable();
const rowSchema = z.object({
  // a few films are named by a number: 1776, 300
  Title: z.union([z.string(), z.number()]).nullable(),
  'Release Date': z.string(),
  'MPAA Rating': nullableText,
  'Running Time min': nullableNumber,
  Distributor: nullableText,
  Source: nullableText,
  'Major Genre': nullableText,
  'Creative Type': nullableText,
  Director: nullableText,
  'IMDB Rating': nullableNumber,
});

/** The data end in 2011. Later years are films of the last century, whose two digits were read as 20xx. */
const lastYear = 2011;

/**
 * The 3,201 films of the npm package vega-datasets. There is no `publishedAt`: it says since when a catalogue
 * offers an item, which is not when a film came to the cinemas, and freshness would bury everything but the newest.
 * The year is an attribute.
 */
export function readDemoFilms(): DemoFilm[] {
  // the package exports its code alone; the data lie in the folder beside it
  const code = createRequire(import.meta.url).resolve('vega-datasets');
  const file = join(dirname(dirname(code)), 'data', 'movies.json');
  const rows: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const uses = new Map<string, number>();
  return z
    .array(rowSchema)
    .parse(rows)
    .map((row) => {
      const film = filmOf(row);
      // remakes share title and sometimes the year: the second one in the file gets a number
      const use = (uses.get(film.id) ?? 0) + 1;
      uses.set(film.id, use);
      return use === 1 ? film : { ...film, id: `${film.id}-${use}` };
    });
}

/** Writes the films as one JSON object a line, the way anyone's export may look, and returns the path. */
export function writeDemoFile(dataDir: string, films: readonly DemoFilm[]): string {
  const folder = join(dataDir, 'demo');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'films.jsonl');
  writeFileSync(`${file}.draft`, films.map((film) => `${JSON.stringify(film)}\n`).join(''));
  renameSync(`${file}.draft`, file);
  return file;
}

export const openDemoFile = (file: string) => createReadStream(file);

function filmOf(row: z.infer<typeof rowSchema>): DemoFilm {
  const year = yearOf(row['Release Date']);
  const title = row.Title === null ? `Untitled film of ${year}` : String(row.Title).trim();
  const attributes = {
    director: row.Director,
    distributor: row.Distributor,
    rating: row['MPAA Rating'],
    year,
    runningTimeMinutes: row['Running Time min'],
    imdbRating: row['IMDB Rating'],
  };
  return {
    id: `${slug(title)}-${year}`,
    title,
    categories: present([row['Major Genre'], row['Creative Type']]),
    tags: present([row.Source]),
    attributes: Object.fromEntries(Object.entries(attributes).filter(isPresent)),
  };
}

function yearOf(releaseDate: string): number {
  const year = Number(releaseDate.slice(-4));
  return year > lastYear ? year - 100 : year;
}

const slug = (title: string) =>
  title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}|['’`]/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80) || 'film';

const present = (values: readonly (string | null)[]) => values.filter((value) => value !== null);
const isPresent = (entry: [string, string | number | null]): entry is [string, string | number] =>
  entry[1] !== null;
