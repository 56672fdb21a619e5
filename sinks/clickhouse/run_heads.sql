-- Every run of every month, with its hashes and the decisions that entered.
SELECT DISTINCT company, policy, month, run, input, result, sequence, head
FROM runs
ORDER BY company, policy, month, run
