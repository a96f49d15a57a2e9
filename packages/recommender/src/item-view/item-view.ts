import {
  type CatalogueId,
  defaultEventWeights,
  type EventWeights,
  type ItemFilter,
  type ItemId,
  type ItemNumber,
  itemId,
  itemNumber,
  type StoredItem,
} from '@kindling/domain';
import { type CountedWords, type LexicalField, LexicalIndex } from '../lexical/lexical-index.js';
import type { DayCount, ItemChange, ItemView } from '../ports.js';
import { compileFilter } from './compile-filter.js';
import { ItemColumns } from './item-columns.js';
import { DenseNumbers, HashedNumbers } from './number-map.js';
import { PopularityCounts } from './popularity-counts.js';
import { TopList } from './top-list.js';

export interface ItemViewSettings {
  readonly eventWeights: EventWeights;
  readonly popularityHalfLifeDays: number;
}

/** An item view that can be written to: by the one follower of the change feed, never by a request. */
export interface WritableItemView extends ItemView {
  /**
   * Takes changes in any order and as often as they come. It does not yield: hand over a few hundred at a time
   * and let requests run in between.
   */
  apply(changes: readonly ItemChange[]): void;
  /** Takes totals of days; those of an unknown item are kept for when it arrives. */
  applyDayCounts(rows: readonly DayCount[]): void;
  memory(): ItemViewMemory;
  /** For items that are not in the view as they are asked about: those of the past. */
  readonly outside: OutsideItems;
}

/** What a view says of an item by what is told of it, and of its rows what only such a comparison needs. */
export interface OutsideItems {
  publishedAtMs(item: StoredItem): number;
  popularity(id: ItemId, segment: string | null, atMs: number): number;
  eventCount(id: ItemId): number;
  wordsOf(item: StoredItem): CountedWords;
  /** As `lexical` scores, by the words of the items in the view. */
  lexicalScorer(query: string, options?: { readonly typing?: boolean }): (words: CountedWords) => number;
  /** By what `newest` orders rows. */
  newnessMs(row: number): number;
  /** Whether the row counts among the `restrictedCount`. */
  isRestricted(row: number): boolean;
}

export interface ItemViewMemory {
  readonly items: number;
  readonly dayCounts: number;
  readonly columnBytes: number;
  readonly popularityBytes: number;
  readonly lexicalBytes: number;
  readonly distinctValues: number;
  readonly distinctWords: number;
}

export function createItemView(
  catalogue: CatalogueId,
  settings: ItemViewSettings = { eventWeights: defaultEventWeights, popularityHalfLifeDays: 30 },
): WritableItemView {
  return new InMemoryItemView(catalogue, settings);
}

/** The newest items are read from the head of an order this long. */
const newestLength = 2_000;
/** What arrives this soon after the first item came with the catalogue: its arrival says nothing of its age. */
const bulkMs = 86_400_000;

