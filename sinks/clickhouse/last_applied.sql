-- The newest ranges are read backwards from the end of the key, not all of them. Of a few, not of one, for a range that a
-- zombie wrote inside another must not move the end back.
SELECT max(last), count()
FROM
(
    SELECT last
    FROM batches
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32}
    ORDER BY stream DESC, epoch DESC, partition DESC, first DESC
    LIMIT 100
)
