-- Every row of the copy of the log, in order. Equal copies come one after the other or nearly so: the reader drops them.
SELECT sequence, offset, toUnixTimestamp64Milli(time), hash, value
FROM decisions
ORDER BY sequence, offset, hash
