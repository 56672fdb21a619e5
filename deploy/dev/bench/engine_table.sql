-- The Kafka engine's table: a consumer of the topic. The attributes of the envelope are columns, data stays text. Numbers and
-- names come from the program, which made them up itself: an engine's settings take no bound values.
CREATE TABLE queue
(
{{- if .Whole}}
    message String
{{- else}}
    id      String,
    source  LowCardinality(String),
    type    LowCardinality(String),
    subject String,
    time    DateTime64(3, 'UTC'),
    data    String
{{- end}}
)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = '{{.Broker}}',
    kafka_topic_list = '{{.Topic}}',
    kafka_group_name = '{{.Group}}',
    kafka_format = '{{if .Whole}}JSONAsString{{else}}JSONEachRow{{end}}',
    kafka_num_consumers = {{.Consumers}},
    kafka_thread_per_consumer = {{if .Threads}}1{{else}}0{{end}},
{{- if .Block}}
    kafka_max_block_size = {{.Block}},
{{- end}}
{{- if .Poll}}
    kafka_poll_max_batch_size = {{.Poll}},
{{- end}}
{{- if .Wait}}
    kafka_poll_timeout_ms = {{.Wait}},
{{- end}}
    kafka_flush_interval_ms = 500,
    date_time_input_format = 'best_effort'
