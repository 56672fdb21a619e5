-- How many records were rejected, by reason. An empty filter matches all.
SELECT reason, toInt64(count())
FROM rejected
WHERE (company = {company:String} OR {company:String} = '')
    AND (reason = {reason:String} OR {reason:String} = '')
    AND (stream = {stream:String} OR {stream:String} = '')
GROUP BY reason
ORDER BY count() DESC, reason
