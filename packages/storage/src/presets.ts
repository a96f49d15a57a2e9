import type { JsonObject } from '@kindling/domain';

/** What a new catalogue starts with. A config says only what differs from @kindling/recommender's defaults. */
export const presetStrategies: readonly {
  readonly key: string;
  readonly name: string;
  readonly config: JsonObject;
}[] = [{ key: 'cold-start', name: 'Cold-start ladder', config: {} }];

export const defaultPlacements = [
  { key: 'home', name: 'Home page', kind: 'PERSONAL', strategyKey: 'cold-start', size: 10 },
  { key: 'similar', name: 'More like this', kind: 'SIMILAR', strategyKey: 'cold-start', size: 10 },
  { key: 'search', name: 'Search results', kind: 'SEARCH', strategyKey: 'cold-start', size: 20 },
] as const;
