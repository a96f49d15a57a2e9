import {
  type CatalogueId,
  type ItemNumber,
  itemNumber,
  type JsonObject,
  type RecommendationId,
} from '@kindling/domain';
import { execute, type Pool, type Queryable, statement } from './database.js';
import { countNewItems } from './item-exposure-sql.js';
import { jsonParameter } from './json-parameter.js';

/** What was shown in one answer: the row that attribution, experiments and off-policy evaluation stand on. */
export interface Exposure {
  readonly id: RecommendationId;
  readonly catalogue: CatalogueId;
  readonly operation: string;
  readonly placement: string;
  readonly profileId: string | null;
  readonly sessionId: string | null;
  readonly strategyKey: string;
  readonly strategyVersion: number;
  readonly experimentKey: string | null;
  readonly variantKey: string | null;
  /** The encoder's. */
  readonly modelId: string | null;
  readonly trainedModelId: string | null;
  readonly coldness: string;
  readonly servedLevel: string;
  readonly degraded: readonly { readonly part: string; readonly reason: string }[];
  /** Rank of the first slot: larger than 1 on a later page, which is an exposure of its own. */
  readonly firstRank: number;
  readonly slots: readonly {
    readonly item: ItemNumber;
    readonly score: number;
    readonly propensity: number;
    readonly isExploration: boolean;
    /** Of an interleaved list: the position of the variant that drafted it. */
    readonly team?: number | null;
  }[];
  /** What was asked, for whoever makes the list again; parsed where it is used. */
  readonly request: JsonObject;
  readonly createdAt: Date;
}

export interface RecommendationLogOptions {
  readonly maximumWaiting?: number;
  readonly flushMs?: number;
  readonly onError?: (error: unknown, waiting: number) => void;
}

/**
 * Writes exposures in groups, after the answer has gone out: a list does not wait for the log's disk. What waits is
 * bounded; while the database is away the oldest are dropped, and counted, rather than the process's memory filled.
 */
