-- evidence: the events that each line of a card lists, so that SQL gets from points to events: (source, subject, id) are
-- those of `events` (source, conversation_id, event_id). They count if `runs` has the run.
--
-- ORDER BY month, run, agent, line and the event's place on the line, from 0: what a line rests on lies together, and a
-- line's evidence is found by the key of the line. Who asks in which cards an event counts scans a month, which is rare.
--
-- PARTITION BY month, as runs.
--
-- date is the event's local date, as the card prints it; Date32, for it reaches as far as the times in `events`. Ids are
-- all different and only ZSTD finds anything in them.
CREATE TABLE IF NOT EXISTS evidence
(
    company LowCardinality(String),
    policy  LowCardinality(String),
    month   UInt32,
    run     LowCardinality(String),
    agent   String CODEC(ZSTD(1)),
    line    UInt32 CODEC(Delta, LZ4),
    number  UInt32 CODEC(Delta, LZ4),
    date    Date32 CODEC(Delta, LZ4),
    source  LowCardinality(String),
    subject String CODEC(ZSTD(1)),
    id      String CODEC(ZSTD(1)),
    against Bool,
    note    String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY month
ORDER BY (company, policy, month, run, agent, line, number)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
