-- The ranges that ingest made of the topic, in the order in which it applied them: each was one insert into `events`.
SELECT partition, first, last FROM batches WHERE accepted > 0 ORDER BY applied_at, partition
