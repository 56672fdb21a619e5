-- The topic under which the newest range was applied whose topic is known, read backwards from the end of the key.
SELECT topic_id
FROM batches
WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND topic_id != ''
ORDER BY stream DESC, epoch DESC, partition DESC, first DESC
LIMIT 1
