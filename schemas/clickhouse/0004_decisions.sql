-- decisions: a copy of every accepted command of the log of decisions, so that people can ask about them in SQL and so that
-- a record that was changed or removed in the log, or here, is found. The log in Kafka is the truth; nothing is decided here.
--
-- ORDER BY the place in the log, then the hash: the copy is read in order and compared record by record, equal copies lie
-- beside each other, and so do different rows under one sequence, which are what the comparison looks for. Nothing merges
-- away, for a damage that merges hide is not found.
--
-- No partitions: a company decides some thousand times in a month, and all of them are read together.
--
-- hash is the chain of accepted commands up to this one, SHA-256 as 32 bytes that no codec makes fewer; lower(hex(hash)) prints it.
-- value is the record's bytes as the broker keeps them: the hash is of those, and of no text that means the same. The
-- ALIAS columns take no room and cannot differ from value.
CREATE TABLE IF NOT EXISTS decisions
(
    sequence Int64 CODEC(Delta, LZ4),
    offset   Int64 CODEC(Delta, LZ4),
    time     DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    hash     FixedString(32) CODEC(NONE),
    value    String CODEC(ZSTD(1)),
    id       String ALIAS JSONExtractString(value, 'id'),
    kind     String ALIAS JSONExtractString(value, 'kind'),
    actor    String ALIAS JSONExtractString(value, 'by', 'name'),
    role     String ALIAS JSONExtractString(value, 'by', 'role'),
    why      String ALIAS JSONExtractString(value, 'why')
)
ENGINE = MergeTree
ORDER BY (sequence, offset, hash)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
