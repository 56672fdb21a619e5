-- How many records of each stream were accepted, and rejected, in ranges applied since an instant.
SELECT stream, toInt64(sum(accepted)), toInt64(sum(rejected))
FROM batches
WHERE applied_at >= {since:DateTime64(3, 'UTC')}
GROUP BY stream
ORDER BY stream
