-- Why the records of a range were rejected.
SELECT offset, reason, detail
FROM rejected
WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32}
    AND offset BETWEEN {first:Int64} AND {last:Int64}
ORDER BY offset
