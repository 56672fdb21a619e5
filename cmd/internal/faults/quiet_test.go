package faults_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
	sink "github.com/deskpulse/deskpulse/sinks/kafka"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kgo"
)

// quietLimit is how soon a single event on a quiet topic must be durable: its range is in `batches`.
const quietLimit = time.Second

// quietTries is how often it is tried.
const quietTries = 3

// quietPause is longer than a fetch waits for records and a batch for more: the collector has asked in vain, and asks again.
var quietPause = ingest.DefaultConfig().BatchAge + 2*kafka.DefaultConfig().FetchMaxWait

// TestSingleEventIsDurableWithinASecond produces one event after the other, each when the one before is durable, at once
// or after a silence, with the product's own settings. The time is from the broker's append time to the row of `batches`
// as another client sees it. One in ten may be late, and so may all of them be twice: a machine that is busy with other tests
// stops everything now and then, where ingest that waits for too long does so each time. All times are logged.
func TestSingleEventIsDurableWithinASecond(t *testing.T) {
	for _, kind := range []brokerKind{embeddedBroker, apacheOne} {
		t.Run(string(kind), func(t *testing.T) {
			brokers, ok := sharedBrokers(t, kind)
			if !ok {
				return
			}
			s := &servers{brokers: brokers, clickhouse: embeddedtest.Engine(t)}
			w := &recreatedWorld{world: newWorld(t, s, plainTopic, 1)}
			w.ingestByDefault(t)
			client := w.connect(t)
			w.timeToDurable(t, client, 0) // waits for the group to form
			n := 1
			for _, c := range []struct {
				name  string
				pause time.Duration
				count int
			}{{"at once", 0, 20}, {"after a silence", quietPause, 10}} {
				within := false
				for try := 0; try < quietTries && !within; try++ {
					var took []time.Duration
					for range c.count {
						wait(c.pause + time.Duration(len(took))*c.pause/20) // at another moment of a fetch each time
						took = append(took, w.timeToDurable(t, client, n))
						n++
					}
					t.Logf("%s: from append to durable: %v", c.name, took)
					slices.Sort(took)
					within = took[c.count-1-c.count/10] <= quietLimit
				}
				if !within {
					t.Errorf("%s: %d times more than %d of %d events took more than %v", c.name, quietTries, c.count/10, c.count, quietLimit)
				}
			}
			if ranges := w.number(t, "SELECT count() FROM batches"); ranges != int64(n) {
				t.Errorf("%d ranges were written for %d events: something is written in silence", ranges, n)
			}
		})
	}
}

// timeToDurable produces one event, which is the n-th of the topic, and returns the time from append to durable.
func (w *recreatedWorld) timeToDurable(t *testing.T, client *kgo.Client, n int) time.Duration {
	t.Helper()
	w.began = time.Now()
	w.produceBy(t, client, "quiet", n, 1)
	seen := w.awaitApplied(t, int64(n))
	appended := w.number(t, "SELECT toUnixTimestamp64Milli(appended_at) FROM events WHERE offset = ?", n)
	return seen.Sub(time.UnixMilli(appended))
}

// awaitApplied returns when the offset is applied, as seen at most 10 ms later.
func (w *world) awaitApplied(t *testing.T, offset int64) time.Time {
	t.Helper()
	p := event.Partition{Stream: w.spec.Topic, Epoch: w.spec.Epoch}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		last, ok, err := w.store.LastApplied(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if ok && last >= offset {
			return time.Now()
		}
	}
	t.Fatalf("offset %d is not applied after %v", offset, patience)
	return time.Time{}
}

// ingestByDefault runs ingest in this process, with the defaults of all that decides how soon an event is durable.
func (w *world) ingestByDefault(t *testing.T) {
	t.Helper()
	consumer := kafka.DefaultConfig()
	consumer.Brokers, consumer.Topics = w.spec.consumer().Brokers, w.spec.consumer().Topics
	client, err := kafka.New(consumer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	group, err := kafka.NewGroup(client, w.spec.group(), log)
	if err != nil {
		t.Fatal(err)
	}
	producer, err := sink.New(w.spec.producer(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = producer.Close() })
	cfg := ingest.DefaultConfig()
	cfg.InsertDeadline, cfg.Lease = insertDeadline, w.spec.group().Lease()
	in, err := ingest.New(cfg, ingest.Deps{
		Streams: []event.Stream{w.spec.stream()}, Log: log, Registry: prometheus.NewRegistry(),
		Store: w.store, DeadLetters: sink.NewDeadLetters(producer, w.spec.DeadLetters),
		Join: func(ctx context.Context, work func(context.Context, ingest.Log), joined func(bool)) error {
			group.Joined = joined
			return group.Run(ctx, func(ctx context.Context, a *kafka.Assignment) { work(ctx, a) })
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- in.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
