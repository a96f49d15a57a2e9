-- A diff of several rules together: their keys in order. Its draft has their contents, and which published ones go.
ALTER TABLE population_diff ADD COLUMN rule_keys text[] NOT NULL DEFAULT '{}';
