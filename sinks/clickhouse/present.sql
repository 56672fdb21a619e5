-- Which offsets of a range are there, and in which table. DISTINCT: a batch accounts for an offset once.
SELECT offset, accepted
FROM
(
    SELECT DISTINCT offset, true AS accepted
    FROM events
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32}
        AND offset BETWEEN {first:Int64} AND {last:Int64}
    UNION ALL
    SELECT DISTINCT offset, false
    FROM rejected
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32}
        AND offset BETWEEN {first:Int64} AND {last:Int64}
)
ORDER BY offset, accepted
