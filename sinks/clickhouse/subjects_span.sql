-- Between which ids the subjects lie that have one of the wanted types in the time asked for: most reads of a month are for
-- types of which there are few or none.
SELECT count() > 0, min(conversation_id), max(conversation_id)
FROM events
WHERE company = {company:String} AND type IN {types:Array(String)}
    AND occurred_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND occurred_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
