import { type ItemFilter, itemId, type JsonObject, profileId } from '@kindling/domain';
import type { LoggedVisit } from '@kindling/storage';
import { z } from 'zod';
import type { ListInput } from './list-request.js';

const ids = z.array(z.string()).default([]);
const loggedSchema = z.object({
  seed: z.string(),
  nowMs: z.number(),
  /** When it was ranked: later pages are shown later. Missing in lists that were logged before it was kept. */
  madeAtMs: z.number().optional(),
  first: z.number(),
  wantsCursors: z.boolean(),
  operation: z.union([
    z.object({ kind: z.literal('recommendations') }),
    z.object({ kind: z.literal('similarItems'), itemId: z.string().transform(itemId) }),
    z.object({ kind: z.literal('search'), query: z.string() }),
  ]),
  liked: ids,
  disliked: ids,
  interests: z.array(z.string()).default([]),
  attributes: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null).default({}),
  /** Written by ourselves, after it was checked. */
  filter: z.custom<ItemFilter>((value) => typeof value === 'object' && value !== null).optional(),
  excluded: ids,
  page: ids,
  cart: ids,
});

/** What the log keeps of a request beside the columns of its own: enough to make the list again. */
export function loggedRequest(input: ListInput, seed: string, madeAt: Date): JsonObject {
  const { operation, subject, filter } = input;
  const record = {
    seed,
    nowMs: input.now.getTime(),
    madeAtMs: madeAt.getTime(),
    first: input.first,
    wantsCursors: input.wantsCursors,
    operation,
    liked: subject.likedItemIds,
    disliked: subject.dislikedItemIds,
    interests: subject.interests,
    attributes: subject.attributes,
    filter,
    excluded: input.excludeItemIds,
    page: input.pageItemIds,
    cart: input.cartItemIds,
  };
  const isTold = (value: unknown) =>
    value !== undefined && (typeof value !== 'object' || Object.keys(value as object).length > 0);
  return JSON.parse(
    JSON.stringify(Object.fromEntries(Object.entries(record).filter(([, value]) => isTold(value)))),
  );
}

/** The request of a logged list, and when it was ranked (null: not kept); null where the log does not hold it. */
export function inputOfLogged(
  list: LoggedVisit,
): { readonly input: ListInput; readonly seed: string; readonly madeAt: Date | null } | null {
  const parsed = loggedSchema.safeParse(list.request);
  if (!parsed.success) return null;
  const {
    seed,
    nowMs,
    madeAtMs,
    liked,
    disliked,
    interests,
    attributes,
    excluded,
    page,
    cart,
    filter,
    ...told
  } = parsed.data;
  const input: ListInput = {
    ...told,
    filter,
    placement: list.placement,
    subject: {
      profileId: list.profileId === null ? null : profileId(list.profileId),
      sessionId: list.sessionId,
      likedItemIds: liked.map(itemId),
      dislikedItemIds: disliked.map(itemId),
      interests,
      attributes,
    },
    now: new Date(nowMs),
    excludeItemIds: excluded.map(itemId),
    pageItemIds: page.map(itemId),
    cartItemIds: cart.map(itemId),
  };
  const madeAt = madeAtMs === undefined ? null : new Date(madeAtMs);
  return { input, seed, madeAt };
}
