-- What was asked, beside who asked and where, so that the list can be made again: what the request told of the subject,
-- its filter, the clock and the seed. Null for lists from before.
ALTER TABLE recommendation ADD COLUMN request jsonb;
