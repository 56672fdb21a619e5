-- The ids at which the granules of the parts begin, with their rows, in order of the ids: the primary index itself, so nothing
-- of the table is read. It tells how to cut the ids into ranges of about as many rows each. A part is named after its month.
SELECT conversation_id, toInt64(sum(rows_in_granule))
FROM mergeTreeIndex(currentDatabase(), events)
WHERE company = {company:String} AND toUInt32OrZero(substring(part_name, 1, 6)) BETWEEN {first:UInt32} AND {last:UInt32}
    AND conversation_id > {low:String} AND conversation_id <= {high:String}
GROUP BY conversation_id
ORDER BY conversation_id
