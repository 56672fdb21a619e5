-- From how many parts in one partition on the server delays inserts, and refuses them.
SELECT name, value
FROM system.merge_tree_settings
WHERE name IN ('parts_to_delay_insert', 'parts_to_throw_insert')
ORDER BY name
