import { createHash } from 'node:crypto';
import type { JsonObject } from '@kindling/domain';
import { type Ranking, rankingSchema } from '@kindling/recommender';
import { z } from 'zod';
import type { Trial } from './experiments/trials.js';
import { loggedRequest } from './logged-request.js';
import type { ListOrder, Showing } from './recommendations.js';
import type { LoadedStrategy } from './runtime/catalogue-runtime.js';

/** A ranking as it is kept for its later pages, with everything that an answer says of the whole list. */
export const storedRankingSchema = z.object({
  /** What was asked, hashed: a cursor continues its own list, not another one. */
  asked: z.string(),
  profileId: z.string().nullable(),
  strategy: z.object({ key: z.string(), version: z.number(), name: z.string() }),
  experiment: z
    .object({
      experiment: z.string(),
      version: z.number(),
      variant: z.string(),
      counted: z.boolean(),
      tag: z.string(),
    })
    .nullable(),
  /** Parts that did not work, besides those of the ranking. */
  degraded: z.array(z.object({ part: z.string(), reason: z.string() })),
  /** The trained model that it was made with. */
  model: z.object({ id: z.string(), number: z.number() }).nullable().default(null),
  /** For the log: see logged-request.ts. */
  request: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
  ranking: rankingSchema,
  /** Slots of a page, where the list's arm says so. */
  size: z.number().nullable().default(null),
  /** Of an interleaved list, by slot: the position of the variant that drafted it. */
  teams: z.array(z.number()).nullable().default(null),
});
export type StoredRanking = z.output<typeof storedRankingSchema>;

export const storedRanking = (
  order: ListOrder,
  { key, version, name }: LoadedStrategy,
  trial: Trial | null,
  model: StoredRanking['model'],
  ranking: Ranking,
  { seed, shownAt }: Showing,
): StoredRanking => ({
  request: loggedRequest(order, seed, shownAt),
  asked: askedHash(order),
  profileId: order.subject.profileId ?? null,
  strategy: { key, version, name },
  experiment: trial && experimentOf(trial),
  degraded: [],
  model,
  ranking,
  size: trial?.arm.size ?? null,
  teams: null,
});

const experimentOf = ({ running, variant, counted, isInterleaved }: Trial) => ({
  experiment: running.experiment.key,
  version: running.experiment.version,
  variant: isInterleaved ? 'interleaved' : (running.experiment.definition.variants[variant]?.key ?? ''),
  counted,
  tag: running.tag,
});

export const askedHash = ({ operation, placement, subject }: ListOrder) =>
  createHash('sha256')
    .update(JSON.stringify([operation, placement, subject.profileId ?? null, subject.sessionId ?? null]))
    .digest('base64url');
