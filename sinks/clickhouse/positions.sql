-- How far each partition is applied: what a frozen month may count lies at or before the end of its last range.
SELECT stream, epoch, partition, max(last)
FROM batches
GROUP BY stream, epoch, partition
ORDER BY stream, epoch, partition
