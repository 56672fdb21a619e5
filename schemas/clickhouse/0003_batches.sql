-- batches: one row per applied range of offsets, written last: it says that the range is complete in events and
-- rejected, and how it is made up. last - first + 1 = accepted + rejected + absent + lost.
--
-- ORDER BY the place in Kafka: a worker asks for the newest range of its partition, the proof walks them in order.
--
-- The block number column keeps the order of insertion through merges. applied_at is for people: a server's clock may
-- step back, and then it would accuse a sound log. Its default, now64, is the only use of the clock in any SQL here.
CREATE TABLE IF NOT EXISTS batches
(
    stream     LowCardinality(String),
    epoch      UInt32,
    partition  Int32,
    first      Int64 CODEC(Delta, LZ4),
    last       Int64 CODEC(Delta, LZ4),
    accepted   Int64,
    rejected   Int64,
    absent     Int64,
    lost       Int64,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(Delta, LZ4)
)
ENGINE = MergeTree
ORDER BY (stream, epoch, partition, first)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, enable_block_number_column = 1;
