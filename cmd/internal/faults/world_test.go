package faults_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	"github.com/google/go-cmp/cmp"
	kafkago "github.com/segmentio/kafka-go"
)

type broker struct{ name, addr string }

// brokers returns the kinds of broker there are on this machine; where CI is set both must be.
func brokers(t *testing.T) []broker {
	out := []broker{{"embedded", embeddedtest.Broker(t)}}
	if addr, ok := embeddedtest.RealKafka(t); ok {
		out = append(out, broker{"apache", addr})
	}
	return out
}

// world is one topic, one consumer group and one database.
type world struct {
	spec  childSpec
	store *clickhouse.Store
	conn  driver.Conn
	kafka *kafka.Client
}

func newWorld(t *testing.T, addr string, partitions int) *world {
	t.Helper()
	db := embeddedtest.Database(t)
	return newWorldOn(t, addr, partitions, db.Endpoint, db.Name)
}

func newWorldOn(t *testing.T, addr string, partitions int, engine embedded.Endpoint, database string) *world {
	t.Helper()
	name := embeddedtest.Name(t)
	w := &world{spec: childSpec{Broker: addr, Topic: name, DeadLetters: name + "_dead", Group: name,
		ClickHouse: engine.Native, Database: database, User: engine.User, Password: engine.Password}}
	makeTopics(t, addr, partitions, w.spec.Topic, w.spec.DeadLetters)
	var err error
	if w.store, err = w.spec.store(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	if _, err := w.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.conn = embeddedtest.DB{Endpoint: engine, Name: database}.Open(t)
	if w.kafka, err = kafka.New(w.spec.consumer()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.kafka.Close)
	return w
}

func makeTopics(t *testing.T, addr string, partitions int, names ...string) {
	t.Helper()
	var topics []embedded.Topic
	for _, n := range names {
		topics = append(topics, embedded.Topic{Name: n, Partitions: partitions,
			Configs: map[string]string{"message.timestamp.type": "LogAppendTime"}})
	}
	if err := embedded.EnsureTopics(t.Context(), &kafkago.Client{Addr: kafkago.TCP(addr)}, topics...); err != nil {
		t.Fatal(err)
	}
}

// poll asks until ok, or fails the test; ask's error is what is still missing.
func poll(t *testing.T, within time.Duration, ask func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	tick := time.NewTicker(50 * time.Millisecond)
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
	var n int64
	if err := w.conn.QueryRow(t.Context(), "SELECT toInt64(("+sql+"))", args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// advance waits until n more events are applied.
func (w *world) advance(t *testing.T, n int64) {
	t.Helper()
	applied := "SELECT sum(accepted) FROM batches"
	from := w.number(t, applied)
	poll(t, 60*time.Second, func() error {
		if got := w.number(t, applied); got < from+n {
			return fmt.Errorf("%d of %d more events are applied", got-from, n)
		}
		return nil
	})
}

// ends returns the end of every partition of the topic.
func (w *world) ends(t *testing.T) map[event.Partition]int64 {
	t.Helper()
	var n int
	poll(t, 20*time.Second, func() (err error) { // a topic that was recreated is unknown until the metadata is read again
		n, err = w.kafka.Partitions(t.Context(), w.spec.Topic)
		return err
	})
	ends := make(map[event.Partition]int64)
	for id := range n {
		_, end, err := w.kafka.Bounds(t.Context(), kafka.Partition{Topic: w.spec.Topic, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		ends[event.Partition{Stream: w.spec.Topic, Epoch: w.spec.Epoch, ID: int32(id)}] = end
	}
	return ends
}

// settle waits until everything in the topic is applied.
func (w *world) settle(t *testing.T, p *process) {
	t.Helper()
	ends := w.ends(t)
	var total int64
	for _, end := range ends {
		total += end
	}
	poll(t, 60*time.Second, func() error {
		var applied int64
		for part := range ends {
			last, ok, err := w.store.LastApplied(t.Context(), part)
			if err != nil {
				return err
			}
			if ok {
				applied += last + 1
			}
		}
		if applied != total {
			return fmt.Errorf("%d of %d offsets are applied; ingest said:\n%s", applied, total, p.said())
		}
		return nil
	})
}

// check holds ClickHouse against what was produced: by verify, and by questions of this test's own.
func (w *world) check(t *testing.T, l *load, p *process) {
	t.Helper()
	w.settle(t, p)
	w.verified(t)
	offsets := w.number(t, "SELECT count() FROM (SELECT partition, offset FROM events UNION ALL SELECT partition, offset FROM rejected)")
	distinct := w.number(t, "SELECT count() FROM (SELECT partition, offset FROM events UNION DISTINCT SELECT partition, offset FROM rejected)")
	var produced int64
	for _, end := range w.ends(t) {
		produced += end
	}
	if offsets != produced || distinct != produced {
		t.Errorf("%d rows of %d offsets, want each of %d produced once", offsets, distinct, produced)
	}
	w.checkRejected(t, l)
	w.checkFacts(t, l)
}

// verified wants `verify ingest` to be clean.
func (w *world) verified(t *testing.T) {
	t.Helper()
	var ends []clickhouse.End
	for p, offset := range w.ends(t) {
		ends = append(ends, clickhouse.End{Partition: p, Offset: offset})
	}
	report, err := w.store.Verify(t.Context(), ends)
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK {
		t.Errorf("verify: %+v", report)
	}
}

func (w *world) checkRejected(t *testing.T, l *load) {
	t.Helper()
	rows, err := w.conn.Query(t.Context(), "SELECT reason, toInt64(count()) FROM rejected GROUP BY reason")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := make(map[event.Reason]int)
	for rows.Next() {
		var reason string
		var n int64
		if err := rows.Scan(&reason, &n); err != nil {
			t.Fatal(err)
		}
		got[event.Reason(reason)] = int(n)
	}
	if diff := cmp.Diff(got, l.rejected); diff != "" {
		t.Errorf("rejected by reason (-got, +want):\n%s", diff)
	}
}

// checkFacts folds everything and wants one call for each identity that was produced.
func (w *world) checkFacts(t *testing.T, l *load) {
	t.Helper()
	got := make(map[string]int)
	query := clickhouse.Query{Company: "express", Types: []string{"call.ended"}, From: time.Unix(0, 0), To: time.Now().Add(time.Hour)}
	for events, err := range w.store.Subjects(context.Background(), query) {
		if err != nil {
			t.Fatal(err)
		}
		facts, _ := turn.Fold(events)
		for _, call := range facts.Calls {
			got[call.Subject+"/"+call.ID]++
		}
	}
	var wrong []string
	for id, n := range got {
		if n != 1 || !l.accepted[id] {
			wrong = append(wrong, fmt.Sprintf("%s counted %d times", id, n))
		}
	}
	for id := range l.accepted {
		if got[id] == 0 {
			wrong = append(wrong, id+" is missing")
		}
	}
	slices.Sort(wrong)
	if len(wrong) > 0 {
		t.Errorf("%d of %d identities are wrong: %.500s", len(wrong), len(l.accepted), strings.Join(wrong, ", "))
	}
}
