-- Every partition that any table knows, with the sums of its ranges. Rows of a partition without a range count too.
SELECT stream, epoch, partition, sum(ranges), min(low), max(high), sum(a), sum(r), sum(n), sum(l)
FROM
(
    SELECT stream, epoch, partition, count() AS ranges, min(first) AS low, max(last) AS high,
        sum(accepted) AS a, sum(rejected) AS r, sum(absent) AS n, sum(lost) AS l
    FROM batches
    GROUP BY stream, epoch, partition
    UNION ALL
    SELECT stream, epoch, partition, 0, 9223372036854775807, -1, 0, 0, 0, 0
    FROM events
    GROUP BY stream, epoch, partition
    UNION ALL
    SELECT stream, epoch, partition, 0, 9223372036854775807, -1, 0, 0, 0, 0
    FROM rejected
    GROUP BY stream, epoch, partition
)
GROUP BY stream, epoch, partition
ORDER BY stream, epoch, partition
