import { defaultEventWeights, type EventWeights } from './event.js';

/**
 * The scenario a catalogue is for. It sets how an item becomes text, what events weigh, and how fast
 * interest fades; all of it can be changed per catalogue afterwards.
 */
export const scenarios = ['shop', 'streaming', 'news', 'social'] as const;
export type Scenario = (typeof scenarios)[number];

export interface CatalogueTemplate {
  readonly scenario: Scenario;
  /** See @kindling/encoder/text: fields in braces, one line a clause, lines without a value are dropped. */
  readonly textTemplate: string;
  readonly eventWeights: EventWeights;
  /** After this long an event counts half, for popularity and for a profile's interest. */
  readonly popularityHalfLifeDays: number;
  readonly interestHalfLifeDays: number;
  /** After this long a new item's freshness counts half. */
  readonly freshnessHalfLifeDays: number;
}

export const catalogueTemplates: Readonly<Record<Scenario, CatalogueTemplate>> = {
  shop: {
    scenario: 'shop',
    textTemplate: '{title}\n{description}\nCategory: {categories}\n{tags}\n{attributes}',
    eventWeights: defaultEventWeights,
    popularityHalfLifeDays: 30,
    interestHalfLifeDays: 60,
    freshnessHalfLifeDays: 30,
  },
  streaming: {
    scenario: 'streaming',
    textTemplate: '{title}\nGenre: {categories}\n{description}\n{tags}\n{attributes}',
    eventWeights: { ...defaultEventWeights, DWELL: 3, RATING: 4 },
    popularityHalfLifeDays: 60,
    interestHalfLifeDays: 180,
    freshnessHalfLifeDays: 60,
  },
  news: {
    scenario: 'news',
    textTemplate: '{title}\n{description}\nTopic: {categories}\n{tags}',
    eventWeights: { ...defaultEventWeights, DWELL: 3 },
    popularityHalfLifeDays: 0.5,
    interestHalfLifeDays: 14,
    freshnessHalfLifeDays: 1,
  },
  social: {
    scenario: 'social',
    textTemplate: '{title}\n{description}\n{tags}\nTopic: {categories}',
    eventWeights: { ...defaultEventWeights, FAVOURITE: 3, DWELL: 2 },
    popularityHalfLifeDays: 2,
    interestHalfLifeDays: 30,
    freshnessHalfLifeDays: 3,
  },
};
