import { type EventType, eventTypes } from '@kindling/domain';

/**
 * Events in columns, some 25 bytes each, so that millions of them fit: those of a profile stand together, oldest
 * first. Profiles are numbered from 0 in the order of the table.
 */
export interface EventTable {
  readonly length: number;
  readonly profiles: number;
  readonly profile: Int32Array;
  /** Index into the catalogue's items. */
  readonly item: Int32Array;
  /** Index into `eventTypes`. */
  readonly type: Uint8Array;
  /** NaN where the event has none. */
  readonly value: Float32Array;
  /** Milliseconds since 1970. */
  readonly atMs: Float64Array;
}

/** What a rule is given: 1 marks the events that are still in, and it sets to 0 what it takes out. */
export type KeptEvents = Uint8Array;

export const typeCode = (type: EventType): number => eventTypes.indexOf(type);

export interface AddedEvent {
  readonly item: number;
  readonly type: EventType;
  readonly value: number | null;
  readonly atMs: number;
}

/** Takes events in the table's order and grows as it needs. */
export class EventTableBuilder {
  #length = 0;
  #profiles = 0;
  #profile = new Int32Array(1_024);
  #item = new Int32Array(1_024);
  #type = new Uint8Array(1_024);
  #value = new Float32Array(1_024);
  #atMs = new Float64Array(1_024);

  /** The events that follow are another profile's. */
  nextProfile(): void {
    this.#profiles++;
  }

  add({ item, type, value, atMs }: AddedEvent): void {
    if (this.#length === this.#item.length) this.#grow();
    const at = this.#length++;
    this.#profile[at] = this.#profiles - 1;
    this.#item[at] = item;
    this.#type[at] = typeCode(type);
    this.#value[at] = value ?? Number.NaN;
    this.#atMs[at] = atMs;
  }

  build(): EventTable {
    const length = this.#length;
    return {
      length,
      profiles: this.#profiles,
      profile: this.#profile.subarray(0, length),
      item: this.#item.subarray(0, length),
      type: this.#type.subarray(0, length),
      value: this.#value.subarray(0, length),
      atMs: this.#atMs.subarray(0, length),
    };
  }

  #grow(): void {
    const size = Math.ceil(this.#item.length * 1.5);
    const copyInto = <Column extends { set(from: Column): void }>(to: Column, from: Column): Column => {
      to.set(from);
      return to;
    };
    this.#profile = copyInto(new Int32Array(size), this.#profile);
    this.#item = copyInto(new Int32Array(size), this.#item);
    this.#type = copyInto(new Uint8Array(size), this.#type);
    this.#value = copyInto(new Float32Array(size), this.#value);
    this.#atMs = copyInto(new Float64Array(size), this.#atMs);
  }
}

/** Calls `visit` with the range [from, to) of each profile's events. */
export function eachProfile(events: EventTable, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < events.length; ) {
    let to = from + 1;
    while (to < events.length && events.profile[to] === events.profile[from]) to++;
    visit(from, to);
    from = to;
  }
}
