import { seededRandom } from '@kindling/domain';
import {
  type ArmPosterior,
  addBanditSlices,
  type BanditSlice,
  banditArms,
  banditShares,
  dimensions,
} from '@kindling/experiments';
import { z } from 'zod';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { type ExperimentRow, experimentColumns, experimentOf } from './experiment-row.js';
import { readStatistics } from './statistic-store.js';

/** Shares that a bandit served for a while. */
export interface ExperimentRound {
  readonly round: number;
  readonly startedAt: Date;
  /** By variant, like everything below. */
  readonly shares: readonly number[];
  /** What was known when the round began. */
  readonly arms: readonly ArmPosterior[];
  /** Units that came in it; empty in the last two rounds, which may still grow. */
  readonly units: readonly number[];
  /** Of all rounds until this one, by trait; empty but in the newest round that is counted. */
  readonly slices: readonly BanditSlice[];
}

/** The newest rounds, at most `limit`, the oldest of them first. */
export async function listRounds(
  db: Queryable,
  experiment: number,
  limit: number,
): Promise<readonly ExperimentRound[]> {
  const rows = await execute(db, listSql, experiment, limit);
  return rows
    .map((row) => ({ ...row, arms: armsSchema.parse(row.arms), slices: slicesSchema.parse(row.slices) }))
    .reverse();
}

/**
 * Begins the next round of a bandit that is due, by the statistics as they stand: whoever is let in from now on is
 * assigned by the new shares, who is in keeps the arm. Answers its number; null when none is due. The draws follow from
 * the salt and the round, so a run that died and comes again makes the same shares of the same statistics.
 */
export function beginRound(pool: Pool, number: number): Promise<number | null> {
  return transaction(pool, async (client) => {
    const [row] = await execute(client, dueSql, number);
    if (!row) return null;
    const { definition, frozen, salt, round } = experimentOf(row);
    const primary = frozen?.metrics[0];
    if (!primary) return null;
    const arms = banditArms(definition, primary, await readStatistics(client, number));
    const sign = primary.better === 'LOWER' ? -1 : 1;
    const next = round + 1;
    // an arm of weight 0 stays out: it is there for forced variants
    const open = definition.variants.flatMap(({ weight }, at) => (weight > 0 ? [at] : []));
    const given = banditShares(
      open.map((at) => {
        const { n, mean, standardError } = arms[at] ?? nothing;
        return { n, mean: sign * mean, standardError };
      }),
      { floor: definition.bandit.floor, random: seededRandom(`${salt} round ${next}`) },
    );
    const shares = definition.variants.map((_, at) => given[open.indexOf(at)] ?? 0);
    await countRound(client, number, next - 2, definition.variants.length);
    await execute(client, beginSql, number, next, shares, JSON.stringify(arms));
    await execute(client, serveSql, number, next, shares);
    return next;
  });
}

/** Who came in a round, once: everybody, and by trait added to the rounds before. */
async function countRound(client: PoolClient, number: number, round: number, arms: number): Promise<void> {
  const [counted] = await execute(client, roundSql, number, round);
  if (!counted) return;
  const rows = await execute(client, traitsSql, number, round);
  const unitsOf = (dimension: string, value: string) =>
    Array.from(
      { length: arms },
      (_, arm) =>
        rows.find((row) => row.dimension === dimension && row.value === value && row.variant === arm)?.n ?? 0,
    );
  const slices = dimensions.flatMap((dimension) => {
    const values = new Set(rows.flatMap((row) => (row.dimension === dimension ? [row.value] : [])));
    return [...values].map((value) => ({ dimension, value, units: unitsOf(dimension, value) }));
  });
  const before = slicesSchema.parse(counted.before);
  const after = addBanditSlices(before, slices, counted.shares);
  await execute(client, countSql, number, round, unitsOf('all', ''), JSON.stringify(after));
}

const nothing: ArmPosterior = { n: 0, mean: 0, standardError: 0 };
const armsSchema = z.array(z.object({ n: z.number(), mean: z.number(), standardError: z.number() }));

const counts = z.array(z.number());
const slicesSchema = z.array(
  z.object({ dimension: z.enum(dimensions), value: z.string(), units: counts, expected: counts }),
);

// NO KEY: exposures refer to the experiment, and are to be written while the statistics are read.
const dueSql = statement<ExperimentRow, [number]>(
  'round-due',
  `SELECT ${experimentColumns} FROM experiment AS e
   WHERE number = $1::bigint AND status = 'RUNNING' AND definition ->> 'kind' = 'BANDIT' AND NOT killed
     AND coalesce((SELECT started_at FROM experiment_round WHERE experiment = e.number AND round = e.round), e.started_at)
       <= clock_timestamp() - (definition #>> '{bandit,everyMinutes}')::float8 * interval '1 minute'
   FOR NO KEY UPDATE`,
);
// Processes follow within seconds, so units of a round come until a little after the next one has begun.
const roundSql = statement<{ shares: number[]; before: unknown }, [number, number]>(
  'round-to-count',
  `SELECT shares, coalesce((SELECT slices FROM experiment_round WHERE experiment = $1::bigint AND round = $2::int - 1), '[]')
     AS before
   FROM experiment_round WHERE experiment = $1::bigint AND round = $2::int`,
);
const traitsSql = statement<
  { dimension: string; value: string; variant: number; n: number },
  [number, number]
>(
  'round-traits',
  `SELECT dimension, value, variant, count(*)::float8 AS n FROM experiment_exposure AS x
   CROSS JOIN LATERAL (VALUES ('all', ''), ('coldness', x.coldness), ('device', x.device), ('locale', x.locale),
     ('category', x.category)) AS d (dimension, value)
   WHERE x.experiment = $1::bigint AND x.round = $2::int AND NOT x.several_arms AND (value <> '' OR dimension = 'all')
   GROUP BY dimension, value, variant`,
);
const countSql = statement<never, [number, number, readonly number[], string]>(
  'round-count',
  `UPDATE experiment_round SET units = CASE WHEN round = $2::int THEN $3::bigint[] ELSE units END,
     slices = CASE WHEN round = $2::int THEN $4::jsonb ELSE '[]' END
   WHERE experiment = $1::bigint AND round IN ($2::int, $2::int - 1)`,
);
const beginSql = statement<never, [number, number, readonly number[], string]>(
  'round-begin',
  `INSERT INTO experiment_round (experiment, round, shares, arms, units)
   VALUES ($1::bigint, $2::int, $3::float8[], $4::jsonb, '{}')`,
);
const serveSql = statement<never, [number, number, readonly number[]]>(
  'round-serve',
  'UPDATE experiment SET round = $2::int, shares = $3::float8[], revision = revision + 1 WHERE number = $1::bigint',
);
interface RoundRow extends Omit<ExperimentRound, 'arms' | 'slices'> {
  readonly arms: unknown;
  readonly slices: unknown;
}
const listSql = statement<RoundRow, [number, number]>(
  'round-list',
  `SELECT round, started_at AS "startedAt", shares, arms, units::float8[] AS units, slices FROM experiment_round
   WHERE experiment = $1::bigint ORDER BY round DESC LIMIT $2`,
);
