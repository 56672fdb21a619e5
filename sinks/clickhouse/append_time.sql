-- When the record at an offset was appended, and whether there is a row of it at all.
SELECT max(at), sum(rows)
FROM
(
    SELECT max(toUnixTimestamp64Milli(appended_at)) AS at, count() AS rows
    FROM events
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset = {offset:Int64}
    UNION ALL
    SELECT max(toUnixTimestamp64Milli(appended_at)), count()
    FROM rejected
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset = {offset:Int64}
)
