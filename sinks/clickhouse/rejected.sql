-- Rejected records, newest first. An empty filter matches all.
SELECT stream, epoch, partition, offset, company, toUnixTimestamp64Milli(appended_at), reason, detail, key, value, toString(origin)
FROM rejected
WHERE (company = {company:String} OR {company:String} = '')
    AND (reason = {reason:String} OR {reason:String} = '')
    AND (stream = {stream:String} OR {stream:String} = '')
ORDER BY appended_at DESC, stream, epoch, partition, offset DESC
LIMIT {limit:UInt64}
