-- How many merges are under way.
SELECT toInt64(count()) FROM system.merges
