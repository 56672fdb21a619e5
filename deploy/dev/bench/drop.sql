-- The tables of a turn, at once and for good.
DROP DATABASE {database:Identifier} SYNC
