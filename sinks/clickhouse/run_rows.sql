-- How many rows of a run each table has.
SELECT toInt64(sum(cards)), toInt64(sum(lines)), toInt64(sum(evidence))
FROM
(
    SELECT count() AS cards, 0 AS lines, 0 AS evidence
    FROM cards
    WHERE company = {company:String} AND policy = {policy:String} AND month = {month:UInt32} AND run = {run:String}
    UNION ALL
    SELECT 0, count(), 0
    FROM lines
    WHERE company = {company:String} AND policy = {policy:String} AND month = {month:UInt32} AND run = {run:String}
    UNION ALL
    SELECT 0, 0, count()
    FROM evidence
    WHERE company = {company:String} AND policy = {policy:String} AND month = {month:UInt32} AND run = {run:String}
)
