package app

import (
	"context"
	"iter"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest/importer"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/ingest/simulate"
	sinkkafka "github.com/deskpulse/deskpulse/sinks/kafka"
)

// producer is a producer and the connections it uses.
type producer struct {
	*sinkkafka.Producer
	client *kafka.Client
}

// newProducer returns a producer whose largest message has so many bytes.
func newProducer(c config.Config, largest int) (producer, error) {
	client, err := producing(c)
	if err != nil {
		return producer{}, err
	}
	cfg := sinkkafka.DefaultConfig()
	cfg.Brokers, cfg.BatchBytes = c.Kafka.Brokers, largest
	p, err := sinkkafka.New(cfg, client.API().Transport)
	if err != nil {
		client.Close()
		return producer{}, err
	}
	return producer{p, client}, nil
}

// Close waits for what is being written and drops the connections.
func (p producer) Close() error {
	err := p.Producer.Close()
	p.client.Close()
	return err
}

// toTopic is a producer of one topic, as importers want it.
type toTopic struct {
	producer producer
	topic    string
}

// Produce implements importer.Producer.
func (t toTopic) Produce(ctx context.Context, messages []importer.Message) error {
	out := make([]sinkkafka.Message, len(messages))
	for i, m := range messages {
		out[i] = sinkkafka.Message{Key: m.Key, Value: m.Value}
	}
	return t.producer.Produce(ctx, t.topic, out)
}

// Import produces the events of the rows to the stream of imports.
func Import(ctx context.Context, c config.Config, rows iter.Seq2[importer.Row, error]) (importer.Result, error) {
	stream, err := c.Stream(c.Imports)
	if err != nil {
		return importer.Result{}, err
	}
	p, err := newProducer(c, streamRecordBytes)
	if err != nil {
		return importer.Result{}, err
	}
	defer p.Close()
	return importer.Import(ctx, rows, toTopic{p, stream.Topic})
}

// simulateBatch is how many records are produced at once.
const simulateBatch = 1000

// Simulate produces a month that was made up to the stream of imports, in its order, and returns how many records were
// acknowledged.
func Simulate(ctx context.Context, c config.Config, month *simulate.Month, progress func(done int64)) (done int, err error) {
	stream, err := c.Stream(c.Imports)
	if err != nil {
		return 0, err
	}
	p, err := newProducer(c, streamRecordBytes)
	if err != nil {
		return 0, err
	}
	defer p.Close()
	batch := make([]sinkkafka.Message, 0, simulateBatch)
	flush := func() error {
		if err := p.Produce(ctx, stream.Topic, batch); err != nil {
			return err
		}
		done += len(batch)
		progress(int64(done))
		batch = batch[:0]
		return nil
	}
	for r := range month.Records() {
		batch = append(batch, sinkkafka.Message{Key: r.Key, Value: r.Value})
		if len(batch) == simulateBatch {
			if err := flush(); err != nil {
				return done, err
			}
		}
	}
	return done, flush()
}
