-- Which inserts of a partition the server still works on.
SELECT count() FROM system.processes WHERE current_database = currentDatabase() AND startsWith(query_id, {prefix:String})
