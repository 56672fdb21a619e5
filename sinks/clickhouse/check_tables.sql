-- The deduplication window of each table, as its definition states it.
SELECT
    name,
    engine,
    extract(create_table_query, 'non_replicated_deduplication_window = ([0-9]+)')
FROM system.tables
WHERE database = currentDatabase() AND name IN {tables:Array(String)}
ORDER BY name
