-- The parts of each table, and the most in one partition: where these are too many the server delays inserts, then
-- refuses them.
SELECT table, sum(parts), max(parts), sum(bytes)
FROM
(
    SELECT table, partition_id, count() AS parts, sum(bytes_on_disk) AS bytes
    FROM system.parts
    WHERE active AND database = currentDatabase()
    GROUP BY table, partition_id
)
GROUP BY table
ORDER BY table
