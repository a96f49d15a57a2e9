import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Item, type ItemId, itemSchema, type JsonObject } from '@kindling/domain';
import type { EvaluationEvent } from '@kindling/recommender';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { linesOf } from './lines-of.js';
import { readTable, type TableRow } from './read-table.js';

/** A folder in the form of the README beside the data sets: items.jsonl, interactions.csv, perhaps published-split/. */
export interface DataSet {
  readonly name: string;
  readonly items: readonly DataSetItem[];
  readonly people: readonly string[];
  readonly events: readonly EvaluationEvent[];
  readonly published: {
    readonly train: readonly EvaluationEvent[];
    readonly test: readonly EvaluationEvent[];
  } | null;
  /** What was decided while reading, for those who read the figures. */
  readonly notes: readonly string[];
}

export interface DataSetItem extends Item {
  readonly launchedAtMs: number | null;
}

interface Interaction extends EvaluationEvent {
  readonly value: number | null;
}

const likedFrom = 4;

/**
 * Reads a data set line by line. An interaction is a like, unless every value is a whole number from 1 to 5: those
 * are ratings, and only 4 and 5 are likes. Of a repeated pair the first like counts.
 */
export async function readDataSet(folder: string): Promise<DataSet> {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new CliError(`There is no folder ${root}: --data wants one with items.jsonl and interactions.csv.`);
  }
  const items = await readItems(join(root, 'items.jsonl'));
  const itemIndex = new Map<string, number>(items.map(({ id }, index) => [id, index]));
  const people = new Map<string, number>();
  const readEvents = (path: string) => readInteractions(path, itemIndex, people);
  const all = await readEvents(join(root, 'interactions.csv'));
  const values = all.map(({ value }) => value);
  const isRating =
    values.length > 0 && values.every((value) => value !== null && [1, 2, 3, 4, 5].includes(value));
  const events = oncePerPair(isRating ? all.filter(({ value }) => (value ?? 0) >= likedFrom) : all);
  const splitFolder = join(root, 'published-split');
  const published = existsSync(splitFolder)
    ? {
        train: oncePerPair(await readEvents(join(splitFolder, 'train.csv'))),
        test: oncePerPair(await readEvents(join(splitFolder, 'test.csv'))),
      }
    : null;
  const notes = [
    isRating
      ? `All values are whole numbers from 1 to 5: read as ratings, a like is ${likedFrom} or more (${events.length} of ${all.length}).`
      : `Values are not ratings from 1 to 5: every interaction is a like (${events.length} different ones of ${all.length}).`,
  ];
  return { name: basename(root), items, people: [...people.keys()], events, published, notes };
}

const text = z.string();
const itemLine = z.looseObject({
  id: z.union([text, z.number()], 'is missing or neither a text nor a number').transform(String),
  title: text.catch(''),
  text: text.nullish(),
  tags: z.array(text, 'is not a list of texts').nullish(),
  price: z.number('is not a number').nullish(),
  first_sold: text.nullish(),
});

async function readItems(path: string): Promise<DataSetItem[]> {
  const items: DataSetItem[] = [];
  const seen = new Set<string>();
  for await (const [line, content] of linesOf(path)) {
    if (content.trim() === '') continue;
    const refuse = (what: string, fix: string) => new CliError(`${path}, line ${line}: ${what} ${fix}`);
    let json: unknown;
    try {
      json = JSON.parse(content);
    } catch {
      throw refuse('this is not JSON.', 'Write one JSON object a line.');
    }
    const parsed = itemLine.safeParse(json);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw refuse(`${issue?.path.join('.') || 'the line'} ${issue?.message}.`, 'Correct this field.');
    }
    const { id, title, text, tags, price, first_sold: firstSold, ...attributes } = parsed.data;
    // an empty title is no reason to lose the events of an item; its id says at least which one it is
    const item = itemSchema.safeParse({
      id,
      title: title.trim() === '' ? id : title,
      description: text ?? null,
      tags: (tags ?? []).filter((tag) => tag.trim() !== ''),
      price: price ?? null,
      attributes: attributes as JsonObject,
    });
    if (!item.success) {
      const [issue] = item.error.issues;
      throw refuse(`${issue?.path.join('.')} ${issue?.message}.`, 'Correct this field.');
    }
    if (seen.has(id)) throw refuse(`id "${id}" was there before.`, 'Give every item an id of its own.');
    seen.add(id);
    const launchedAtMs = firstSold ? instantOf(firstSold) : null;
    if (Number.isNaN(launchedAtMs))
      throw refuse(`first_sold "${firstSold}" is no date.`, 'Write 2011-02-27 13:47:00.');
    items.push({ ...item.data, id: id as ItemId, launchedAtMs });
  }
  if (items.length === 0)
    throw new CliError(`${path} holds no items: write one JSON object with id and title a line.`);
  return items;
}

async function readInteractions(
  path: string,
  itemIndex: ReadonlyMap<string, number>,
  people: Map<string, number>,
): Promise<Interaction[]> {
  const events: Interaction[] = [];
  for await (const row of readTable(path, ['user', 'item'])) {
    const item = itemIndex.get(row.cells.item ?? '');
    const user = row.cells.user ?? '';
    if (item === undefined) {
      throw refused(
        path,
        row,
        'item',
        `"${row.cells.item}" is not in items.jsonl`,
        'Add the item, or leave the line out.',
      );
    }
    if (user === '') throw refused(path, row, 'user', 'is empty', 'Say whose interaction it is.');
    const value = numberOf(path, row, 'value');
    const position = numberOf(path, row, 'position');
    const { timestamp = '' } = row.cells;
    const atMs = timestamp === '' ? null : instantOf(timestamp);
    if (Number.isNaN(atMs)) {
      throw refused(path, row, 'timestamp', `"${timestamp}" is no time`, 'Write 2011-02-27T13:47:00Z.');
    }
    const person = people.get(user) ?? people.size;
    people.set(user, person);
    events.push({ person, item, value, atMs, position });
  }
  if (events.length === 0)
    throw new CliError(`${path} holds no interactions: write user,item and one pair a line.`);
  return events;
}

function numberOf(path: string, row: TableRow, field: string): number | null {
  const cell = row.cells[field] ?? '';
  if (cell === '') return null;
  const value = Number(cell);
  if (!Number.isFinite(value))
    throw refused(path, row, field, `"${cell}" is not a number`, 'Write a number, or nothing.');
  return value;
}

const refused = (path: string, { line }: TableRow, field: string, what: string, fix: string) =>
  new CliError(`${path}, line ${line}, ${field}: ${what}. ${fix}`);

/** Times without a zone are UTC; seconds since 1970 are understood, too. */
function instantOf(cell: string): number {
  if (/^\d{9,10}$/.test(cell)) return Number(cell) * 1_000;
  return Date.parse(/\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(cell) ? `${cell.replace(' ', 'T')}Z` : cell);
}

function oncePerPair(events: readonly Interaction[]): EvaluationEvent[] {
  const seen = new Map<string, EvaluationEvent>();
  for (const { person, item, atMs, position } of events) {
    const pair = `${person} ${item}`;
    const before = seen.get(pair);
    if (!before || (atMs !== null && before.atMs !== null && atMs < before.atMs)) {
      seen.set(pair, { person, item, atMs, position });
    }
  }
  return [...seen.values()];
}
