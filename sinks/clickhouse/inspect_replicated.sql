-- How many of the tables of the delivery contract are replicated.
SELECT countIf(startsWith(engine, 'Replicated') OR startsWith(engine, 'Shared'))
FROM system.tables
WHERE database = currentDatabase() AND name IN ('events', 'rejected', 'batches')
