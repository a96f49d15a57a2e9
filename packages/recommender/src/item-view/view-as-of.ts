import type { EventWeights } from '@kindling/domain';
import { aggregateEvidence } from '../event-evidence.js';
import type { DayCount, ItemView } from '../ports.js';
import type { ItemViewSettings } from './item-view.js';

/** A day's total as it is in the view, and what it was at the time that is asked for. */
export interface PastCount {
  readonly now: DayCount;
  readonly past: Pick<DayCount, 'events' | 'valueSum'>;
}

const dayMs = 86_400_000;
/** As many as the view keeps in order. */
const orderLength = 2_000;

/**
 * A view whose popularity and counts of events are those of a time in the past; everything else is that of the view. It
 * takes what came since from what is counted now, so it costs what has changed, not the catalogue. The order of
 * popularity is right for the first 2,000 items less those that have changed since.
 */
export function viewAsOf(
  view: ItemView,
  counts: readonly PastCount[],
  { eventWeights, popularityHalfLifeDays }: ItemViewSettings,
): ItemView {
  const since = new Map<string | null, Map<DayCount['itemId'], number>>([[null, new Map()]]);
  const events = new Map<DayCount['itemId'], number>();
  const landmark = counts.reduce((last, { now }) => Math.max(last, dayOf(now)), 0);
  for (const { now, past } of counts) {
    const { itemId, segment, type } = now;
    const gained = evidenceOf(type, now, eventWeights) - evidenceOf(type, past, eventWeights);
    const grown = gained * 2 ** ((dayOf(now) - landmark) / popularityHalfLifeDays);
    for (const name of segment === '' ? [null] : [null, segment]) {
      const items = since.get(name) ?? new Map<DayCount['itemId'], number>();
      since.set(name, items);
      items.set(itemId, (items.get(itemId) ?? 0) + grown);
    }
    if (eventWeights[type] !== 0) {
      events.set(itemId, (events.get(itemId) ?? 0) + now.events - past.events);
    }
  }
  const decay = (atMs: number) => 2 ** -((atMs / dayMs - landmark) / popularityHalfLifeDays);
  const popularity = (row: number, segment: string | null, atMs: number) =>
    Math.max(
      0,
      view.popularity(row, segment, atMs) - (since.get(segment)?.get(view.idAt(row)) ?? 0) * decay(atMs),
    );
  return {
    catalogue: view.catalogue,
    get rows() {
      return view.rows;
    },
    get itemCount() {
      return view.itemCount;
    },
    get restrictedCount() {
      return view.restrictedCount;
    },
    get appliedChanges() {
      return view.appliedChanges;
    },
    get appliedCounts() {
      return view.appliedCounts;
    },
    changeAt: (row) => view.changeAt(row),
    rowOf: (number) => view.rowOf(number),
    rowOfId: (id) => view.rowOfId(id),
    numberAt: (row) => view.numberAt(row),
    idAt: (row) => view.idAt(row),
    titleAt: (row) => view.titleAt(row),
    categoriesAt: (row) => view.categoriesAt(row),
    publishedAtMs: (row) => view.publishedAtMs(row),
    isLive: (row, atMs) => view.isLive(row, atMs),
    compile: (filter) => view.compile(filter),
    newest: (atMs, limit) => view.newest(atMs, limit),
    lexical: (query, limit, accept, options) => view.lexical(query, limit, accept, options),
    popularity,
    popularityTotal: (segment, atMs) => {
      const gained = changedRows(segment).reduce(
        (sum, row) => sum + view.popularity(row, segment, atMs) - popularity(row, segment, atMs),
        0,
      );
      return Math.max(0, view.popularityTotal(segment, atMs) - gained);
    },
    eventCount: (row) => Math.max(0, view.eventCount(row) - (events.get(view.idAt(row)) ?? 0)),
    mostPopular: (segment, atMs, limit) => {
      const rows = [...new Set([...view.mostPopular(segment, atMs, orderLength), ...changedRows(segment)])];
      const values = new Map(rows.map((row) => [row, popularity(row, segment, atMs)]));
      // A stable sort: equal ones stay in the order of the view.
      return rows.sort((a, b) => (values.get(b) ?? 0) - (values.get(a) ?? 0)).slice(0, limit);
    },
  };

  function changedRows(segment: string | null): number[] {
    return [...(since.get(segment)?.keys() ?? [])].flatMap((id) => view.rowOfId(id) ?? []);
  }
}

const dayOf = ({ day }: DayCount) => Math.floor(Date.parse(day) / dayMs);
const evidenceOf = (type: DayCount['type'], { events, valueSum }: PastCount['past'], weights: EventWeights) =>
  weights[type] * aggregateEvidence(type, events, valueSum);
