-- Why records of a stream were rejected in ranges applied since an instant, the most frequent reason first. `rejected`
-- knows when a record was appended, which may be days before: the offsets come from `batches`, whose ranges of a partition
-- are applied one behind the other.
SELECT reason, toInt64(count()) AS records
FROM rejected
INNER JOIN
(
    SELECT epoch, partition, min(first) AS low, max(last) AS high
    FROM batches
    WHERE stream = {stream:String} AND batches.rejected > 0 AND applied_at >= {since:DateTime64(3, 'UTC')}
    GROUP BY epoch, partition
) AS lately USING (epoch, partition)
WHERE stream = {stream:String} AND offset BETWEEN low AND high
GROUP BY reason
ORDER BY records DESC, reason
