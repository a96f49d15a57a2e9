import { countedUntil, experimentTag, maturityHours } from '@kindling/experiments';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { type Experiment, type ExperimentRow, experimentColumns, experimentOf } from './experiment-row.js';
import { eventTypesOf, outcomeSql } from './outcome-sql.js';
import { addChangesSql, rebuildSql } from './statistic-sql.js';

/*
 * How outcomes follow events. `look` marks as dirty whoever has new events, a new exposure, or a window that is over,
 * and moves the mark in the same transaction. `rollUpBatch` takes dirty units, works their outcomes out anew from ALL
 * of their events, and puts the difference to what was counted before into the statistics, in one transaction. So a
 * late event is like any other, doing a step again changes nothing, and a process that dies loses nothing: its dirty
 * units are still there.
 *
 * The row of experiment_roll_up is the lock: batches share it, because each has units of its own (by a hash, one batch
 * a share at a time); whoever moves the mark or adds everything up anew takes it alone. A process that hangs in its transaction loses it.
 */

/** Running experiments, and stopped ones for a week of late events, that nobody has looked at for `restMs`. */
export async function findExperimentsToRollUp(db: Queryable, restMs: number): Promise<readonly number[]> {
  return (await execute(db, findSql, restMs)).map(({ number }) => number);
}

export interface RollUpOptions {
  /** Units in one transaction. */
  readonly batch?: number;
  readonly signal?: AbortSignal;
  /** Failpoints: in the transaction of a batch, with everything written, and after its commit. */
  readonly beforeCommit?: () => void;
  readonly onBatch?: () => void;
}

/** Batches at once: each is one connection of the server, and so one core. */
const lanes = 2;

