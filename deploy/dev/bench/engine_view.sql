-- What the Kafka engine reads goes into the same table as what ingest writes. It does less: nothing is checked, data stays as
-- it came where ingest keeps only what has no column of its own, and offsets are committed after the insert without regard to
-- what a crash leaves behind.
CREATE MATERIALIZED VIEW pump TO events AS
{{- if .Whole}}
WITH JSONExtract(message, 'Tuple(id String, source String, type String, subject String, time String, data Tuple(agent String, team String,
    queue String, direction String, outcome String, wait_ms Nullable(Int64), talk_ms Nullable(Int64), wrap_up_ms Nullable(Int64)))') AS e, e.data AS d
{{- else}}
WITH JSONExtract(data, 'Tuple(agent String, team String, queue String, direction String, outcome String, wait_ms Nullable(Int64),
    talk_ms Nullable(Int64), wrap_up_ms Nullable(Int64))') AS d
{{- end}}
SELECT
    'default' AS company,
{{- if .Whole}}
    e.subject AS conversation_id, e.source AS source, e.id AS event_id, e.type AS type,
    parseDateTime64BestEffort(e.time, 3, 'UTC') AS occurred_at,
    JSONExtractRaw(message, 'data') AS ext,
{{- else}}
    subject AS conversation_id, source, id AS event_id, type, time AS occurred_at, data AS ext,
{{- end}}
    1 AS version, 'Asia/Shanghai' AS zone, assumeNotNull(_timestamp_ms) AS appended_at,
    'events' AS stream, 0 AS epoch, _partition AS partition, _offset AS offset,
    d.agent AS agent, d.team AS team, d.queue AS queue, d.direction AS direction, d.outcome AS outcome,
    d.wait_ms AS wait_ms, d.talk_ms AS talk_ms, d.wrap_up_ms AS wrap_up_ms
FROM queue
