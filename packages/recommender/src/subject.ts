import type { ItemId, JsonObject, ProfileId } from '@kindling/domain';

/** Whom a list is for: whatever is known, in any combination; nothing known is a subject too. */
export interface Subject {
  readonly profileId?: ProfileId | null;
  readonly sessionId?: string | null;
  readonly likedItemIds?: readonly ItemId[];
  readonly dislikedItemIds?: readonly ItemId[];
  /** Free text: search words, a campaign, a bio. */
  readonly interests?: readonly string[];
  readonly attributes?: JsonObject;
}

/** What is used of a subject at most, whatever a caller sends: the rest is left out, first come first kept. */
export const subjectLimits = {
  interests: 5,
  interestCharacters: 500,
  likedItems: 10,
  dislikedItems: 5,
  attributes: 20,
} as const;
