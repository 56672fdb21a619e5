package faults_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// world is one topic, one consumer group and one database.
type world struct {
	spec  childSpec
	store *clickhouse.Store
	conn  driver.Conn
	kafka *kafka.Client
}

func newWorld(t *testing.T, s *servers, kind topicKind, partitions int) *world {
	t.Helper()
	database := "default" // of an engine of its own
	if s.engine == nil {
		database = embeddedtest.Database(t).Name
	}
	name := embeddedtest.Name(t)
	at := s.clickhouse
	w := &world{spec: childSpec{Brokers: s.brokers, Topic: name, DeadLetters: name + "_dead", Group: name, Zone: streamZone, MaxBytes: maxBytes,
		ClickHouse: at.Native, Database: database, User: at.User, Password: at.Password}}
	w.makeTopics(t, kind, partitions)
	var err error
	if w.store, err = w.spec.store(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	if _, err := w.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.conn = embeddedtest.DB{Endpoint: at, Name: database}.Open(t)
	if w.kafka, err = kafka.New(w.spec.consumer()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.kafka.Close)
	return w
}

func (w *world) makeTopics(t *testing.T, kind topicKind, partitions int) {
	t.Helper()
	events := embedded.Topic{Name: w.spec.Topic, Partitions: partitions, Configs: map[string]string{"message.timestamp.type": "LogAppendTime"}}
	if kind == compactedTopic {
		w.cleanOften(t)
		for name, value := range map[string]string{"cleanup.policy": "compact", "segment.ms": "500", "min.cleanable.dirty.ratio": "0.01",
			"delete.retention.ms": "100"} {
			events.Configs[name] = value
		}
	}
	letters := embedded.Topic{Name: w.spec.DeadLetters, Partitions: partitions, Configs: map[string]string{"message.timestamp.type": "LogAppendTime"}}
	client := &kafkago.Client{Addr: kafkago.TCP(w.spec.Brokers...)}
	if err := embedded.EnsureTopics(t.Context(), client, events, letters); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.dropTopics(t, client) })
}

// dropTopics removes the topics of a point that is over: with those of hundreds of points a broker has no time for anything
// else. A broker that the point had for itself may be gone by then, and its topics with it.
func (w *world) dropTopics(t *testing.T, client *kafkago.Client) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
	defer cancel()
	gone, err := client.DeleteTopics(ctx, &kafkago.DeleteTopicsRequest{Topics: []string{w.spec.Topic, w.spec.DeadLetters}})
	if err == nil {
		err = errors.Join(slices.Collect(maps.Values(gone.Errors))...)
	}
	if err != nil {
		t.Logf("the topics stay: %v", err)
	}
}

// cleanOften has the brokers compact so often that a test sees it.
func (w *world) cleanOften(t *testing.T) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(w.spec.Brokers...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	often := "2000" // and no oftener: deskpulse's own broker cleans what was just written, and moves the start of the log
	res, err := kadm.NewClient(client).AlterBrokerConfigs(t.Context(), []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "log.cleaner.backoff.ms", Value: &often}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range res {
		if r.Err != nil {
			t.Fatal(r.Err, r.ErrMessage)
		}
	}
}

func port(t *testing.T, addr string) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscanf(addr[strings.LastIndexByte(addr, ':')+1:], "%d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// poll asks until ok, or fails the test; ask's error is what is still missing.
func poll(t *testing.T, within time.Duration, ask func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %s: %v", within, err)
		}
		<-tick.C
	}
}

// number asks ClickHouse for one integer.
func (w *world) number(t *testing.T, sql string, args ...any) int64 {
	t.Helper()
	n, err := w.ask(t, sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// ask is number for a time when ClickHouse may be away.
func (w *world) ask(t *testing.T, sql string, args ...any) (n int64, err error) {
	t.Helper()
	err = w.conn.QueryRow(t.Context(), "SELECT toInt64(("+sql+"))", args...).Scan(&n)
	return n, err
}

// advance waits until n more offsets are applied than when it was called.
func (w *world) advance(t *testing.T, n int64) {
	t.Helper()
	const applied = "SELECT sum(last - first + 1) FROM batches"
	from := int64(-1)
	poll(t, patience, func() error {
		got, err := w.ask(t, applied)
		if err == nil && from < 0 {
			from = got
		}
		if err == nil && got < from+n {
			err = fmt.Errorf("%d of %d more offsets are applied", got-from, n)
		}
		return err
	})
}

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// ends returns what Kafka says of every partition of the topic.
func (w *world) ends(t *testing.T) (ends []clickhouse.End) {
	t.Helper()
	poll(t, 20*time.Second, func() (err error) { // a topic that was recreated is unknown until the metadata is read again
		ends, err = w.tryEnds(t)
		return err
	})
	return ends
}

func (w *world) tryEnds(t *testing.T) (ends []clickhouse.End, err error) {
	n, err := w.kafka.Partitions(t.Context(), w.spec.Topic)
	if err != nil {
		return nil, err
	}
	for id := range n {
		p := kafka.Partition{Topic: w.spec.Topic, ID: id}
		end := clickhouse.End{Partition: event.Partition{Stream: w.spec.Topic, Epoch: w.spec.Epoch, ID: int32(id)}}
		offset, metadata, ok, err := w.kafka.Committed(t.Context(), w.spec.Group, p)
		if err != nil {
			return nil, err
		}
		if ok {
			end.Committed = ingest.CommittedIn(w.spec.Epoch, offset, metadata)
		}
		if end.TopicID, err = w.kafka.TopicID(t.Context(), p); err != nil {
			return nil, err
		}
		if end.Start, end.Offset, err = w.kafka.Bounds(t.Context(), p); err != nil {
			return nil, err
		}
		ends = append(ends, end)
	}
	return ends, nil
}

// settle waits until everything in the topic is applied and committed.
func (w *world) settle(t *testing.T, said func() string) {
	t.Helper()
	poll(t, patience, func() error {
		ends, err := w.tryEnds(t)
		if err != nil {
			return err
		}
		for _, end := range ends {
			if end.Offset == 0 {
				continue
			}
			last, _, err := w.store.LastApplied(t.Context(), end.Partition)
			if err != nil {
				return err
			}
			if last+1 != end.Offset || end.Committed != end.Offset {
				return fmt.Errorf("%v is applied to %d and committed to %d of %d; ingest said:\n%s", end.Partition, last+1,
					end.Committed, end.Offset, said())
			}
		}
		return nil
	})
}

// verified wants `verify ingest` to be clean, before and after the engine has merged everything.
func (w *world) verified(t *testing.T) {
	t.Helper()
	w.verify(t, "before the merge")
	for _, table := range []string{"events", "rejected"} {
		if err := w.conn.Exec(t.Context(), "OPTIMIZE TABLE "+table+" FINAL"); err != nil {
			t.Fatal(err)
		}
	}
	w.verify(t, "after the merge")
}

func (w *world) verify(t *testing.T, when string) {
	t.Helper()
	report, err := w.store.Verify(t.Context(), w.ends(t))
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK {
		t.Errorf("verify, %s: %+v", when, report)
	}
}
