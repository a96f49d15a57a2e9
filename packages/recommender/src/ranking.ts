import { coldnesses } from '@kindling/domain';
import { z } from 'zod';
import { conflictReasons } from './rules/rule-conflict.js';

/**
 * A ranking is the whole answer in numbers: what a page is cut from and what its explanation is made from. It is
 * plain JSON, so that the next page can be answered hours later by another process with the same order, scores and
 * ledgers (JSON keeps a double exactly).
 */

export const termNames = [
  'exactTitle',
  'interest',
  'attributes',
  'search',
  'liked',
  'history',
  'cart',
  'similar',
  'meaning',
  'breadth',
  'lexical',
  'popularity',
  'freshness',
  'disliked',
  'diversity',
  'rule',
  'exploration',
  'collaborative',
] as const;
export type TermName = (typeof termNames)[number];

export const servedLevels = [
  'collaborative',
  'history',
  'interests',
  'similar',
  'search',
  'lexical',
  'popularity',
  'newest',
] as const;
export type ServedLevelName = (typeof servedLevels)[number];

export const degradedParts = ['encoder', 'vectors', 'evidence', 'subject', 'model'] as const;
export type DegradedPart = (typeof degradedParts)[number];

/** A sentence to be: a key of the message files and what goes into its braces. */
const messageSchema = z.object({
  key: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Message = z.output<typeof messageSchema>;

/** What a term compares a candidate with: a text, or an item by its number; of the term `rule`, the rule's key. */
const anchorReferenceSchema = z.union([
  z.object({ text: z.string() }),
  z.object({ item: z.number().int() }),
  z.object({ rule: z.string() }),
]);
export type AnchorReference = z.output<typeof anchorReferenceSchema>;

/** [index of the term in `termNames`, value, index of the anchor or -1, measure that the detail shows or null]. */
const ledgerEntrySchema = z.tuple([z.number().int(), z.number(), z.number().int(), z.number().nullable()]);
export type LedgerEntry = z.output<typeof ledgerEntrySchema>;

const slotSchema = z.object({
  item: z.number().int(),
  /** The sum of the ledger's values, added in the ledger's order. */
  score: z.number(),
  ledger: z.array(ledgerEntrySchema),
  coldness: z.enum(coldnesses),
  isExploration: z.boolean(),
  propensity: z.number().gt(0).max(1),
});
export type RankedSlot = z.output<typeof slotSchema>;

export const rankingSchema = z.object({
  format: z.literal(1),
  coldness: z.enum(coldnesses),
  served: z.object({ level: z.enum(servedLevels), why: messageSchema }),
  degraded: z.array(z.object({ part: z.enum(degradedParts), why: messageSchema })),
  segment: z.string().nullable(),
  anchors: z.array(anchorReferenceSchema),
  slots: z.array(slotSchema),
  /** Rules that acted and did not get their way, and who did; missing where there was none. */
  conflicts: z.exactOptional(
    z.array(z.object({ rule: z.string(), by: z.string().nullable(), why: z.enum(conflictReasons) })),
  ),
});
/** See the top of this file. Parse one that comes from outside the process with `rankingSchema`. */
export type Ranking = z.output<typeof rankingSchema>;
export type RankingDegradation = Ranking['degraded'][number];
