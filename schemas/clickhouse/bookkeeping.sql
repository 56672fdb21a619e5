-- migrations: which migrations this database has had, with the SHA-256 of the file that was applied. The migrator makes
-- this table itself, before it reads it. ORDER BY number: it is read whole, in order.
CREATE TABLE IF NOT EXISTS migrations
(
    number     UInt32,
    name       String,
    checksum   String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY number
SETTINGS non_replicated_deduplication_window = 10000;
