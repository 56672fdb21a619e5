-- How many records were rejected, by reason. An empty filter matches all.
WITH if(origin = '', concat(stream, '/', toString(epoch), '/', toString(partition), '/', toString(offset)), toString(origin)) AS known_as
SELECT reason, toInt64(count())
FROM rejected
WHERE (company = {company:String} OR {company:String} = '')
    AND (reason = {reason:String} OR {reason:String} = '')
    AND (stream = {stream:String} OR {stream:String} = '')
    AND toUnixTimestamp64Milli(appended_at) >= {since:Int64} AND toUnixTimestamp64Milli(appended_at) < {until:Int64}
    AND NOT ({open:Bool} AND known_as IN (SELECT toString(origin) FROM events WHERE origin != ''))
GROUP BY reason
ORDER BY count() DESC, reason
