-- Offsets from first on, up to the next range, that have more than one row, or a row beyond the range.
SELECT offset, toInt64(countIf(accepted)), toInt64(countIf(NOT accepted))
FROM
(
    SELECT offset, true AS accepted FROM events WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset BETWEEN {first:Int64} AND {until:Int64}
    UNION ALL
    SELECT offset, false FROM rejected WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset BETWEEN {first:Int64} AND {until:Int64}
)
GROUP BY offset
HAVING count() > 1 OR offset > {last:Int64}
ORDER BY offset
LIMIT {limit:UInt32}
