-- What arrived, to be held against what was produced: how many rows, and the sum of the hashes of what identifies them. The
-- sum depends on no order, and a row that is missing, there twice or altered changes it.
SELECT
    toInt64(count()),
    sum(xxHash64(concat(source, '\n', conversation_id, '\n', event_id, '\n', type, '\n', toString(toUnixTimestamp64Milli(occurred_at)))))
FROM events
