-- Which of these positions are those of rejected records, or the first ones of records that were rejected again.
SELECT DISTINCT concat(stream, '/', toString(epoch), '/', toString(partition), '/', toString(offset)) AS position, toString(origin)
FROM rejected
WHERE has({streams:Array(String)}, stream)
    AND (has({positions:Array(String)}, position) OR has({positions:Array(String)}, toString(origin)))
