-- Rejected records of a stream that have not become events, each record once: one that was sent again and rejected again
-- has a row for each time, and only its newest counts. attempts is how many times it was sent again. A record is known by
-- the place where it was first rejected, its origin; an empty filter matches all.
WITH again AS
(
    SELECT origin, count() AS attempts, max((appended_at, stream, epoch, partition, offset)) AS newest
    FROM rejected
    WHERE origin != ''
    GROUP BY origin
)
SELECT
    r.epoch, r.partition, r.offset,
    concat(r.stream, '/', toString(r.epoch), '/', toString(r.partition), '/', toString(r.offset)) AS position,
    if(r.origin = '', position, toString(r.origin)) AS known_as,
    r.reason, toInt64(length(r.key) + length(r.value)), toInt64(again.attempts)
FROM rejected AS r
LEFT JOIN again ON toString(again.origin) = known_as
WHERE r.stream = {stream:String}
    AND (again.attempts = 0 OR (r.appended_at, r.stream, r.epoch, r.partition, r.offset) = again.newest)
    AND known_as NOT IN (SELECT toString(origin) FROM events WHERE origin != '')
    AND (r.reason = {reason:String} OR {reason:String} = '')
    AND toUnixTimestamp64Milli(r.appended_at) >= {since:Int64} AND toUnixTimestamp64Milli(r.appended_at) < {until:Int64}
    AND (empty({positions:Array(String)}) OR has({positions:Array(String)}, position) OR has({positions:Array(String)}, known_as))
ORDER BY r.epoch, r.partition, r.offset
LIMIT {limit:UInt64}
SETTINGS join_use_nulls = 0
