-- How many rows there are. Whoever has no `batches` is asked for the rows themselves.
SELECT toInt64(count()) FROM events
