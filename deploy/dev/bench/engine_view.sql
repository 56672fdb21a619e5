-- What the Kafka engine reads goes into the same table as what ingest writes: every column is the same, but ext. It does
-- less: nothing is checked, ext is the data as it came where ingest keeps only what has no column of its own, and offsets are
-- committed after the insert without regard to what a crash leaves behind.
CREATE MATERIALIZED VIEW pump TO events AS
WITH
{{- if .Whole}}
    JSONExtract(message, 'Tuple(id String, source String, type String, subject String, time String, data Tuple(agent String, by String,
        team String, queue String, direction String, outcome String, status String, state String, finding String, verdict String, kind String,
        author String, part String, result String, wait_ms Nullable(Int64), talk_ms Nullable(Int64), wrap_up_ms Nullable(Int64)))') AS e,
    e.data AS d, e.type AS event_type
{{- else}}
    JSONExtract(data, 'Tuple(agent String, by String, team String, queue String, direction String, outcome String, status String,
        state String, finding String, verdict String, kind String, author String, part String, result String,
        wait_ms Nullable(Int64), talk_ms Nullable(Int64), wrap_up_ms Nullable(Int64))') AS d,
    queue.type AS event_type
{{- end}}
SELECT
    'default' AS company,
{{- if .Whole}}
    e.subject AS conversation_id, e.source AS source, e.id AS event_id, event_type AS type,
    parseDateTime64BestEffort(e.time, 3, 'UTC') AS occurred_at,
    JSONExtractRaw(message, 'data') AS ext,
{{- else}}
    subject AS conversation_id, source, id AS event_id, event_type AS type, time AS occurred_at, data AS ext,
{{- end}}
    1 AS version, 'Asia/Shanghai' AS zone, assumeNotNull(_timestamp_ms) AS appended_at,
    'events' AS stream, 0 AS epoch, _partition AS partition, _offset AS offset,
    if(event_type IN ('case.promised', 'solution.approved'), d.by, d.agent) AS agent,
    d.team AS team, d.queue AS queue, d.direction AS direction,
    multiIf(
        event_type IN ('agent.changed', 'attendance.recorded', 'conversation.status_changed'), d.status,
        event_type = 'agent.presence', d.state,
        event_type = 'case.followed_up', d.finding,
        event_type = 'incident.ruled', d.verdict,
        event_type IN ('leave.approved', 'message.received'), d.kind,
        event_type = 'message.sent', d.author,
        event_type = 'order.paid', d.part,
        event_type = 'training.recorded', d.result,
        d.outcome) AS outcome,
    d.wait_ms AS wait_ms, d.talk_ms AS talk_ms, d.wrap_up_ms AS wrap_up_ms
FROM queue
