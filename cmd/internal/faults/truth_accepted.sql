-- When each accepted offset was appended, its zone, and how many rows it has.
SELECT partition, offset, toUnixTimestamp64Milli(appended_at), zone, toInt64(count())
FROM events
GROUP BY ALL