export class RecommendationLog {
  private waiting: Exposure[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private lost = 0;
  private readonly options: Required<RecommendationLogOptions>;

  constructor(
    private readonly pool: Pool,
    options: RecommendationLogOptions = {},
  ) {
    this.options = { maximumWaiting: 20_000, flushMs: 50, onError: () => {}, ...options };
  }

  /** Exposures that were dropped so far. */
  get dropped(): number {
    return this.lost;
  }

  add(exposure: Exposure): void {
    this.waiting.push(exposure);
    if (this.waiting.length > this.options.maximumWaiting) {
      this.lost += this.waiting.length - this.options.maximumWaiting;
      this.waiting = this.waiting.slice(-this.options.maximumWaiting);
    }
    this.timer ??= setTimeout(() => void this.flush(), this.options.flushMs);
  }

  /** Resolves when everything added so far is written, or has failed and waits for the next try. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.writeAll());
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, 500);
      try {
        await execute(this.pool, insertSql, jsonParameter(group.map(rowOf)));
      } catch (error) {
        this.waiting = [...group, ...this.waiting].slice(-this.options.maximumWaiting);
        this.options.onError(error, this.waiting.length);
        this.timer ??= setTimeout(() => void this.flush(), 1_000);
        return;
      }
    }
  }
}

function rowOf(exposure: Exposure) {
  return {
    id: exposure.id,
    catalogue_id: exposure.catalogue,
    operation: exposure.operation,
    placement: exposure.placement,
    profile_id: exposure.profileId,
    session_id: exposure.sessionId,
    strategy_key: exposure.strategyKey,
    strategy_version: exposure.strategyVersion,
    experiment_key: exposure.experimentKey,
    variant_key: exposure.variantKey,
    model_id: exposure.modelId,
    trained_model_id: exposure.trainedModelId,
    coldness: exposure.coldness,
    served_level: exposure.servedLevel,
    degraded: exposure.degraded,
    first_rank: exposure.firstRank,
    item_numbers: exposure.slots.map((slot) => slot.item),
    scores: exposure.slots.map((slot) => slot.score),
    propensities: exposure.slots.map((slot) => slot.propensity),
    explorations: exposure.slots.map((slot) => slot.isExploration),
    request: exposure.request,
    teams: exposure.slots.some(({ team = null }) => team !== null)
      ? exposure.slots.map(({ team = null }) => team)
      : [],
    created_at: exposure.createdAt,
  };
}

// A catalogue that was deleted meanwhile takes its exposures with it. `simulated` follows the profile.
const columns = `id, catalogue_id, operation, placement, profile_id, session_id, strategy_key, strategy_version,
  experiment_key, variant_key, model_id, trained_model_id, coldness, served_level, degraded, first_rank, item_numbers,
  scores, propensities, explorations, request, teams, created_at`;
/*
 * What explored, and what of it is new, is counted with the row that says so, once whatever is tried again. The trials are locked in order,
 * so that two processes with the same new items wait for each other instead of deadlocking.
 */
const insertSql = statement<never, [string]>(
  'recommendation-insert',
  `WITH logged AS (
     INSERT INTO recommendation (${columns}, simulated)
     SELECT ${columns.replace(/(\w+)/g, 'r.$1')}, coalesce(p.simulated, false)
     FROM json_to_recordset($1::json) AS r (id uuid, catalogue_id text, operation text, placement text, profile_id text,
       session_id text, strategy_key text, strategy_version integer, experiment_key text, variant_key text, model_id text,
       trained_model_id uuid, coldness text, served_level text, degraded jsonb, first_rank integer, item_numbers bigint[],
       scores real[], propensities real[], explorations boolean[], request jsonb, teams integer[], created_at timestamptz)
     JOIN catalogue AS c ON c.id = r.catalogue_id
     LEFT JOIN profile AS p ON p.catalogue_id = r.catalogue_id AND p.id = r.profile_id
     ON CONFLICT (id) DO NOTHING RETURNING catalogue_id, item_numbers, explorations, created_at),
   ${countNewItems('logged')},
   explored AS (
     SELECT s.number, count(*)::int AS slots
     FROM logged AS l CROSS JOIN LATERAL unnest(l.item_numbers, l.explorations) AS s (number, explores)
     WHERE true = ANY (l.explorations) AND s.explores GROUP BY s.number),
   locked AS (
     SELECT t.item_number, e.slots FROM item_trial AS t JOIN explored AS e ON e.number = t.item_number
     ORDER BY t.item_number FOR UPDATE OF t)
   UPDATE item_trial AS t SET impressions = t.impressions + locked.slots
   FROM locked WHERE t.item_number = locked.item_number`,
);

/** A list as it was shown. */
export interface LoggedList {
  readonly operation: string;
  readonly placement: string;
  readonly profileId: string | null;
  readonly sessionId: string | null;
  readonly strategyKey: string;
  readonly strategyVersion: number;
  /** Both null: it was part of no experiment. */
  readonly experimentKey: string | null;
  readonly variantKey: string | null;
  readonly modelId: string | null;
  readonly trainedModelId: string | null;
  readonly firstRank: number;
  readonly slots: readonly {
    readonly item: ItemNumber;
    readonly score: number;
    readonly isExploration: boolean;
  }[];
  /** Drafted from two rankings: no single strategy makes it again. */
  readonly isInterleaved: boolean;
  /** Null: logged before requests were kept. */
  readonly request: unknown;
  readonly createdAt: Date;
}

export async function findLoggedList(
  db: Queryable,
  catalogue: CatalogueId,
  id: string,
): Promise<LoggedList | null> {
  const [row] = await execute(db, findSql, catalogue, id);
  if (!row) return null;
  const { items, scores, explorations, ...list } = row;
  return {
    ...list,
    slots: items.map((item, index) => ({
      item: itemNumber(item),
      score: scores[index] ?? 0,
      isExploration: explorations[index] ?? false,
    })),
  };
}

interface LoggedRow extends Omit<LoggedList, 'slots'> {
  readonly items: readonly number[];
  readonly scores: readonly number[];
  readonly explorations: readonly boolean[];
}
const findSql = statement<LoggedRow, [CatalogueId, string]>(
  'recommendation-find',
  `SELECT operation, placement, profile_id AS "profileId", session_id AS "sessionId",
     strategy_key AS "strategyKey", strategy_version AS "strategyVersion", experiment_key AS "experimentKey", variant_key AS "variantKey",
     model_id AS "modelId", trained_model_id::text AS "trainedModelId",
     first_rank AS "firstRank", item_numbers::float8[] AS items, scores::float8[] AS scores, explorations, request,
     cardinality(teams) > 0 AS "isInterleaved", created_at AS "createdAt"
   FROM recommendation WHERE catalogue_id = $1 AND id = $2::uuid`,
);
