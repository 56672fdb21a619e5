-- cards: what each agent got in a run, and the card itself as JSON, byte for byte what hash is of. The other columns are
-- of the card, for SQL and for lists that need no cards. They count if `runs` has the run.
--
-- ORDER BY month, run and agent: a run is read whole in order of agents, as its result hash and two runs that are compared
-- want it, or one card is looked up.
--
-- PARTITION BY month, as runs. A block of an insert is of one month and takes one entry of the deduplication window.
--
-- total is in hundredths of a point and pay in minor units: integers, so that no reader makes floats of them; NULL while
-- something is missing, which is not 0. missing counts the lines that the card waits for.
--
-- ZSTD(1) on the card: cards of one run say nearly the same, and come to a tenth or less. Small granules in bytes, for one
-- card is looked up more often than all are read.
CREATE TABLE IF NOT EXISTS cards
(
    company LowCardinality(String),
    policy  LowCardinality(String),
    month   UInt32,
    run     LowCardinality(String),
    agent   String CODEC(ZSTD(1)),
    name    String CODEC(ZSTD(1)),
    team    LowCardinality(String),
    total   Nullable(Int64),
    grade   LowCardinality(String),
    pay     Nullable(Int64),
    missing Int64,
    hash    String CODEC(ZSTD(1)),
    card    String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY month
ORDER BY (company, policy, month, run, agent)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, index_granularity_bytes = 1048576;
