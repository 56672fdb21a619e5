-- How many events of each stream are there, in these partitions up to these positions, and how many of all its events are
-- the company's: a stream belongs to one company, and only its rows say to which.
SELECT events.stream, toInt64(countIf(events.offset <= positions.last)), toInt64(countIf(company = {company:String}))
FROM events
INNER JOIN
(
    SELECT p.1 AS stream, p.2 AS epoch, p.3 AS partition, p.4 AS last
    FROM (SELECT arrayJoin(arrayZip({streams:Array(String)}, {epochs:Array(UInt32)}, {partitions:Array(Int32)}, {lasts:Array(Int64)})) AS p)
) AS positions USING (stream, epoch, partition)
GROUP BY events.stream
ORDER BY events.stream
