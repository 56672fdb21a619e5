-- The ranges of a piece whose rows are not exactly accepted and rejected, each offset once, in one of the two tables.
-- Every row belongs to the last range that begins at or before it (roundDown is a binary search in a constant array: ten
-- times as fast as an ASOF join); a row beyond that range's last offset is a stray. The bitmap counts distinct offsets exactly.
WITH
(
    SELECT groupArray(first)
    FROM (SELECT DISTINCT first FROM batches WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND first BETWEEN {from:Int64} AND {until:Int64} AND last <= {last:Int64} ORDER BY first)
) AS starts
SELECT ranges.first, ranges.last, ranges.accepted, ranges.rejected, ranges.absent + ranges.lost AS empty,
    rows.in_events, rows.in_rejected, rows.offsets, rows.greatest
FROM
(
    SELECT first, last, accepted, rejected, absent, lost
    FROM batches
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND first BETWEEN {from:Int64} AND {until:Int64} AND last <= {last:Int64}
) AS ranges
LEFT JOIN
(
    SELECT roundDown(offset, starts) AS first, toInt64(countIf(here)) AS in_events, toInt64(countIf(NOT here)) AS in_rejected,
        toInt64(groupBitmap(toUInt64(offset - first))) AS offsets, max(offset) AS greatest
    FROM
    (
        SELECT offset, true AS here FROM events WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset BETWEEN {from:Int64} AND {until:Int64}
        UNION ALL
        SELECT offset, false FROM rejected WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32} AND offset BETWEEN {from:Int64} AND {until:Int64}
    )
    GROUP BY first
) AS rows ON ranges.first = rows.first
WHERE rows.in_events != ranges.accepted OR rows.in_rejected != ranges.rejected
    OR rows.offsets != ranges.accepted + ranges.rejected OR rows.greatest > ranges.last
ORDER BY ranges.first, ranges.last
