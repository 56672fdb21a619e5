-- topic_id: the id, as a UUID, that Kafka gave the topic of which the range was read; '' where it is not known: the row
-- is older than this column, or the broker than Kafka 2.8. A topic that is deleted and made again has another one, and
-- ids never come back: it is by what a worker and the proof know that offsets do not belong to the ranges before them.
--
-- LowCardinality, because a topic has one for all its ranges.
ALTER TABLE batches ADD COLUMN IF NOT EXISTS topic_id LowCardinality(String);
