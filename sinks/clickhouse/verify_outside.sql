-- Rows before the first range of a partition (1), behind its last (2), and behind the end of its log (3).
SELECT multiIf(offset < {first:Int64}, 1, offset < {end:Int64}, 2, 3) AS place, toInt64(count()), min(offset), max(offset)
FROM
(
    SELECT offset FROM events WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND (offset < {first:Int64} OR offset > {last:Int64})
    UNION ALL
    SELECT offset FROM rejected WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND (offset < {first:Int64} OR offset > {last:Int64})
)
GROUP BY place
ORDER BY place
