-- The first offsets at which to cut a partition, so that neither the ranges of a piece nor its offsets are too many to
-- hold in memory.
SELECT min(first)
FROM
(
    SELECT first, row_number() OVER (ORDER BY first ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM batches
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32}
        AND last <= {last:Int64}
)
GROUP BY intDiv(number, {ranges:Int64}), intDiv(first, {offsets:Int64})
ORDER BY 1
