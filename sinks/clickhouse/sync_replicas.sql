-- After these a server has every part that any replica had acknowledged before. LIGHTWEIGHT waits for parts, not for merges.
SYSTEM SYNC REPLICA events LIGHTWEIGHT;
SYSTEM SYNC REPLICA rejected LIGHTWEIGHT;
SYSTEM SYNC REPLICA batches LIGHTWEIGHT
