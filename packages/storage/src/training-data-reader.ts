import {
  type CatalogueId,
  type EventType,
  type ItemId,
  itemId,
  itemNumber,
  type JsonObject,
  type ModelId,
} from '@kindling/domain';
import { type CatalogueItem, type EventTable, EventTableBuilder } from '@kindling/recommender';
import { execute, type Pool, type PoolClient, statement, transaction } from './database.js';
import { vectorOf } from './vector-store.js';

/** Everything a training needs of a catalogue, as it stood at one moment. */
export interface TrainingSource {
  /** Living items by number, with their vectors of the serving encoder. */
  readonly items: readonly CatalogueItem[];
  /** Events about these items, by person. A session without a profile is a person of its own. */
  readonly events: EventTable;
  readonly encoderModelId: ModelId | null;
  /** First and last event that was read; null when there were none. */
  readonly from: Date | null;
  readonly to: Date | null;
  /** Events about items that are gone or were never known. */
  readonly unknownItems: number;
  /** Events of profiles whose consent says `training: false`. */
  readonly withheld: number;
  /** Events that the catalogue has counted by now. */
  readonly countedEvents: number;
}

export interface TrainingSourceQuery {
  /** Events from here on. */
  readonly since: Date;
  /** Only the newest ones, where there are more. */
  readonly maximumEvents: number;
  readonly onProgress: (done: number, total: number) => void;
}

const itemsAtOnce = 1_000;
const eventsAtOnce = 10_000;

/**
 * Reads what a training needs in one snapshot, so that the events and the items belong together. Events come through a
 * cursor: memory holds the columns of the result (some 25 bytes an event), the contents of the items, and one batch.
 */
export function readTrainingSource(
  pool: Pool,
  catalogue: CatalogueId,
  query: TrainingSourceQuery,
): Promise<TrainingSource> {
  return transaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // sorting millions of events takes longer than any request may
    await client.query(`SELECT set_config('statement_timeout', '600000', true)`);
    const [head] = await execute(client, headSql, catalogue);
    const encoderModelId = head?.model ?? null;
    const items = await readContents(client, catalogue, encoderModelId);
    const events = await readEvents(client, catalogue, items, query);
    return { items, encoderModelId, countedEvents: head?.counted ?? 0, ...events };
  });
}

async function readContents(
  client: PoolClient,
  catalogue: CatalogueId,
  model: ModelId | null,
): Promise<CatalogueItem[]> {
  const items: CatalogueItem[] = [];
  for (let after = 0; ; ) {
    const rows = await execute(client, itemsSql, catalogue, model, after, itemsAtOnce);
    for (const { vector, number, id, ...content } of rows) {
      const item = { ...content, id: itemId(id), number: itemNumber(number) };
      items.push({ ...item, vector: vector === null ? null : vectorOf(vector) });
    }
    if (rows.length < itemsAtOnce) return items;
    after = rows.at(-1)?.number ?? after;
  }
}

async function readEvents(
  client: PoolClient,
  catalogue: CatalogueId,
  items: readonly CatalogueItem[],
  { since, maximumEvents, onProgress }: TrainingSourceQuery,
) {
  const indexOf = new Map<ItemId, number>(items.map(({ id }, index) => [id, index]));
  const [reach] = await execute(client, reachSql, catalogue, since, maximumEvents);
  const total = reach?.events ?? 0;
  const table = new EventTableBuilder();
  let [read, unknownItems, withheld] = [0, 0, 0];
  let person: string | null = null;
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  await client.query({ text: cursorSql, values: [catalogue, reach?.since ?? since] });
  for (;;) {
    const { rows } = await client.query<EventRow>({
      text: `FETCH ${eventsAtOnce} FROM training_events`,
      // an object for each of millions of rows is what would take the time
      rowMode: 'array',
    } as never);
    for (const [who, item, type, value, atMs, isWithheld] of rows) {
      const index = indexOf.get(item as ItemId);
      if (isWithheld) withheld++;
      else if (index === undefined) unknownItems++;
      else {
        if (who !== person) table.nextProfile();
        person = who;
        table.add({ item: index, type, value, atMs });
        fromMs = Math.min(fromMs, atMs);
        toMs = Math.max(toMs, atMs);
      }
    }
    read += rows.length;
    onProgress(read, Math.max(read, total));
    if (rows.length < eventsAtOnce) break;
  }
  const events = table.build();
  const some = events.length > 0;
  return {
    events,
    unknownItems,
    withheld,
    from: some ? new Date(fromMs) : null,
    to: some ? new Date(toMs) : null,
  };
}

type EventRow = readonly [
  person: string,
  item: string,
  type: EventType,
  value: number | null,
  atMs: number,
  isWithheld: boolean,
];

interface ItemContentRow {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly categories: string[];
  readonly tags: string[];
  readonly attributes: JsonObject;
  readonly price: number | null;
  readonly vector: Buffer | null;
}
const headSql = statement<{ model: ModelId | null; counted: number }, [CatalogueId]>(
  'training-head',
  `SELECT active_model_id AS model,
     (SELECT coalesce(sum(events), 0)::float8 FROM item_day WHERE catalogue_id = $1) AS counted
   FROM catalogue WHERE id = $1`,
);
const itemsSql = statement<ItemContentRow, [CatalogueId, ModelId | null, number, number]>(
  'training-items',
  `SELECT item.number::float8 AS number, item.id, item.title, item.description, item.categories, item.tags,
     item.attributes, item.price, v.vector
   FROM item LEFT JOIN item_vector AS v ON v.item_number = item.number AND v.model_id = $2
   WHERE item.catalogue_id = $1 AND item.deleted_at IS NULL AND item.number > $3::bigint
   ORDER BY item.number LIMIT $4`,
);
const told = `catalogue_id = $1 AND occurred_at >= $2 AND item_id IS NOT NULL AND type <> 'IMPRESSION'`;
const reachSql = statement<{ events: number; since: Date | null }, [CatalogueId, Date, number]>(
  'training-reach',
  `SELECT count(*)::float8 AS events, min(occurred_at) AS since
   FROM (SELECT occurred_at FROM event WHERE ${told} ORDER BY occurred_at DESC LIMIT $3) AS newest`,
);
// Names of sessions and profiles are kept apart by a first character that stands for which they are.
const cursorSql = `
  DECLARE training_events NO SCROLL CURSOR FOR
  SELECT coalesce('p' || e.profile_id, 's' || e.session_id), e.item_id, e.type, e.value,
    floor(extract(epoch FROM e.occurred_at) * 1000)::float8,
    coalesce(p.consent -> 'training' = 'false'::jsonb, false)
  FROM event AS e LEFT JOIN profile AS p ON p.catalogue_id = e.catalogue_id AND p.id = e.profile_id
  WHERE e.${told.replaceAll(' AND ', ' AND e.')}
  ORDER BY 1, e.occurred_at, e.id`;
