-- Rejected records, newest first, with the beginning of their bytes; replayed ones are events by now. An empty filter matches all.
WITH if(origin = '', concat(stream, '/', toString(epoch), '/', toString(partition), '/', toString(offset)), toString(origin)) AS known_as
SELECT
    stream, epoch, partition, offset, company, toUnixTimestamp64Milli(appended_at), reason, detail,
    substring(key, 1, {bytes:UInt64}), substring(value, 1, {bytes:UInt64}), toInt64(length(value)), toString(origin),
    toBool(known_as IN (SELECT toString(origin) FROM events WHERE origin != '')) AS replayed
FROM rejected
WHERE (company = {company:String} OR {company:String} = '')
    AND (reason = {reason:String} OR {reason:String} = '')
    AND (stream = {stream:String} OR {stream:String} = '')
    AND toUnixTimestamp64Milli(appended_at) >= {since:Int64} AND toUnixTimestamp64Milli(appended_at) < {until:Int64}
    AND NOT ({open:Bool} AND replayed)
ORDER BY appended_at DESC, stream, epoch, partition, offset DESC
LIMIT {limit:UInt64}
