-- The bytes of rejected records of one partition.
SELECT offset, key, value
FROM rejected
WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND has({offsets:Array(Int64)}, offset)
    AND offset BETWEEN {first:Int64} AND {last:Int64}
ORDER BY offset
