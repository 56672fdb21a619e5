// Package kafka is where deskpulse writes to Kafka: events of importers and simulations, and copies of rejected records.
// A message counts as written when all in-sync replicas have it.
package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// Config says how messages are written.
type Config struct {
	// Brokers are the addresses, host:port, at which to find the cluster.
	Brokers []string `yaml:"brokers"`
	// BatchMessages bounds the messages of one request to one partition.
	BatchMessages int `yaml:"batch_messages"`
	// BatchBytes bounds its bytes, and so the largest message; the brokers' message.max.bytes must not be less.
	BatchBytes int `yaml:"batch_bytes"`
	// Linger is how long a batch waits for messages of other calls. Messages come in lists, so there is little to wait for.
	Linger time.Duration `yaml:"linger"`
	// Timeout bounds one attempt to write a batch.
	Timeout time.Duration `yaml:"timeout"`
	// Attempts is how often a batch is tried before Produce returns an error.
	Attempts int `yaml:"attempts"`
}

// DefaultConfig returns the defaults; Brokers has none. BatchBytes stays below the 1 MiB that brokers take by default.
func DefaultConfig() Config {
	return Config{BatchMessages: 5000, BatchBytes: 1_000_000, Linger: 5 * time.Millisecond, Timeout: 10 * time.Second, Attempts: 10}
}

// leastBytes leaves a dead letter room for its headers and something of its value.
const leastBytes = 10_000

// Validate returns all that is wrong with the configuration, with paths.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, path, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
		}
	}
	check(len(c.Brokers) > 0, "brokers", "at least one host:port is needed")
	for i, b := range c.Brokers {
		_, _, err := net.SplitHostPort(b)
		check(err == nil, fmt.Sprintf("brokers[%d]", i), "%q is not host:port", b)
	}
	check(c.BatchMessages > 0, "batch_messages", "%d is not positive", c.BatchMessages)
	check(c.BatchBytes >= leastBytes, "batch_bytes", "%d is less than %d", c.BatchBytes, leastBytes)
	check(c.Linger > 0, "linger", "%v is not positive", c.Linger)
	check(c.Timeout > 0, "timeout", "%v is not positive", c.Timeout)
	check(c.Attempts > 0, "attempts", "%d is not positive", c.Attempts)
	return errors.Join(errs...)
}

// Message is a record to write; its key chooses the partition.
type Message struct {
	Key, Value []byte
	Headers    []Header
}

// Header is a named value beside a message.
type Header struct {
	Name  string
	Value []byte
}

// Producer writes messages and waits until all in-sync replicas have them. It may be used from any number of goroutines.
type Producer struct {
	cfg    Config
	writer *kafkago.Writer
	own    *kafkago.Transport // to be closed with the producer; nil if the transport is the caller's
}

// New returns a producer. The transport carries TLS and SASL and stays the caller's; nil means neither. Nothing is sent
// before the first Produce. A Writer's own defaults would be dangerous (no acknowledgement, round-robin, a second of
// linger), so every field is set.
func New(cfg Config, transport kafkago.RoundTripper) (*Producer, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure producer: %w", err)
	}
	p := &Producer{cfg: cfg}
	if transport == nil {
		// Metadata is read again soon: a topic made a moment ago is unknown until then.
		p.own = &kafkago.Transport{ClientID: "deskpulse", DialTimeout: cfg.Timeout, MetadataTTL: time.Second}
		transport = p.own
	}
	p.writer = &kafkago.Writer{
		Addr:                   kafkago.TCP(cfg.Brokers...),
		Balancer:               kafkago.Murmur2Balancer{}, // as Java's producers choose, so that a key stays in its partition
		MaxAttempts:            cfg.Attempts,
		WriteBackoffMin:        100 * time.Millisecond,
		WriteBackoffMax:        time.Second,
		BatchSize:              cfg.BatchMessages,
		BatchBytes:             int64(cfg.BatchBytes),
		BatchTimeout:           cfg.Linger,
		ReadTimeout:            cfg.Timeout,
		WriteTimeout:           cfg.Timeout,
		RequiredAcks:           kafkago.RequireAll,
		AllowAutoTopicCreation: false,
		Transport:              transport,
	}
	return p, nil
}

// Produce writes the messages to the topic and returns when all of them are acknowledged. Messages with the same key keep
// their order. After an error, an [*Error], some may have been written, and trying again writes those twice.
func (p *Producer) Produce(ctx context.Context, topic string, messages []Message) error {
	if len(messages) == 0 {
		return nil
	}
	out := make([]kafkago.Message, len(messages))
	for i, m := range messages {
		out[i] = kafkago.Message{Topic: topic, Key: m.Key, Value: m.Value}
		for _, h := range m.Headers {
			out[i].Headers = append(out[i].Headers, kafkago.Header{Key: h.Name, Value: h.Value})
		}
	}
	return explain(fmt.Sprintf("produce to topic %q", topic), p.writer.WriteMessages(ctx, out...))
}

// Close waits for what is being written, then closes the producer and its own connections.
func (p *Producer) Close() error {
	err := p.writer.Close()
	if p.own != nil {
		p.own.CloseIdleConnections()
	}
	return err
}
