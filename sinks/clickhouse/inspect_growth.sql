-- How many records were applied since an instant, and ever: with the size of the tables that says how fast they grow.
SELECT toInt64(sumIf(accepted + rejected, applied_at >= {since:DateTime64(3, 'UTC')})), toInt64(sum(accepted + rejected))
FROM batches