/** Brings one experiment up to date. Answers how many marks of units were worked off. */
export async function rollUpExperiment(
  pool: Pool,
  number: number,
  options: RollUpOptions = {},
): Promise<number> {
  const { batch = 200_000, signal, beforeCommit, onBatch } = options;
  await look(pool, number);
  await rebuildWhereMarked(pool, number);
  let counted = 0;
  const count = async (lane: number) => {
    for (;;) {
      signal?.throwIfAborted();
      const done = await rollUpBatch(pool, number, lane, batch, beforeCommit);
      onBatch?.();
      counted += done;
      if (done < batch) return;
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: lanes }, (_, lane) => count(lane)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  if (await fixCaps(pool, number)) await rebuildWhereMarked(pool, number);
  return counted;
}

function look(pool: Pool, number: number): Promise<void> {
  return transaction(pool, async (client) => {
    await prepare(client);
    const [mark] = await execute(client, lockSql, number);
    if (!mark) return;
    const { catalogue, definition, frozen } = await expect(client, number);
    const unit = definition.unit === 'PROFILE' ? 'profile_id' : 'session_id';
    const values = [number, catalogue, mark.rolled_to, mark.horizon];
    await client.query(
      `INSERT INTO experiment_dirty (experiment, unit)
       SELECT DISTINCT x.experiment, x.counted_as FROM experiment_exposure AS x
       WHERE x.experiment = $1::bigint AND x.catalogue_id = $2 AND x.counted_as IN (
         SELECT e.${unit} FROM event AS e WHERE e.catalogue_id = $2 AND e.received_at >= $3 AND e.received_at < $4
           AND e.type = ANY($5::text[]) GROUP BY e.${unit})`,
      [...values, eventTypesOf(frozen?.metrics ?? [])],
    );
    const windows = new Set((frozen?.metrics ?? []).map(maturityHours).filter((hours) => hours > 0));
    for (const hours of windows) {
      await client.query(
        `INSERT INTO experiment_dirty (experiment, unit)
         SELECT DISTINCT experiment, counted_as FROM experiment_exposure WHERE experiment = $1::bigint AND catalogue_id = $2
           AND exposed_at > $3::timestamptz - $5 * interval '1 hour' AND exposed_at <= $4::timestamptz - $5 * interval '1 hour'`,
        [...values, hours],
      );
    }
    await execute(client, advanceSql, number, mark.horizon);
  });
}

/** Answers how many marks it took. */
function rollUpBatch(
  pool: Pool,
  number: number,
  lane: number,
  limit: number,
  beforeCommit: () => void = () => {},
): Promise<number> {
  return transaction(pool, async (client) => {
    await prepare(client);
    await execute(client, laneSql, `${number}/${lane}`);
    const [mark] = await execute(client, shareSql, number);
    if (!mark) return 0;
    const experiment = await expect(client, number);
    // Taken out first: whoever marks one of them from now on marks it for the next batch.
    await client.query('CREATE TEMP TABLE taken (unit text PRIMARY KEY) ON COMMIT DROP');
    const gone = await client.query<{ marks: number }>(takeSql, [number, lane, lanes, limit]);
    const marks = gone.rows[0]?.marks ?? 0;
    if (marks > 0) await recount(client, experiment, mark);
    beforeCommit();
    return marks;
  });
}

async function recount(
  client: PoolClient,
  experiment: Experiment,
  mark: Pick<Mark, 'rolled_to' | 'caps'>,
): Promise<void> {
  const { number, catalogue, key, version, definition, frozen, startedAt, stoppedAt } = experiment;
  // a fixed horizon is read once: what comes after it must not move the reading
  const until = startedAt && countedUntil(definition, startedAt, stoppedAt);
  await client.query(`CREATE TEMP TABLE exposed (unit text PRIMARY KEY, variant integer, exposed_at timestamptz, day date,
    coldness text, device text, locale text, category text) ON COMMIT DROP`);
  await client.query(exposedSql, [number, catalogue, until]);
  await client.query('ANALYZE exposed');
  await client.query(
    'CREATE TEMP TABLE counted (unit text PRIMARY KEY, amounts bigint[] NOT NULL) ON COMMIT DROP',
  );
  const sql = outcomeSql(
    { metrics: frozen?.metrics ?? [], tag: experimentTag(catalogue, key, version), unit: definition.unit },
    'exposed',
  );
  await client.query(`INSERT INTO counted (unit, amounts) ${sql}`, [
    catalogue,
    mark.rolled_to,
    until ?? mark.rolled_to,
  ]);
  await client.query('ANALYZE counted (unit)');
  await client.query(`CREATE TEMP TABLE changes (unit text, variant integer, day date, coldness text, device text,
    locale text, category text, amounts bigint[], sign integer) ON COMMIT DROP`);
  await client.query(changesSql, [number]);
  await client.query(
    'DELETE FROM experiment_outcome AS o USING changes AS c WHERE o.experiment = $1::bigint AND o.unit = c.unit AND c.sign < 0',
    [number],
  );
  await client.query(
    `INSERT INTO experiment_outcome (experiment, unit, variant, day, coldness, device, locale, category, amounts)
     SELECT $1::bigint, unit, variant, day, coldness, device, locale, category, amounts FROM changes WHERE sign > 0`,
    [number],
  );
  // last: another batch that counts into the same sums waits from here to the commit
  await client.query(addChangesSql, [number, mark.caps]);
}

/**
 * Where heavy tails are cut: the 99.9th percentile of all units, whatever their arm. Fixed when every arm has reached
 * its minimum, which is when results can be seen for the first time; never moved again.
 */
function fixCaps(pool: Pool, number: number): Promise<boolean> {
  return transaction(pool, async (client) => {
    await prepare(client);
    const [mark] = await execute(client, lockSql, number);
    if (!mark || mark.caps.length > 0) return false;
    const { definition, frozen } = await expect(client, number);
    const arms = definition.variants.filter(({ weight }) => weight > 0).length;
    const [reached] = await execute(client, reachedSql, number, definition.minimumUnitsPerArm);
    if ((reached?.arms ?? 0) < arms) return false;
    const caps: (string | null)[] = [];
    for (const [position, { kind }] of (frozen?.metrics ?? []).entries()) {
      const isTailed = kind === 'COUNT' || kind === 'REVENUE';
      const [row] = isTailed ? await execute(client, capSql, number, position) : [];
      caps.push(row?.cap ?? null);
    }
    await execute(client, capsSql, number, caps);
    return true;
  });
}

/** Adds the statistics up anew from the outcomes, where caps were fixed or somebody was erased. */
function rebuildWhereMarked(pool: Pool, number: number): Promise<void> {
  return transaction(pool, async (client) => {
    await prepare(client);
    const [mark] = await execute(client, lockSql, number);
    if (!mark?.rebuild) return;
    await client.query('DELETE FROM experiment_statistic WHERE experiment = $1::bigint', [number]);
    await client.query(rebuildSql, [number, mark.caps]);
    await client.query('UPDATE experiment_roll_up SET rebuild = false WHERE experiment = $1::bigint', [
      number,
    ]);
  });
}

/** A chunk may sort and hash a million rows; the server's own limits are for many small questions. */
async function prepare(client: PoolClient): Promise<void> {
  await client.query(`SET LOCAL work_mem = '128MB'`);
  await client.query('SET LOCAL statement_timeout = 0');
}

async function expect(client: PoolClient, number: number): Promise<Experiment> {
  const [row] = await execute(client, expectSql, number);
  if (!row) throw new Error(`experiment number ${number} has a mark and no row`);
  return experimentOf(row);
}

interface Mark {
  readonly rolled_to: Date;
  readonly horizon: Date;
  readonly rebuild: boolean;
  readonly caps: readonly (string | null)[];
}
// The horizon is the start of the oldest open transaction: every event received before it is visible.
const lockSql = statement<Mark, [number]>(
  'experiment-roll-up-lock',
  `SELECT rolled_to, rebuild, caps, greatest(rolled_to, date_trunc('milliseconds', least(clock_timestamp(),
     (SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())))) AS horizon
   FROM experiment_roll_up WHERE experiment = $1::bigint FOR UPDATE`,
);
const shareSql = statement<Pick<Mark, 'rolled_to' | 'caps'>, [number]>(
  'experiment-roll-up-share',
  'SELECT rolled_to, caps FROM experiment_roll_up WHERE experiment = $1::bigint FOR SHARE',
);
const capsSql = statement<never, [number, readonly (string | null)[]]>(
  'experiment-roll-up-caps',
  'UPDATE experiment_roll_up SET caps = $2::bigint[], rebuild = true WHERE experiment = $1::bigint',
);
const advanceSql = statement<never, [number, Date]>(
  'experiment-roll-up-advance',
  'UPDATE experiment_roll_up SET rolled_to = $2 WHERE experiment = $1::bigint',
);
const expectSql = statement<ExperimentRow, [number]>(
  'experiment-by-number',
  `SELECT ${experimentColumns} FROM experiment WHERE number = $1::bigint`,
);
const findSql = statement<{ number: number }, [number]>(
  'experiment-to-roll-up',
  `SELECT e.number::float8 AS number FROM experiment AS e JOIN experiment_roll_up AS r ON r.experiment = e.number
   WHERE (e.status = 'RUNNING' OR e.stopped_at > now() - interval '7 days'
       OR EXISTS (SELECT FROM experiment_dirty AS d WHERE d.experiment = e.number))
     AND (r.rebuild OR r.rolled_to < now() - $1 * interval '1 millisecond') ORDER BY r.rolled_to LIMIT 100`,
);
const laneSql = statement<never, [string]>(
  'experiment-roll-up-lane',
  `SELECT pg_advisory_xact_lock(hashtextextended('kindling roll-up ' || $1::text, 0))`,
);
const takeSql = `
  WITH gone AS (
    DELETE FROM experiment_dirty WHERE number IN (
      SELECT number FROM experiment_dirty WHERE experiment = $1::bigint AND abs(hashtext(unit) % $3::int) = $2::int
      ORDER BY unit LIMIT $4)
    RETURNING unit),
  kept AS (INSERT INTO taken SELECT DISTINCT unit FROM gone)
  SELECT count(*)::float8 AS marks FROM gone`;
const exposedSql = `
  INSERT INTO exposed
  SELECT unit, variant, exposed_at, (exposed_at AT TIME ZONE 'UTC')::date, coldness, device, locale, category FROM (
    SELECT DISTINCT ON (x.counted_as) x.counted_as AS unit, x.variant, x.exposed_at, x.coldness, x.device, x.locale,
      x.category, bool_or(x.several_arms) OVER (PARTITION BY x.counted_as) AS dropped
    FROM taken JOIN experiment_exposure AS x ON x.experiment = $1::bigint AND x.catalogue_id = $2 AND x.counted_as = taken.unit
      AND ($3::timestamptz IS NULL OR x.exposed_at < $3::timestamptz)
    ORDER BY x.counted_as, x.exposed_at, x.unit) AS first
  WHERE NOT dropped`;
/** What is counted differently now: what stood there before (-1), and what stands there from now on (1). */
const changesSql = `
  INSERT INTO changes
  WITH fresh AS (SELECT * FROM exposed JOIN counted USING (unit)),
  old AS (SELECT o.* FROM taken JOIN experiment_outcome AS o ON o.experiment = $1::bigint AND o.unit = taken.unit),
  pair AS (
    SELECT fresh, old FROM fresh FULL JOIN old ON old.unit = fresh.unit
    WHERE (fresh.variant, fresh.day, fresh.coldness, fresh.device, fresh.locale, fresh.category, fresh.amounts)
      IS DISTINCT FROM (old.variant, old.day, old.coldness, old.device, old.locale, old.category, old.amounts))
  SELECT (fresh).unit, (fresh).variant, (fresh).day, (fresh).coldness, (fresh).device, (fresh).locale, (fresh).category,
    (fresh).amounts, 1 AS sign FROM pair WHERE (fresh).unit IS NOT NULL
  UNION ALL
  SELECT (old).unit, (old).variant, (old).day, (old).coldness, (old).device, (old).locale, (old).category,
    (old).amounts, -1 FROM pair WHERE (old).unit IS NOT NULL`;
const reachedSql = statement<{ arms: number }, [number, number]>(
  'experiment-arms-reached',
  `SELECT count(*)::int AS arms FROM experiment_statistic
   WHERE experiment = $1::bigint AND metric = -1 AND dimension = 'all' AND n >= $2`,
);
const capSql = statement<{ cap: string | null }, [number, number]>(
  'experiment-cap',
  `SELECT ceil(percentile_cont(0.999) WITHIN GROUP (ORDER BY amounts[2 + 4 * $2::int]))::bigint AS cap
   FROM experiment_outcome WHERE experiment = $1::bigint`,
);
