-- Every run of every month, with the decisions that entered.
SELECT DISTINCT company, policy, month, run, sequence, head
FROM runs
ORDER BY company, policy, month, run
