-- The server's disks, and what it keeps free on each: it refuses inserts that need more. Free and total space are told
-- without what is kept.
SELECT name, path, free_space, total_space, keep_free_space
FROM system.disks
ORDER BY name
