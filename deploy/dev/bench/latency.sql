-- How long it took from the moment at which an event was due to be produced until its row was visible, for every event but
-- those of the first second. Its number, which stands before its id, tells when it was due; that nobody handed it over then, because the
-- producer or the broker was late, is part of what it waited. The row of `batches` is begun when the server has acknowledged the
-- rows of its range, and takes its time then: by `applied_at` they are visible. Until that row itself is on disk, which
-- makes them durable by the contract, a few milliseconds come on top. All clocks are those of this machine.
SELECT
    toInt64(count()),
    toInt64(quantileExact(0.5)(visible)), toInt64(quantileExact(0.99)(visible)), toInt64(max(visible)),
    toInt64(quantileExact(0.5)(appended)), toInt64(quantileExact(0.99)(appended))
FROM
(
    SELECT toUnixTimestamp64Milli(b.applied_at) - e.due AS visible, toUnixTimestamp64Milli(e.appended_at) - e.due AS appended
    FROM
    (
        SELECT partition, offset, appended_at, toUInt32(substring(event_id, 1, 8)) AS number,
            {began:Int64} + toInt64(intDiv(1000000 * toUInt64(number), {millirate:UInt64})) AS due
        FROM events
        WHERE 1000 * toUInt64(number) >= {millirate:UInt64}
    ) AS e ASOF INNER JOIN batches AS b ON e.partition = b.partition AND e.offset >= b.first
)
