-- lines: each line of each card of a run, for SQL: which rule took how much from whom, and how often. The card in `cards`
-- is what counts; these are its lines in columns. They count if `runs` has the run.
--
-- ORDER BY month, run, agent and the line's place on the card, from 0: a card's lines lie together and in order. Sums over
-- rules read a month's run in one piece and need no other order; a run has some thirty lines per agent.
--
-- PARTITION BY month, as runs.
--
-- points and taken are in hundredths of a point, NULL where somebody's word is missing; numerator and denominator are what
-- was measured, NULL where the rule measures nothing: ratios are formed by who reads them. claimed_by names the rules that
-- took the incident instead, decisions the readings in force. evidence_total counts the events behind the line, listed in
-- `evidence` or not.
--
-- Names of rules and what they are called repeat in every card: LowCardinality. Texts repeat in parts: ZSTD.
CREATE TABLE IF NOT EXISTS lines
(
    company        LowCardinality(String),
    policy         LowCardinality(String),
    month          UInt32,
    run            LowCardinality(String),
    agent          String CODEC(ZSTD(1)),
    line           UInt32 CODEC(Delta, LZ4),
    section        LowCardinality(String),
    item           LowCardinality(String),
    rule           LowCardinality(String),
    title_zh       LowCardinality(String),
    title_en       LowCardinality(String),
    status         LowCardinality(String),
    points         Nullable(Int64),
    taken          Nullable(Int64),
    numerator      Nullable(Int64),
    denominator    Nullable(Int64),
    small_sample   Bool,
    text_zh        String CODEC(ZSTD(1)),
    text_en        String CODEC(ZSTD(1)),
    claimed_by     Array(String) CODEC(ZSTD(1)),
    decisions      Array(String) CODEC(ZSTD(1)),
    evidence_total Int64
)
ENGINE = MergeTree
PARTITION BY month
ORDER BY (company, policy, month, run, agent, line)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
