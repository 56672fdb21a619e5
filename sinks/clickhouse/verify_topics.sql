-- The topics of which the ranges of a partition were read, as far as they are known, in the order of their offsets.
SELECT topic_id, min(first), max(last)
FROM batches
WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32}
    AND last <= {last:Int64} AND topic_id != ''
GROUP BY topic_id
ORDER BY min(first), max(last), topic_id
