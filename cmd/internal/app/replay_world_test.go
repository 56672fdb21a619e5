package app_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// replayWorld is a desk whose stream rejected records that it would accept by now.
type replayWorld struct {
	config config.Config // mended
	conn   driver.Conn
}

// The records of a world: some that were accepted, some that were too large or too old for the stream as it was, and some
// that will be rejected for ever.
const (
	worldGood   = 60
	worldLarge  = 80
	worldOld    = 50
	worldBroken = 30
	worldMended = worldLarge + worldOld
)

// newReplayWorld has ingest reject the records, mends the stream, and starts ingest again.
func newReplayWorld(t *testing.T, addr string) *replayWorld {
	t.Helper()
	c := newDesk(t, addr)
	c.Group.ID = c.Decisions
	c.Group.SessionTimeout, c.Group.RebalanceTimeout, c.ClickHouse.InsertDeadline = 6*time.Second, 8*time.Second, 2*time.Second
	c.Ingest.BatchAge = 50 * time.Millisecond
	c.Streams[0].MaxBytes = 2_000
	w := &replayWorld{config: c, conn: database(t, c)}
	w.produce(t)
	stop := w.ingest(t)
	w.settle(t)
	stop()
	mend(&w.config)
	w.ingest(t)
	return w
}

// mend makes the stream accept what was too large and too old.
func mend(c *config.Config) {
	s := c.Streams[0]
	s.MaxBytes, s.Backward = event.DefaultMaxBytes, 0
	c.Streams = []config.Stream{s}
}

// produce writes the records, every key to the partition that one of the sources would choose.
func (w *replayWorld) produce(t *testing.T) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(w.config.Kafka.Brokers...), kgo.DefaultProduceTopic(w.config.Streams[0].Topic))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var records []*kgo.Record
	add := func(kind string, n int, age time.Duration, queue string) {
		for i := range n {
			e := event.Event{Source: "test", Zone: "UTC", Subject: fmt.Sprintf("%s-%03d", kind, i), ID: "ended", Time: time.Now().Add(-age),
				Data: event.CallEnded{Direction: event.Inbound, Outcome: event.Abandoned, Queue: "parcels"}}
			value, err := event.Encode(&e)
			if err != nil {
				t.Fatal(err)
			}
			value = bytes.Replace(value, []byte(`"parcels"`), []byte(queue), 1)
			records = append(records, &kgo.Record{Key: []byte(e.Subject), Value: value})
		}
	}
	const day = 24 * time.Hour
	add("good", worldGood, time.Hour, `"parcels"`)
	add("large", worldLarge, time.Hour, `"parcels"`+strings.Repeat(" ", 2_000))
	add("old", worldOld, 60*day, `"parcels"`)
	add("broken", worldBroken, time.Hour, `7`)
	if err := client.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// ingest runs ingest until it is stopped, at the end of the test at the latest.
func (w *replayWorld) ingest(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	c := w.config
	c.Streams = append([]config.Stream(nil), c.Streams...)
	go func() { ended <- app.Ingest(ctx, c, "", quiet(), func(string) {}) }()
	stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("ingest: %v", err)
		}
		ended <- nil
	}
	t.Cleanup(stop)
	return stop
}

// settle waits until everything in the topic is applied.
func (w *replayWorld) settle(t *testing.T) {
	t.Helper()
	poll(t, "applied", func() bool { // the broker may be away for a while
		behind, err := app.AwaitApplied(t.Context(), w.config, 10*time.Second, nil)
		return err == nil && len(behind) == 0
	})
}

func (w *replayWorld) replay(ctx context.Context, change func(*app.ReplayConfig)) (app.Replayed, error) {
	cfg := someAtOnce
	if change != nil {
		change(&cfg)
	}
	return app.Replay(ctx, w.config, cfg, func(string, int64, int64) {})
}

// someAtOnce is a replay of everything in many transactions.
var someAtOnce = app.ReplayConfig{Filter: clickhouse.OutstandingFilter{Limit: 10_000}, Wait: time.Minute, Piece: 7}

// replayTelling replays everything and tells how much is done before each transaction.
func (w *replayWorld) replayTelling(ctx context.Context, tell func(done int64)) (app.Replayed, error) {
	return app.Replay(ctx, w.config, someAtOnce, func(what string, done, _ int64) {
		if what == "replay" {
			tell(done)
		}
	})
}

// want replays and wants an answer.
func (w *replayWorld) want(t *testing.T, name string, change func(*app.ReplayConfig), want app.Replayed) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	got, err := w.replay(ctx, change)
	if diff := cmp.Diff(got, want); err != nil || diff != "" {
		t.Fatalf("%s: %v (-got, +want):\n%s", name, err, diff)
	}
}

// text asks ClickHouse for one text.
func (w *replayWorld) text(t *testing.T, sql string) (out string) {
	t.Helper()
	if err := w.conn.QueryRow(t.Context(), sql).Scan(&out); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return out
}

// firstRejected is a digest of the rows of `rejected` that no replay made: those never change.
const firstRejected = "SELECT toString((count(), sum(cityHash64(stream, epoch, partition, offset, appended_at, reason, detail, key, value)))) FROM rejected WHERE origin = ''"

// check wants every event once, those that were mended with their origin, and ClickHouse to be what Kafka has.
func (w *replayWorld) check(t *testing.T) {
	t.Helper()
	w.settle(t)
	v, err := app.Verify(t.Context(), w.config, time.Minute, nil)
	if err != nil || !v.OK {
		t.Errorf("verify ingest: %+v, %v", v, err)
	}
	for sql, want := range map[string]string{
		"SELECT toString((count(), uniqExact(conversation_id), countIf(origin != ''), uniqExactIf(origin, origin != ''))) FROM events": fmt.Sprintf(
			"(%d,%d,%d,%d)", worldGood+worldMended, worldGood+worldMended, worldMended, worldMended),
		`SELECT toString((count(), countIf(e.conversation_id != r.key))) FROM events AS e INNER JOIN rejected AS r
			ON e.origin = concat(r.stream, '/', toString(r.epoch), '/', toString(r.partition), '/', toString(r.offset))`: fmt.Sprintf("(%d,0)", worldMended),
	} {
		if got := w.text(t, sql); got != want {
			t.Errorf("%s:\ngot %s, want %s", sql, got, want)
		}
	}
}
