package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"text/template"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
)

var (
	//go:embed engine_table.sql
	engineTableSQL string
	//go:embed engine_view.sql
	engineViewSQL string
	//go:embed engine_view_drop.sql
	engineViewDropSQL string
	//go:embed engine_table_drop.sql
	engineTableDropSQL string

	engineTable = template.Must(template.New("engine_table.sql").Parse(engineTableSQL))
	engineView  = template.Must(template.New("engine_view.sql").Parse(engineViewSQL))
)

// variant is one way to set the Kafka engine up. What is 0 is left at ClickHouse's default.
type variant struct {
	Whole     bool // the message is one text and taken apart by the view
	Consumers int  // members of the group
	Threads   bool // each consumer inserts by itself
	Block     int  // rows of an insert
	Poll      int  // messages asked of librdkafka at once
	Wait      int  // milliseconds it is asked for them
}

func (v variant) String() string {
	format, threads := "JSONEachRow", "one insert of all"
	if v.Whole {
		format = "JSONAsString"
	}
	if v.Threads {
		threads = "an insert each"
	}
	number := func(n int) string {
		if n == 0 {
			return "default"
		}
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s, consumers: %d, %s, block: %s, poll: %s, wait: %s", format, v.Consumers, threads, number(v.Block), number(v.Poll), number(v.Wait))
}

// kafkaEngine is ClickHouse reading Kafka by itself: peer b as fast as it can be set up, peer d as it comes.
type kafkaEngine struct {
	variant
	name string // its letter
}

func (k kafkaEngine) letter() string { return k.name }

func (k kafkaEngine) begin(ctx context.Context, t *turn) error {
	values := struct {
		variant
		Broker, Topic, Group string
	}{k.variant, t.kafka.Addrs()[0], t.topic, t.name}
	for _, tmpl := range []*template.Template{engineTable, engineView} {
		var query bytes.Buffer
		if err := tmpl.Execute(&query, values); err != nil {
			return err
		}
		// More consumers than processors are refused by default.
		with := clickhousego.Context(ctx, clickhousego.WithSettings(clickhousego.Settings{"kafka_disable_num_consumers_limit": 1}))
		if err := t.store.Exec(with, query.String()); err != nil {
			return fmt.Errorf("%s: %w", tmpl.Name(), err)
		}
	}
	return t.awaitJoined(ctx, t.name, t.topic)
}

func (kafkaEngine) done(ctx context.Context, t *turn) (int64, error) {
	return t.store.number(ctx, arrivedSQL)
}

// finish drops the view first: a consumer without a view stands still.
func (kafkaEngine) finish(t *turn) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	for _, query := range []string{engineViewDropSQL, engineTableDropSQL} {
		if err := t.store.Exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}
