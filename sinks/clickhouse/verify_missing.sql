-- Runs of offsets of a range that have no row in either table, the first of them, and how many offsets there are in all.
SELECT min(offset), max(offset), toInt64(sum(count()) OVER ()) AS without
FROM
(
    SELECT offset, offset - row_number() OVER (ORDER BY offset ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
    FROM (SELECT toInt64(number) AS offset FROM numbers(toUInt64({first:Int64}), toUInt64({last:Int64} - {first:Int64} + 1)))
    WHERE offset NOT IN (SELECT offset FROM events WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset BETWEEN {first:Int64} AND {last:Int64})
        AND offset NOT IN (SELECT offset FROM rejected WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset BETWEEN {first:Int64} AND {last:Int64})
)
GROUP BY run
ORDER BY run
LIMIT {limit:UInt32}
