-- How many events ingest has made durable by its contract.
SELECT toInt64(sum(accepted)) FROM batches
