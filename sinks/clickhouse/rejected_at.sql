-- One rejected record with all its bytes; replayed, it is an event by now.
WITH if(origin = '', concat(stream, '/', toString(epoch), '/', toString(partition), '/', toString(offset)), toString(origin)) AS known_as
SELECT
    stream, epoch, partition, offset, company, toUnixTimestamp64Milli(appended_at), reason, detail,
    key, value, toInt64(length(value)), toString(origin),
    toBool(known_as IN (SELECT toString(origin) FROM events WHERE origin != '')) AS replayed
FROM rejected
WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset = {offset:Int64}
LIMIT 1
