-- About how many events a close of the month reads: a bar shows how far it is, nothing is calculated from it.
SELECT toInt64(count())
FROM events
WHERE company = {company:String}
    AND occurred_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND occurred_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
