-- The last decision that was copied; 0 when none was.
SELECT max(sequence) FROM decisions
