import { type CatalogueId, type ItemId, itemId, KindlingError } from '@kindling/domain';
import {
  defaultFlow,
  type InteractionMatrix,
  type OnboardingFlow,
  onboardingFlowSchema,
} from '@kindling/recommender';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';

export interface StoredFlow {
  readonly flow: OnboardingFlow;
  /** 0: the one that every catalogue has until somebody writes it. */
  readonly version: number;
}

const mostFlows = 50;

export async function listFlows(db: Queryable, catalogue: CatalogueId): Promise<readonly StoredFlow[]> {
  const stored = (await execute(db, listSql, catalogue)).map(flowOf);
  const isThere = stored.some(({ flow }) => flow.key === defaultFlow.key);
  return isThere ? stored : [{ flow: defaultFlow, version: 0 }, ...stored];
}

export async function findFlow(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
): Promise<StoredFlow | null> {
  const [row] = await execute(db, findSql, catalogue, key);
  if (row) return flowOf(row);
  return key === defaultFlow.key ? { flow: defaultFlow, version: 0 } : null;
}

/** Makes or changes a flow; `expectedVersion` is the one that the editor saw, 0 for a new one. */
export async function saveFlow(
  pool: Pool,
  catalogue: CatalogueId,
  flow: OnboardingFlow,
  { expectedVersion, actor }: { readonly expectedVersion: number; readonly actor: string },
): Promise<StoredFlow> {
  return transaction(pool, async (client) => {
    const before = await execute(client, listSql, catalogue);
    if (expectedVersion === 0 && before.length >= mostFlows) {
      throw new KindlingError('BAD_INPUT', `A catalogue has at most ${mostFlows} flows`, {
        field: 'config.key',
      });
    }
    const [row] = await execute(client, saveSql, catalogue, flow.key, expectedVersion, JSON.stringify(flow));
    if (!row) {
      const current = before.find(({ key }) => key === flow.key);
      throw new KindlingError(
        'CONFLICT',
        `Flow "${flow.key}" is not at version ${expectedVersion} any more: look at the other change, then save`,
        {
          field: 'expectedVersion',
          ...(current && { current: JSON.parse(JSON.stringify(flowOf(current))) }),
        },
      );
    }
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'onboarding.save',
      target: flow.key,
      detail: { version: row.version, flow: JSON.parse(JSON.stringify(flow)) },
    });
    return flowOf(row);
  });
}

/** Who liked what, of people whose ids hash lowest: at most `people`, as good as drawn at random. */
export async function readLikes(
  db: Queryable,
  catalogue: CatalogueId,
  people: number,
): Promise<InteractionMatrix> {
  const rows = await execute(db, likesSql, catalogue, people);
  const numbers = new Map<string, number>();
  const likedBy = new Map<ItemId, number[]>();
  for (const { profile, item } of rows) {
    const number = numbers.get(profile) ?? numbers.size;
    numbers.set(profile, number);
    const fans = likedBy.get(itemId(item));
    if (fans) fans.push(number);
    else likedBy.set(itemId(item), [number]);
  }
  return { profiles: numbers.size, likedBy };
}

export interface FlowStatistics {
  /** People who answered, liked, disliked or skipped anything. */
  readonly people: number;
  readonly cards: readonly {
    readonly itemId: string;
    readonly liked: number;
    readonly disliked: number;
    readonly skipped: number;
  }[];
  readonly answers: readonly {
    readonly question: string;
    readonly option: string;
    readonly people: number;
  }[];
}

export async function readFlowStatistics(
  db: Queryable,
  catalogue: CatalogueId,
  flow: string,
): Promise<FlowStatistics> {
  const [people] = await execute(db, peopleSql, catalogue, flow);
  const cards = await execute(db, cardsSql, catalogue, flow);
  const answers = await execute(db, answersSql, catalogue, flow);
  return { people: people?.people ?? 0, cards, answers };
}

interface FlowRow {
  readonly key: string;
  readonly version: number;
  readonly config: unknown;
}
const columns = 'key, version, config';
const listSql = statement<FlowRow, [CatalogueId]>(
  'flow-list',
  `SELECT ${columns} FROM onboarding_flow WHERE catalogue_id = $1 ORDER BY key`,
);
const findSql = statement<FlowRow, [CatalogueId, string]>(
  'flow-find',
  `SELECT ${columns} FROM onboarding_flow WHERE catalogue_id = $1 AND key = $2`,
);
const saveSql = statement<FlowRow, [CatalogueId, string, number, string]>(
  'flow-save',
  `WITH made AS (
     INSERT INTO onboarding_flow (catalogue_id, key, config)
     SELECT $1, $2, $4::jsonb WHERE $3::int = 0 ON CONFLICT DO NOTHING RETURNING ${columns}),
   changed AS (
     UPDATE onboarding_flow SET version = version + 1, config = $4::jsonb, updated_at = now()
     WHERE catalogue_id = $1 AND key = $2 AND version = $3::int RETURNING ${columns})
   SELECT ${columns} FROM made UNION ALL SELECT ${columns} FROM changed`,
);
const likesSql = statement<{ profile: string; item: string }, [CatalogueId, number]>(
  'flow-likes',
  `WITH people AS (
     SELECT id FROM profile WHERE catalogue_id = $1 AND merged_into IS NULL ORDER BY hashtext(id), id LIMIT $2)
   SELECT people.id AS profile, e.item_id AS item FROM people CROSS JOIN LATERAL (
     SELECT DISTINCT item_id FROM (
       SELECT item_id FROM event WHERE catalogue_id = $1 AND profile_id = people.id AND item_id IS NOT NULL
         AND (type IN ('FAVOURITE', 'ADD_TO_CART', 'PURCHASE') OR (type = 'RATING' AND value > 3))
       ORDER BY occurred_at DESC LIMIT 200) AS newest) AS e
   ORDER BY people.id, e.item_id`,
);
const person = `coalesce('p' || profile_id, 's' || session_id)`;
const ofFlow = `catalogue_id = $1 AND attributes ->> 'onboarding' = $2`;
const peopleSql = statement<{ people: number }, [CatalogueId, string]>(
  'flow-people',
  `SELECT count(DISTINCT ${person})::int AS people FROM event WHERE ${ofFlow}`,
);
const cardsSql = statement<FlowStatistics['cards'][number], [CatalogueId, string]>(
  'flow-cards',
  `SELECT item_id AS "itemId", count(DISTINCT ${person}) FILTER (WHERE type = 'FAVOURITE')::int AS liked,
     count(DISTINCT ${person}) FILTER (WHERE type = 'DISLIKE')::int AS disliked,
     count(DISTINCT ${person}) FILTER (WHERE type = 'IMPRESSION')::int AS skipped
   FROM event WHERE ${ofFlow} AND item_id IS NOT NULL GROUP BY item_id ORDER BY count(*) DESC, item_id LIMIT 200`,
);
const answersSql = statement<FlowStatistics['answers'][number], [CatalogueId, string]>(
  'flow-answers',
  `SELECT attributes ->> 'question' AS question, query AS option, count(DISTINCT ${person})::int AS people
   FROM event WHERE ${ofFlow} AND type = 'SEARCH' GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2 LIMIT 500`,
);

const flowOf = ({ version, config }: FlowRow): StoredFlow => ({
  flow: onboardingFlowSchema.parse(config),
  version,
});
