import type { CatalogueId, ProfileId } from '@kindling/domain';
import { execute, type Pool, statement, transaction } from './database.js';
import { dayCountsOf, type StorableEvent, sharedProfilesLock, storeEvents } from './event-store.js';

/** Whose answers they are. At least one id is given. */
export interface Answerer {
  readonly profileId: ProfileId | null;
  readonly sessionId: string | null;
}

export interface AnswerOutcome {
  readonly accepted: number;
  /** Given before in the same words. */
  readonly duplicates: number;
  /** Earlier answers to the same questions and cards, which count no more. */
  readonly replaced: number;
}

/**
 * Stores the answers of one call: all that it says of a question or a card stands in place of what this person said of
 * it in the flow before. An earlier answer goes as if it had never been given, out of the counts of days and of what
 * the last training counted; the same answer again is the event that is there. Committed when it resolves.
 *
 * A person's calls take turns: of two at once, one replaces the other.
 */
export async function storeAnswers(
  pool: Pool,
  catalogue: CatalogueId,
  segmentAttribute: string | null,
  {
    flow,
    answerer,
    events,
  }: { readonly flow: string; readonly answerer: Answerer; readonly events: readonly StorableEvent[] },
): Promise<AnswerOutcome> {
  const { profileId, sessionId } = answerer;
  return transaction(pool, async (client) => {
    await execute(client, sharedProfilesLock, catalogue);
    await execute(client, turnLock, catalogue, flow, profileId ?? sessionId ?? '');
    const questions = events.flatMap(({ attributes }) => attributes['question'] ?? []).map(String);
    const items = events.flatMap(({ itemId }) => itemId ?? []);
    const [row] = await execute(
      client,
      replaceSql,
      catalogue,
      segmentAttribute,
      flow,
      profileId,
      sessionId,
      questions,
      items,
      events.map(({ id }) => id),
    );
    const stored = await storeEvents(client, catalogue, events, segmentAttribute);
    return {
      accepted: stored.size,
      duplicates: events.length - stored.size,
      replaced: row?.replaced ?? 0,
    };
  });
}

const turnLock = statement<never, [CatalogueId, string, string]>(
  'answers-turn',
  `SELECT pg_advisory_xact_lock(hashtextextended(concat_ws(E'\\n', 'kindling answers', $1::text, $2::text, $3::text), 0))`,
);

type Texts = readonly string[];
// What somebody answered before they were known by a profile is theirs as well.
const replaceSql = statement<
  { replaced: number },
  [CatalogueId, string | null, string, ProfileId | null, string | null, Texts, Texts, Texts]
>(
  'answers-replace',
  `WITH me AS (
     SELECT coalesce((SELECT merged_into FROM profile WHERE catalogue_id = $1::text AND id = $4::text), $4::text) AS id),
   replaced AS (
     DELETE FROM event AS e USING me
     WHERE e.catalogue_id = $1::text AND e.attributes ->> 'onboarding' = $3::text
       AND (e.profile_id = me.id OR (e.profile_id IS NULL AND e.session_id = $5::text))
       AND (e.attributes ->> 'question' = ANY ($6::text[]) OR e.item_id = ANY ($7::text[]))
       AND e.id <> ALL ($8::text[])
     RETURNING e.*),
   uncounted AS (
     UPDATE item_day AS d SET events = d.events - c.events, value_sum = d.value_sum - c.value_sum, changed_at = clock_timestamp()
     FROM (${dayCountsOf('replaced')}) AS c
     WHERE d.catalogue_id = c.catalogue_id AND d.item_id = c.item_id AND d.segment = c.segment AND d.type = c.type AND d.day = c.day),
   known AS (
     UPDATE training_run AS t SET counted_events = t.counted_events - (
       SELECT count(*) FROM replaced AS e WHERE e.item_id IS NOT NULL AND e.type <> 'IMPRESSION' AND e.received_at <= t.created_at)
     WHERE t.catalogue_id = $1::text AND t.number = (SELECT max(number) FROM training_run WHERE catalogue_id = $1::text))
   SELECT count(*)::int AS replaced FROM replaced`,
);
