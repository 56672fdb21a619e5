-- Without its view the Kafka engine's table stops reading.
DROP VIEW IF EXISTS pump SYNC
