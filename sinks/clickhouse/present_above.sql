-- The least and the greatest offset above a given one. The min-max marks of offset skip all older parts.
SELECT min(first), max(last), sum(rows)
FROM
(
    SELECT min(offset) AS first, max(offset) AS last, count() AS rows
    FROM events
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset > {above:Int64}
    UNION ALL
    SELECT min(offset), max(offset), count()
    FROM rejected
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset > {above:Int64}
)
WHERE rows > 0
