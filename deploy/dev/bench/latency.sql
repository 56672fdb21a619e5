-- How long it took from the append of an event by the broker until the range that it is in was complete in ClickHouse, for
-- every event but those of the first second. Both clocks are those of this machine. The row of `batches` takes its time
-- while it is written: the few milliseconds until it is on disk come on top.
SELECT
    toInt64(count()),
    toInt64(quantileExact(0.5)(waited)), toInt64(quantileExact(0.99)(waited)), toInt64(max(waited)),
    toInt64(dateDiff('millisecond', min(appended_at), max(appended_at)))
FROM
(
    SELECT e.appended_at AS appended_at, dateDiff('millisecond', e.appended_at, b.applied_at) AS waited
    FROM events AS e ASOF INNER JOIN batches AS b ON e.partition = b.partition AND e.offset >= b.first
    WHERE e.appended_at >= (SELECT min(appended_at) FROM events) + toIntervalSecond(1)
)
