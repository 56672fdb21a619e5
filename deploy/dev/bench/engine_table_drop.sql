-- Its consumers leave the group.
DROP TABLE IF EXISTS queue SYNC
