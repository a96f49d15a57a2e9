import { z } from 'zod';
import type { EventId, ItemId, ProfileId, RecommendationId } from './ids.js';
import type { JsonObject } from './json.js';

export const eventTypes = [
  'VIEW',
  'CLICK',
  'SEARCH',
  'FAVOURITE',
  'ADD_TO_CART',
  'PURCHASE',
  'RATING',
  'DWELL',
  'DISLIKE',
  'HIDE',
  'IMPRESSION',
] as const;
export type EventType = (typeof eventTypes)[number];

/** Something a person or device did. At least one of profileId and sessionId is there. */
export interface Event {
  readonly id: EventId;
  readonly type: EventType;
  readonly profileId: ProfileId | null;
  readonly sessionId: string | null;
  readonly itemId: ItemId | null;
  /** The words of a SEARCH. */
  readonly query: string | null;
  /** RATING: 1 to 5 · DWELL: seconds · PURCHASE: revenue in the item's currency · else free. */
  readonly value: number | null;
  readonly occurredAt: Date;
  readonly recommendationId: RecommendationId | null;
  readonly attributes: JsonObject;
}

/**
 * What an event says of liking, per unit: the evidence weight of a type. Negative ones push away.
 * A catalogue template may replace single weights (a stream counts DWELL, a shop ADD_TO_CART).
 */
export type EventWeights = Readonly<Record<EventType, number>>;
export const defaultEventWeights: EventWeights = {
  VIEW: 1,
  CLICK: 1.5,
  SEARCH: 1,
  FAVOURITE: 4,
  ADD_TO_CART: 3,
  PURCHASE: 5,
  RATING: 3,
  DWELL: 2,
  DISLIKE: -4,
  HIDE: -5,
  IMPRESSION: 0,
};

/** Types after which an item is not recommended to that profile again. */
export const closingEventTypes = ['PURCHASE', 'DISLIKE', 'HIDE'] as const satisfies readonly EventType[];

export const eventRules = {
  maximumBatch: 1_000,
  /** An event older than this is refused: it could not change anything any more. */
  maximumAgeDays: 730,
  /** Clocks of devices run fast: a little ahead is set to the time of receipt, more is refused. */
  maximumAheadMs: 10 * 60_000,
  idCharacters: 256,
  queryCharacters: 1_000,
  attributesBytes: 8_192,
} as const;

/** A rating of 1 to 5 as evidence in [-1, 1]: 3 says nothing, 4 and 5 like, 1 and 2 dislike. */
export const ratingEvidence = (value: number) => Math.max(-1, Math.min(1, (value - 3) / 2));

const id = z
  .string()
  .min(1, 'is empty')
  .max(eventRules.idCharacters, `is longer than ${eventRules.idCharacters} characters`)
  .refine((value) => !value.includes('\0'), 'contains a NUL character');
const itemTypes: readonly EventType[] = eventTypes.filter((type) => type !== 'SEARCH');

/** The shape of one event; times are settled by `settleTime`, because that needs the clock. */
export const eventSchema = z
  .object({
    id,
    type: z.enum(eventTypes, `is not one of ${eventTypes.join(', ')}`),
    profileId: id.nullable().default(null),
    sessionId: id.nullable().default(null),
    itemId: id.nullable().default(null),
    query: z
      .string()
      .max(eventRules.queryCharacters, `is longer than ${eventRules.queryCharacters} characters`)
      .refine((v) => !v.includes('\0'), 'contains a NUL character')
      .nullable()
      .default(null),
    value: z.number().finite('is not a finite number').nullable().default(null),
    occurredAt: z.date('is not a date').nullable().default(null),
    recommendationId: id.nullable().default(null),
    attributes: z
      .record(z.string(), z.json())
      .default({})
      .refine(
        (value) => JSON.stringify(value).length <= eventRules.attributesBytes,
        `is larger than ${eventRules.attributesBytes} bytes`,
      )
      .refine((value) => !JSON.stringify(value).includes('\\u0000'), 'contains a NUL character'),
  })
  .refine((event) => event.profileId !== null || event.sessionId !== null, {
    path: ['profileId'],
    message: 'is missing: send profileId or sessionId',
  })
  .refine((event) => event.itemId !== null || !itemTypes.includes(event.type), {
    path: ['itemId'],
    message: 'is missing: every type but SEARCH is about an item',
  })
  .refine((event) => event.type !== 'SEARCH' || (event.query ?? '').trim() !== '', {
    path: ['query'],
    message: 'is missing: a SEARCH carries its words',
  })
  .refine(
    (event) => event.type !== 'RATING' || (event.value !== null && event.value >= 1 && event.value <= 5),
    {
      path: ['value'],
      message: 'is not a rating from 1 to 5',
    },
  );

export type SettledTime =
  | { readonly occurredAt: Date }
  | { readonly refused: 'TOO_OLD' | 'IN_THE_FUTURE'; readonly message: string };

/** The rule for late and future times: see eventRules. Without a time, the time of receipt counts. */
export function settleTime(occurredAt: Date | null, receivedAt: Date): SettledTime {
  if (occurredAt === null) return { occurredAt: receivedAt };
  const aheadMs = occurredAt.getTime() - receivedAt.getTime();
  if (aheadMs > eventRules.maximumAheadMs) {
    return {
      refused: 'IN_THE_FUTURE',
      message: `is ${Math.round(aheadMs / 60_000)} minutes ahead of the server: check the clock of the device`,
    };
  }
  if (-aheadMs > eventRules.maximumAgeDays * 86_400_000) {
    return { refused: 'TOO_OLD', message: `is older than ${eventRules.maximumAgeDays} days` };
  }
  return { occurredAt: aheadMs > 0 ? receivedAt : occurredAt };
}
