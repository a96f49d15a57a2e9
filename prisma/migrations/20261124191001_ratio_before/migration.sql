-- Of a ratio, what was above and below the line before the start (p and f): products that CUPED needs.
ALTER TABLE experiment_statistic
  ADD COLUMN px numeric NOT NULL DEFAULT 0,
  ADD COLUMN fx numeric NOT NULL DEFAULT 0,
  ADD COLUMN pf numeric NOT NULL DEFAULT 0;

-- Units that were counted without it: a past that only those have of whom more was heard would be none.
INSERT INTO experiment_dirty (experiment, unit)
SELECT DISTINCT x.experiment, x.counted_as FROM experiment_exposure AS x
JOIN experiment AS e ON e.number = x.experiment
WHERE EXISTS (SELECT FROM jsonb_array_elements(e.frozen -> 'metrics') AS m WHERE m ->> 'kind' = 'RATIO');
