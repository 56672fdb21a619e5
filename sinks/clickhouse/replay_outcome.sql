-- What became of records that were sent again: how many rows each has in the two tables.
SELECT toString(origin), toInt64(sum(accepted)), toInt64(sum(rejected))
FROM
(
    SELECT origin, 1 AS accepted, 0 AS rejected FROM events WHERE origin IN {origins:Array(String)}
    UNION ALL
    SELECT origin, 0, 1 FROM rejected WHERE origin IN {origins:Array(String)}
)
GROUP BY origin
