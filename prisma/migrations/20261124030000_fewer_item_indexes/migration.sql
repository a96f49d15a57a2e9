-- Together they took a tenth of the time of an import, for two orders of a list that a scan answers as well.
DROP INDEX item_updated;
DROP INDEX item_title;
