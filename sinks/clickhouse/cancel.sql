-- Another database on the same server may have streams of the same names: their inserts are not ours to end.
KILL QUERY WHERE current_database = currentDatabase() AND startsWith(query_id, {prefix:String}) SYNC
