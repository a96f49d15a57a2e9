/*
 * Sums of outcomes by metric, arm, dimension and value. Amounts are whole numbers below 3 * 10^9, so that squares fit
 * into 64 bits and sums of them are exact (Postgres adds bigints up in 128 bits): taking a unit out again leaves
 * nothing behind, and the order in which units came does not show. $1 is the experiment, $2 its caps.
 */

const sums = [
  ['y', 'y'],
  ['yy', 'y * y'],
  ['x', 'x'],
  ['xx', 'x * x'],
  ['xy', 'x * y'],
  ['p', 'p'],
  ['pp', 'p * p'],
  ['py', 'p * y'],
  ['w', 'w'],
  ['ww', 'w * w'],
  ['f', 'f'],
  ['ff', 'f * f'],
  ['fy', 'f * y'],
  ['px', 'p * x'],
  ['fx', 'f * x'],
  ['pf', 'p * f'],
] as const;
const names = sums.map(([name]) => name);

// First by all traits together, then by each of them: every unit is added up once, and not once a dimension.
const addUp = (source: string) => `
  INSERT INTO experiment_statistic AS s (experiment, metric, variant, dimension, value, n, ${names.join(', ')})
  WITH cell AS (
  SELECT m.metric, c.variant, c.day, c.coldness, c.device, c.locale, c.category, sum(sign) AS n,
    ${sums.map(([name, product]) => `sum(sign * (${product})) AS ${name}`).join(', ')}
  FROM ${source} AS c
  CROSS JOIN LATERAL (
    SELECT -1 AS metric, amounts[1] AS y, 0::bigint AS x, 0::bigint AS p, amounts[1] AS w, 0::bigint AS f
    UNION ALL
    SELECT k, amounts[2 + 4 * k], amounts[3 + 4 * k], amounts[4 + 4 * k], least(amounts[2 + 4 * k], ($2::bigint[])[k + 1]),
      amounts[5 + 4 * k]
    FROM generate_series(0, (cardinality(amounts) - 1) / 4 - 1) AS k WHERE amounts[2 + 4 * k] IS NOT NULL) AS m
  GROUP BY 1, 2, 3, 4, 5, 6, 7)
  SELECT $1::bigint, metric, variant, dimension, value, sum(n), ${names.map((name) => `sum(${name})`).join(', ')}
  FROM cell AS c
  CROSS JOIN LATERAL (VALUES ('all', ''), ('day', c.day::text), ('coldness', c.coldness), ('device', c.device),
    ('locale', c.locale), ('category', c.category)) AS d (dimension, value)
  WHERE d.value <> '' OR d.dimension = 'all'
  GROUP BY metric, variant, dimension, value
  ORDER BY 2, 3, 4, 5
  ON CONFLICT (experiment, metric, variant, dimension, value) DO UPDATE SET
    n = s.n + excluded.n, ${names.map((name) => `${name} = s.${name} + excluded.${name}`).join(', ')}`;

export const addChangesSql = addUp('changes');
export const rebuildSql = addUp(
  '(SELECT *, 1 AS sign FROM experiment_outcome WHERE experiment = $1::bigint)',
);