class InMemoryItemView implements WritableItemView {
  readonly #columns = new ItemColumns();
  readonly #lexical = new LexicalIndex();
  readonly #newest = new TopList(newestLength, new DenseNumbers());
  readonly #popularity: PopularityCounts;
  readonly #rowByNumber = new HashedNumbers();
  /** A position for every item id ever heard of, in an item or in an event; popularity is held by it. */
  readonly #positions = new Map<string, number>();
  readonly #idByPosition: string[] = [];
  readonly #rowByPosition: (number | undefined)[] = [];
  readonly #positionByRow: number[] = [];
  readonly #freeRows: number[] = [];
  /** Numbers of deleted items and the change that did it, so that a late upsert does not raise them. */
  readonly #deleted = new Map<number, number>();
  appliedCounts = 0;
  #rows = 0;
  #items = 0;
  #restricted = 0;
  #applied = 0;
  /** When the catalogue's first item was seen, deleted ones included, so that it is the same after a restart. */
  #begunAtMs = Number.POSITIVE_INFINITY;
  readonly outside: OutsideItems = {
    publishedAtMs: ({ publishedAt, createdAt }) =>
      publishedAt?.getTime() ?? this.#publishedUnsaid(createdAt.getTime()),
    popularity: (id, segment, atMs) =>
      this.#popularity.evidence(this.#positions.get(id) ?? -1, segment, atMs),
    eventCount: (id) => this.#popularity.eventCount(this.#positions.get(id) ?? -1),
    wordsOf: (item) => this.#lexical.wordsOf(fieldsOf(item)),
    lexicalScorer: (query, { typing = false } = {}) => this.#lexical.scorer(query, typing),
    newnessMs: (row) => {
      const published = this.#columns.publishedAt[row] ?? Number.NaN;
      return Number.isNaN(published) ? (this.#columns.createdAt[row] ?? 0) : published;
    },
    isRestricted: (row) => this.#columns.isRestricted(row),
  };

  constructor(
    readonly catalogue: CatalogueId,
    settings: ItemViewSettings,
  ) {
    this.#popularity = new PopularityCounts({
      eventWeights: settings.eventWeights,
      halfLifeDays: settings.popularityHalfLifeDays,
    });
  }

  get rows(): number {
    return this.#rows;
  }

  get itemCount(): number {
    return this.#items;
  }

  get appliedChanges(): number {
    return this.#applied;
  }

  changeAt(row: number): number {
    return this.#columns.changes[row] ?? -1;
  }

  get restrictedCount(): number {
    return this.#restricted;
  }

  apply(changes: readonly ItemChange[]): void {
    for (const { item, change, deleted } of changes) {
      this.#begunAtMs = Math.min(this.#begunAtMs, item.createdAt.getTime());
      const row = this.#rowByNumber.get(item.number);
      const applied = row === undefined ? this.#deleted.get(item.number) : this.#columns.changes[row];
      if (applied !== undefined && applied >= change) continue;
      this.#applied++;
      if (deleted) this.#delete(item.number, row, change);
      else this.#upsert(item, row, change);
    }
    this.#newest.refresh();
    this.#lexical.tidy();
  }

  applyDayCounts(rows: readonly DayCount[]): void {
    this.appliedCounts++;
    this.#popularity.apply(rows, (id) => this.#positionOf(id));
  }

  rowOf(number: ItemNumber): number | undefined {
    return this.#rowByNumber.get(number);
  }

  rowOfId(id: ItemId): number | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#rowByPosition[position];
  }

  numberAt(row: number): ItemNumber {
    return itemNumber(this.#columns.numbers[row] ?? -1);
  }

  idAt(row: number): ItemId {
    return itemId(this.#idByPosition[this.#positionByRow[row] ?? -1] ?? '');
  }

  titleAt(row: number): string {
    return this.#columns.titles[row] ?? '';
  }

  categoriesAt(row: number): readonly string[] {
    return this.#columns.stringsOf(row, 'categories');
  }

  publishedAtMs(row: number): number {
    const published = this.#columns.publishedAt[row] ?? Number.NaN;
    return Number.isNaN(published) ? this.#publishedUnsaid(this.#columns.createdAt[row] ?? 0) : published;
  }

  #publishedUnsaid(createdAtMs: number): number {
    return createdAtMs - this.#begunAtMs < bulkMs ? Number.NEGATIVE_INFINITY : createdAtMs;
  }

  isLive(row: number, atMs: number): boolean {
    return this.#columns.isShown(row, atMs);
  }

  compile(filter: ItemFilter): (row: number) => boolean {
    return compileFilter(filter, this.#columns);
  }

  popularity(row: number, segment: string | null, atMs: number): number {
    return this.#popularity.evidence(this.#positionByRow[row] ?? -1, segment, atMs);
  }

  popularityTotal(segment: string | null, atMs: number): number {
    return this.#popularity.total(segment, atMs);
  }

  eventCount(row: number): number {
    return this.#popularity.eventCount(this.#positionByRow[row] ?? -1);
  }

  mostPopular(segment: string | null, _atMs: number, limit: number): readonly number[] {
    const rows: number[] = [];
    for (const position of this.#popularity.order(segment)) {
      if (rows.length >= limit) break;
      const row = this.#rowByPosition[position];
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  newest(atMs: number, limit: number): readonly number[] {
    const rows: number[] = [];
    for (const row of this.#newest.order) {
      if (rows.length >= limit) break;
      if (this.publishedAtMs(row) <= atMs) rows.push(row);
    }
    return rows;
  }

  lexical(
    query: string,
    limit: number,
    accept: (row: number) => boolean,
    options: { readonly typing?: boolean } = {},
  ) {
    return this.#lexical.search(query, limit, accept, options.typing ?? false);
  }

  memory(): ItemViewMemory {
    return {
      items: this.#items,
      dayCounts: this.#popularity.size,
      columnBytes: this.#columns.bytes,
      popularityBytes: this.#popularity.bytes,
      lexicalBytes: this.#lexical.bytes,
      distinctValues: this.#columns.values.size,
      distinctWords: this.#lexical.wordCount,
    };
  }

  #upsert(item: StoredItem, known: number | undefined, change: number): void {
    const row = known ?? this.#freeRows.pop() ?? this.#rows++;
    if (known === undefined) this.#items++;
    const position = this.#positionOf(item.id);
    if (known !== undefined) this.#restricted -= this.#columns.isRestricted(row) ? 1 : 0;
    this.#columns.set(row, item, change);
    this.#restricted += this.#columns.isRestricted(row) ? 1 : 0;
    this.#rowByNumber.set(item.number, row);
    this.#rowByPosition[position] = row;
    this.#positionByRow[row] = position;
    this.#deleted.delete(item.number);
    // Among items without a date the later arrival is the newer one, whenever the catalogue began.
    this.#newest.set(row, (item.publishedAt ?? item.createdAt).getTime());
    this.#lexical.set(row, fieldsOf(item));
  }

  #delete(number: ItemNumber, row: number | undefined, change: number): void {
    this.#deleted.set(number, change);
    if (row === undefined) return;
    this.#items--;
    const position = this.#positionByRow[row];
    if (position !== undefined && this.#rowByPosition[position] === row)
      this.#rowByPosition[position] = undefined;
    this.#positionByRow[row] = -1;
    this.#rowByNumber.delete(number);
    this.#restricted -= this.#columns.isRestricted(row) ? 1 : 0;
    this.#columns.clear(row);
    this.#newest.delete(row);
    this.#lexical.remove(row);
    this.#freeRows.push(row);
  }

  #positionOf(id: ItemId): number {
    const known = this.#positions.get(id);
    if (known !== undefined) return known;
    const position = this.#idByPosition.push(id) - 1;
    this.#positions.set(id, position);
    this.#rowByPosition[position] = undefined;
    return position;
  }
}

/** Where a word stands says how much it says: a title names the item, a description only mentions. */
const fieldsOf = (item: StoredItem): LexicalField[] => [
  { weight: 3, texts: [item.title] },
  { weight: 2, texts: [...item.categories, ...item.tags] },
  { weight: 1, texts: [item.description ?? '', ...attributeTexts(item)] },
];

const attributeTexts = (item: StoredItem): string[] =>
  Object.values(item.attributes)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter((value) => typeof value === 'string');
