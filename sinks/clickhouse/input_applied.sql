-- How many events of each stream were accepted in these partitions up to these positions, and in how many ranges a position
-- lies before the end: how many events such a range has up to there, nobody wrote down.
SELECT batches.stream, toInt64(sumIf(accepted, batches.last <= positions.last)), toInt64(countIf(batches.last > positions.last))
FROM batches
INNER JOIN
(
    SELECT p.1 AS stream, p.2 AS epoch, p.3 AS partition, p.4 AS last
    FROM (SELECT arrayJoin(arrayZip({streams:Array(String)}, {epochs:Array(UInt32)}, {partitions:Array(Int32)}, {lasts:Array(Int64)})) AS p)
) AS positions USING (stream, epoch, partition)
WHERE batches.first <= positions.last
GROUP BY batches.stream
ORDER BY batches.stream
