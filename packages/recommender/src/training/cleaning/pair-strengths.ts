import { type EventTable, eachProfile, type KeptEvents } from './event-table.js';

/** One a pair of a profile and an item that is left; profiles without any have no number. */
export interface Pairs {
  readonly profiles: number;
  readonly profile: Int32Array;
  readonly item: Int32Array;
  /** In (0, 1]. */
  readonly weight: Float32Array;
  /** Of the pair's newest event, in milliseconds since 1970. */
  readonly atMs: Float64Array;
}

/**
 * Adds up what each profile's events say of an item, and brings the sums to one scale whatever a catalogue's weights
 * are: strength = min(1, sum / median of the sums). So half of the pairs count fully, a sea of mere views too, what is
 * weaker than usual counts less, and a hundred views of one item count no more than being liked.
 */
export function pairStrengths(events: EventTable, kept: KeptEvents, evidence: Float32Array): Pairs {
  const profile: number[] = [];
  const item: number[] = [];
  const sum: number[] = [];
  const newest: number[] = [];
  let profiles = 0;
  eachProfile(events, (from, to) => {
    const placeOf = new Map<number, number>();
    for (let at = from; at < to; at++) {
      if (kept[at] === 0) continue;
      const which = events.item[at] as number;
      const place = placeOf.get(which) ?? item.length;
      if (place === item.length) {
        placeOf.set(which, place);
        profile.push(profiles);
        item.push(which);
        sum.push(0);
        newest.push(0);
      }
      sum[place] = (sum[place] as number) + (evidence[at] as number);
      newest[place] = events.atMs[at] as number;
    }
    if (placeOf.size > 0) profiles++;
  });
  const median = Float32Array.from(sum).sort()[Math.floor(sum.length / 2)] ?? 1;
  return {
    profiles,
    profile: Int32Array.from(profile),
    item: Int32Array.from(item),
    weight: Float32Array.from(sum, (value) => Math.min(1, value / median)),
    atMs: Float64Array.from(newest),
  };
}
