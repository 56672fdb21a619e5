-- rejected: every record that could not become an event, with the reason and its original bytes.
--
-- ORDER BY the place in Kafka: the rows are counted by range of offsets and looked up by position; lists by company or
-- reason are short and may scan.
--
-- The bytes may hold what no one should keep for ever, so key and value are emptied after 30 days; the row stays, for
-- the proof counts it.
CREATE TABLE IF NOT EXISTS rejected
(
    stream      LowCardinality(String),
    epoch       UInt32,
    partition   Int32,
    offset      Int64 CODEC(Delta, LZ4),
    company     LowCardinality(String),
    appended_at DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    reason      LowCardinality(String),
    detail      String CODEC(ZSTD(1)),
    key         String CODEC(ZSTD(1)) TTL toDateTime(appended_at) + INTERVAL 30 DAY,
    value       String CODEC(ZSTD(1)) TTL toDateTime(appended_at) + INTERVAL 30 DAY
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(appended_at)
ORDER BY (stream, epoch, partition, offset)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
