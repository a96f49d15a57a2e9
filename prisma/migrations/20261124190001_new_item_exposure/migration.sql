-- How often an item was shown in its first 28 days: counted with the rows of the log, so nobody has to read the log.
CREATE TABLE item_exposure (
  item_number   bigint PRIMARY KEY REFERENCES item (number) ON DELETE CASCADE,
  catalogue_id  text NOT NULL REFERENCES catalogue (id) ON DELETE CASCADE,
  impressions   integer NOT NULL,
  -- when its impressions reached 1, 5, 10, 20, 50, 100 and 200
  reached_at    timestamptz[] NOT NULL,
  -- impressions at an age of 0, 1, … 14 whole days
  daily         integer[] NOT NULL,
  last_at       timestamptz NOT NULL
);
CREATE INDEX item_exposure_catalogue ON item_exposure (catalogue_id);

INSERT INTO item_exposure (item_number, catalogue_id, impressions, reached_at, daily, last_at)
SELECT number, catalogue_id, cardinality(times), times[1:1] || times[5:5] || times[10:10] || times[20:20] || times[50:50]
    || times[100:100] || times[200:200] || array_fill(NULL::timestamptz, ARRAY[7 - (SELECT count(*)::int FROM unnest('{1,5,10,20,50,100,200}'::int[]) AS m WHERE m <= cardinality(times))]),
  daily, times[cardinality(times)]
FROM (
  SELECT i.number, i.catalogue_id, array_agg(r.created_at ORDER BY r.created_at) AS times,
    ARRAY(SELECT coalesce(sum((of.age = a)::int), 0)::int FROM generate_series(0, 14) AS a
      CROSS JOIN unnest(array_agg(greatest(0, floor(extract(epoch FROM r.created_at - i.created_at) / 86400))::int)) AS of (age)
      GROUP BY a ORDER BY a) AS daily
  FROM recommendation AS r CROSS JOIN LATERAL unnest(r.item_numbers) AS s (number)
  JOIN item AS i ON i.number = s.number AND i.catalogue_id = r.catalogue_id
  WHERE r.created_at < i.created_at + interval '28 days'
  GROUP BY i.number, i.catalogue_id) AS shown;
