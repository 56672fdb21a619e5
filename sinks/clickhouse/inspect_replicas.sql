-- How many replicas the tables have at most.
SELECT toUInt64(max(total_replicas))
FROM system.replicas
WHERE database = currentDatabase()
