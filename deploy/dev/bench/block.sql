-- The rows of one insert, in the order of the table, as the bytes that an insert takes.
SELECT * FROM events
WHERE partition = {partition:Int32} AND offset BETWEEN {first:Int64} AND {last:Int64}
ORDER BY company, conversation_id, occurred_at, source, event_id, offset
FORMAT Native
