import { type FilterPayload, type ItemFilter, matchesFilter } from '@kindling/domain';
import { z } from 'zod';
import { profileFilterSchema } from './filter-schema.js';
import { type ProfileFacts, profilePayload } from './profile-facts.js';

/** A named group of profiles: whoever the filter is true for at the moment of the request. */
export const segmentSchema = z.object({
  key: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'is not 1 to 64 of a-z, 0-9 and -')
    .meta({ label: 'Key', help: 'The name by which rules call the segment.' }),
  label: z.string().min(1).max(200).meta({ label: 'Label', help: 'What people call it.' }),
  when: profileFilterSchema.meta({ label: 'Who', help: 'What has to be true of a profile.' }),
});
export type Segment = z.output<typeof segmentSchema>;

const ofColdness = (key: string, label: string, coldness: string): Segment => ({
  key,
  label,
  when: { field: 'coldness', in: [coldness] },
});

/** Segments that every catalogue has. A custom one of the same key stands before it. */
export const builtInSegments: readonly Segment[] = [
  ofColdness('cold', 'Cold profiles', 'COLD'),
  ofColdness('warming', 'Warming profiles', 'WARMING'),
  ofColdness('warm', 'Warm profiles', 'WARM'),
];

export type SegmentFilters = ReadonlyMap<string, ItemFilter>;

export const segmentFilters = (custom: readonly Segment[]): SegmentFilters =>
  new Map([...builtInSegments, ...custom].map(({ key, when }) => [key, when]));

/** Whether the profile is in a segment, each segment worked out at most once. An unknown segment has no members. */
export function membership(segments: SegmentFilters, payload: FilterPayload): (key: string) => boolean {
  const known = new Map<string, boolean>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const filter = segments.get(key);
    const isIn = filter !== undefined && matchesFilter(payload, filter);
    known.set(key, isIn);
    return isIn;
  };
}

/** Whether the profile is in any of the segments. */
export function isInSegments(segments: readonly Segment[], profile: ProfileFacts, atMs: number): boolean {
  const payload = profilePayload(profile, atMs);
  return segments.some(({ when }) => matchesFilter(payload, when));
}

/** How many of the profiles are in each segment, in one pass. */
export function segmentSizes(
  custom: readonly Segment[],
  profiles: Iterable<ProfileFacts>,
  atMs: number,
): ReadonlyMap<string, number> {
  const filters = segmentFilters(custom);
  const sizes = new Map([...filters.keys()].map((key) => [key, 0]));
  for (const facts of profiles) {
    const payload = profilePayload(facts, atMs);
    for (const [key, filter] of filters) {
      if (matchesFilter(payload, filter)) sizes.set(key, (sizes.get(key) ?? 0) + 1);
    }
  }
  return sizes;
}
