-- runs: one row per calculation of a month, written last: it says that the run's cards, lines and evidence are complete.
-- What those tables hold of a run without a row here was cut short and does not count; join with runs to leave it out.
--
-- ORDER BY the month of a company under a policy, which is what everybody asks for, then the run.
--
-- PARTITION BY month, as cards, lines and evidence are: a month that is no longer needed goes as a whole, from all four.
-- month is written 202403.
--
-- input, result, policy_hash and head are SHA-256 in the hex that the programs print; no codec makes fewer than half of
-- it. averages is JSON: ratios are pairs of integers, and no column type says so. calculated_at is for people, no number
-- comes of it: a run's place among others is its sequence, the last decision that entered.
CREATE TABLE IF NOT EXISTS runs
(
    company       LowCardinality(String),
    policy        LowCardinality(String),
    month         UInt32,
    run           LowCardinality(String),
    input         String CODEC(ZSTD(1)),
    result        String CODEC(ZSTD(1)),
    agents        Int64,
    missing       Int64,
    sequence      Int64,
    head          String CODEC(ZSTD(1)),
    adjustment    Bool,
    policy_hash   String CODEC(ZSTD(1)),
    calendar      LowCardinality(String),
    decide        Array(String) CODEC(ZSTD(1)),
    averages      String CODEC(ZSTD(1)),
    events        Int64,
    duplicates    Int64,
    conflicts     Int64,
    calculated_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(Delta, LZ4)
)
ENGINE = MergeTree
PARTITION BY month
ORDER BY (company, policy, month, run)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
