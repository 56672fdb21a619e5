-- The server's disks, and what it keeps free on each: below that it refuses inserts.
SELECT name, path, free_space, total_space, keep_free_space
FROM system.disks
ORDER BY name
