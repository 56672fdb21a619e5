package kafka

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
)

// TransactorConfig says how transactions are written.
type TransactorConfig struct {
	// Brokers are the addresses, host:port, at which to find the cluster.
	Brokers []string
	// ClientID names this program in the brokers' logs and quotas.
	ClientID string
	// TLS encrypts the connections; nil does not.
	TLS *tls.Config
	// SASL authenticates the connections; nil does not.
	SASL sasl.Mechanism
	// DialTimeout bounds opening one connection.
	DialTimeout time.Duration
	// ID is the transactional id. Of all transactors with it, one can commit: the one that was opened last.
	ID string
	// Timeout bounds opening, and each transaction. When the process dies the broker ends its transaction after that time;
	// until then readers of the topic wait.
	Timeout time.Duration
}

// largestBatch bounds what one request carries before it is compressed. A record that came in compressed must get in
// again; a transaction of more than one record is to be small, for this bound protects nobody's max.message.bytes.
const largestBatch = 64 << 20

// ErrFenced says that another transactor with the same id was opened, or that the broker ended the transaction because it
// took too long.
var ErrFenced = errors.New("another producer has taken over, or the transaction took too long")

// Transactor writes transactions: lists of messages of which readers get all or none. It is not kafka-go's: that has no
// transactions. After an error of Commit the outcome may be unknown and the transactor can only be closed: a new one
// with the same id settles it. One goroutine may use it.
type Transactor struct {
	cfg    TransactorConfig
	client *kgo.Client
}

// OpenTransactor makes every other transactor with the same id unable to commit, aborts what it had begun, and waits until
// that is settled.
func OpenTransactor(ctx context.Context, cfg TransactorConfig) (*Transactor, error) {
	op := fmt.Sprintf("open transactions %q", cfg.ID)
	client, err := kgo.NewClient(cfg.options()...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	t := &Transactor{cfg, client}
	ctx, cancel := context.WithTimeout(ctx, cfg.Timeout)
	defer cancel()
	if _, err := t.producer(ctx); err != nil {
		t.Close()
		return nil, explainTransaction(op, 0, err)
	}
	return t, nil
}

func (c TransactorConfig) options() []kgo.Opt {
	out := []kgo.Opt{
		kgo.SeedBrokers(c.Brokers...), kgo.ClientID(c.ClientID), kgo.DialTimeout(c.DialTimeout),
		kgo.TransactionalID(c.ID), kgo.TransactionTimeout(c.Timeout), kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0),
		kgo.ProducerBatchMaxBytes(largestBatch), kgo.BrokerMaxWriteBytes(largestBatch + largestBatch/2),
		kgo.MetadataMinAge(100 * time.Millisecond),
	}
	if c.TLS != nil {
		out = append(out, kgo.DialTLSConfig(c.TLS))
	}
	if c.SASL != nil {
		out = append(out, kgo.SASL(c.SASL))
	}
	return out
}

// producer is the id under which the broker knows a transactor. It changes when somebody takes over.
type producer struct {
	id    int64
	epoch int16
}

var errNoTransactions = errors.New("the broker has no transactions")

func (t *Transactor) producer(ctx context.Context) (producer, error) {
	id, epoch, err := t.client.ProducerID(ctx)
	if err == nil && id < 0 {
		err = errNoTransactions
	}
	return producer{id, epoch}, err
}

// LogEnd is where one partition begins and ends, whether or not what is in it can be read yet.
type LogEnd struct {
	Start, End int64
}

// Ends returns the ends of the topic's partitions, by number. They lie behind everything that a transactor with the same
// id has ever written.
func (t *Transactor) Ends(ctx context.Context, topic string) ([]LogEnd, error) {
	op := fmt.Sprintf("read ends of topic %q", topic)
	ctx, cancel := context.WithTimeout(ctx, t.cfg.Timeout)
	defer cancel()
	admin := kadm.NewClient(t.client)
	starts, err := admin.ListStartOffsets(ctx, topic)
	if err == nil {
		err = starts.Error()
	}
	if err != nil {
		return nil, explainTransaction(op, 0, err)
	}
	ends, err := admin.ListEndOffsets(ctx, topic)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return nil, explainTransaction(op, 0, err)
	}
	out := make([]LogEnd, len(ends[topic]))
	for id := range out {
		start, ok1 := starts.Lookup(topic, int32(id))
		end, ok2 := ends.Lookup(topic, int32(id))
		if !ok1 || !ok2 {
			return nil, explainTransaction(op, 0, kerr.UnknownTopicOrPartition)
		}
		out[id] = LogEnd{start.Offset, end.Offset}
	}
	return out, nil
}

// Placed is a message for one partition.
type Placed struct {
	Message
	Partition int32
}

// Commit writes the messages to the topic in one transaction. Without an error all of them are committed, with one all or
// none, and whoever opens a new transactor can look which. Once it has begun, the end of its context does not end it, for
// then the outcome would not be known.
func (t *Transactor) Commit(ctx context.Context, topic string, messages []Placed) error {
	if err := ctx.Err(); err != nil || len(messages) == 0 {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.cfg.Timeout)
	defer cancel()
	// Nothing else ends a produce request that waits for a broker that is away.
	defer context.AfterFunc(ctx, t.client.Close)()
	return explainTransaction(fmt.Sprintf("commit to topic %q", topic), len(messages), t.commit(ctx, topic, messages))
}

func (t *Transactor) commit(ctx context.Context, topic string, messages []Placed) error {
	before, err := t.producer(ctx)
	if err != nil {
		return err
	}
	if err := t.client.BeginTransaction(); err != nil {
		return err
	}
	if err := t.client.ProduceSync(ctx, records(topic, messages)...).FirstErr(); err != nil {
		return err
	}
	// The client heals some errors by becoming another producer, whose transaction has only the records since. It would
	// commit a part, and so may somebody who was replaced.
	after, err := t.producer(ctx)
	if err != nil {
		return err
	}
	if after != before {
		return errChanged
	}
	return t.client.EndTransaction(ctx, kgo.TryCommit)
}

var errChanged = errors.New("the producer id changed in the middle of a transaction")

func records(topic string, messages []Placed) []*kgo.Record {
	out := make([]*kgo.Record, len(messages))
	for i, m := range messages {
		out[i] = &kgo.Record{Topic: topic, Partition: m.Partition, Key: m.Key, Value: m.Value}
		for _, h := range m.Headers {
			out[i].Headers = append(out[i].Headers, kgo.RecordHeader{Key: h.Name, Value: h.Value})
		}
	}
	return out
}

// Close drops the connections. A transaction that is open is ended by the broker, or by the next transactor.
func (t *Transactor) Close() { t.client.Close() }
