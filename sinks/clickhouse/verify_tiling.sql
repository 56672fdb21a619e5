-- The ranges of a partition that do not begin right after all ranges before them, that were inserted after a range that
-- lies behind them, or that do not add up. The first range begins wherever it begins.
SELECT first, last, before, number > 1 AND first > before + 1, number > 1 AND first <= before, ifNull(inserted > next_inserted, false),
    last - first + 1 - accepted - rejected - absent - lost
FROM
(
    SELECT first, last, accepted, rejected, absent, lost,
        toInt64(_block_number) AS inserted,
        row_number() OVER (ORDER BY first, last, _block_number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS number,
        max(last) OVER (ORDER BY first, last, _block_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
        min(toNullable(toInt64(_block_number))) OVER (ORDER BY first, last, _block_number ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_inserted
    FROM batches
    WHERE stream = {stream:String} AND epoch = {epoch:UInt32} AND partition = {partition:Int32}
        AND last <= {last:Int64}
)
WHERE (number > 1 AND first != before + 1) OR ifNull(inserted > next_inserted, false)
    OR last - first + 1 != accepted + rejected + absent + lost OR least(accepted, rejected, absent, lost) < 0
ORDER BY first, last, inserted
