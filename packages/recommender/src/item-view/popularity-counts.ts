import { type EventType, type EventWeights, eventTypes } from '@kindling/domain';
import { aggregateEvidence } from '../event-evidence.js';
import type { DayCount } from '../ports.js';
import { CountTable } from './count-table.js';
import { DenseNumbers } from './number-map.js';
import { TopList } from './top-list.js';

const dayMs = 86_400_000;
/** Popular candidates come from the head of this order; a list is 200 slots, most of it is reserve. */
const orderLength = 2_000;
/** A segment beyond these is served from the popularity everywhere. */
const maximumSegments = 2_000;
/** The landmark moves before numbers come near the range of a double. */
const maximumHalfLives = 200;

/**
 * Popularity from counts by day: evidence that halves every half-life.
 *
 * Values are held in forward decay (Cormode et al. 2009): an event of day d weighs 2^((d - landmark)/halfLife)
 * for ever, and a reading at time t divides by 2^((t - landmark)/halfLife). So time passing changes neither a
 * stored value nor an order. A whole day counts as its beginning. Items are positions given out by the caller,
 * known or not: counts of an unknown item wait here until it arrives.
 */
export class PopularityCounts {
  readonly #table = new CountTable();
  readonly #everywhere = new TopList(orderLength, new DenseNumbers());
  readonly #segmentIds = new Map<string, number>();
  readonly #segments = new Map<number, TopList>();
  readonly #eventCounts = new DenseNumbers();
  #landmarkDay: number | null = null;
  #lastSegment: { readonly segment: string; readonly list: TopList } | null = null;
  #lastDecay = { atMs: Number.NaN, landmarkDay: 0, factor: 0 };

  constructor(
    private readonly settings: { readonly eventWeights: EventWeights; readonly halfLifeDays: number },
  ) {}

  get bytes(): number {
    return this.#table.bytes;
  }

  /** Number of (item, segment, type, day) that something was counted under. */
  get size(): number {
    return this.#table.size;
  }

  get segmentCount(): number {
    return this.#segments.size;
  }

  apply(rows: readonly DayCount[], positionOf: (itemId: DayCount['itemId']) => number): void {
    const touched = new Set<TopList>([this.#everywhere]);
    for (const row of rows) {
      const day = Math.floor(Date.parse(row.day) / dayMs);
      if (!Number.isFinite(day)) continue;
      const position = positionOf(row.itemId);
      const segment = this.#segmentId(row.segment);
      const weight = this.settings.eventWeights[row.type];
      const count = {
        events: weight === 0 ? 0 : row.events,
        evidence: weight * aggregateEvidence(row.type, row.events, row.valueSum),
      };
      const before = this.#table.replace(position, segment, typeAndDay(row.type, day), count);
      this.#eventCounts.set(position, (this.#eventCounts.get(position) ?? 0) + count.events - before.events);
      const change = (count.evidence - before.evidence) * this.#growth(day);
      if (change === 0) continue;
      this.#everywhere.set(position, this.#everywhere.get(position) + change);
      const list = segment === 0 ? undefined : this.#segments.get(segment);
      if (!list) continue;
      list.set(position, list.get(position) + change);
      touched.add(list);
    }
    for (const list of touched) list.refresh();
  }

  evidence(position: number, segment: string | null, atMs: number): number {
    return Math.max(0, this.#list(segment)?.get(position) ?? 0) * this.#decay(atMs);
  }

  total(segment: string | null, atMs: number): number {
    return (this.#list(segment)?.total ?? 0) * this.#decay(atMs);
  }

  eventCount(position: number): number {
    return this.#eventCounts.get(position) ?? 0;
  }

  /** Positions, most evidence first. */
  order(segment: string | null): readonly number[] {
    return this.#list(segment)?.order ?? [];
  }

  #list(segment: string | null): TopList | undefined {
    if (segment === null) return this.#everywhere;
    if (this.#lastSegment?.segment === segment) return this.#lastSegment.list;
    const id = this.#segmentIds.get(segment);
    const list = id === undefined ? undefined : this.#segments.get(id);
    if (list) this.#lastSegment = { segment, list };
    return list;
  }

  #segmentId(segment: string): number {
    if (segment === '') return 0;
    const known = this.#segmentIds.get(segment);
    if (known !== undefined) return known;
    const id = this.#segmentIds.size + 1;
    this.#segmentIds.set(segment, id);
    if (this.#segments.size < maximumSegments) this.#segments.set(id, new TopList(orderLength));
    return id;
  }

  #growth(day: number): number {
    this.#landmarkDay ??= day;
    const halfLives = (day - this.#landmarkDay) / this.settings.halfLifeDays;
    if (halfLives <= maximumHalfLives) return 2 ** halfLives;
    for (const list of [this.#everywhere, ...this.#segments.values()]) list.scale(2 ** -halfLives);
    this.#landmarkDay = day;
    return 1;
  }

  #decay(atMs: number): number {
    if (this.#landmarkDay === null) return 0;
    // One request asks for thousands of items at one time.
    const last = this.#lastDecay;
    if (last.atMs === atMs && last.landmarkDay === this.#landmarkDay) return last.factor;
    const factor = 2 ** -((atMs / dayMs - this.#landmarkDay) / this.settings.halfLifeDays);
    this.#lastDecay = { atMs, landmarkDay: this.#landmarkDay, factor };
    return factor;
  }
}

const typeAndDay = (type: EventType, day: number) =>
  ((eventTypes.indexOf(type) << 20) | (day & 0xfffff)) >>> 0;
