-- The runs of a month, or the one that is asked for, in order of the decisions that entered. DISTINCT: a row that was
-- written twice is one run, whenever it was written; rows that differ are a damage, and the reader says so.
SELECT DISTINCT run, input, result, agents, missing, sequence, head, adjustment, policy_hash, calendar, decide, averages,
    events, duplicates, conflicts
FROM runs
WHERE company = {company:String} AND policy = {policy:String} AND month = {month:UInt32}
    AND (run = {run:String} OR {run:String} = '')
ORDER BY sequence, run
