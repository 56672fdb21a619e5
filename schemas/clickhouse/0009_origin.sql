-- origin: of a record that `deadletter replay` sent again, the place in Kafka where it was first rejected, as
-- stream/epoch/partition/offset; '' of all others. It is by what a replay knows which records have come through.
--
-- LowCardinality, because nearly all are '': a byte per row on the wire, next to nothing on disk, and a look-up compares
-- one dictionary per block. An index would cost every insert for what a replay asks once.
ALTER TABLE events ADD COLUMN IF NOT EXISTS origin LowCardinality(String);
ALTER TABLE rejected ADD COLUMN IF NOT EXISTS origin LowCardinality(String);
