package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/cespare/xxhash/v2"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// small returns a world that is no more than the embedded broker and a pool of seven events, and the name of a topic.
func small(t *testing.T, compression string) (*world, string) {
	client, err := kgo.NewClient(kgo.SeedBrokers(embeddedtest.Broker(t)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	w := &world{o: options{partitions: 2, compression: compression}, client: client, admin: kadm.NewClient(client)}
	for i := range 7 {
		value := fmt.Appendf(nil, `{"specversion":"1.0","id":"0%d","source":"pbx","type":"call.ended","subject":"c%d","time":"2026-11-01T00:00:00Z","data":{"agent":"li.na","id":"x"}}`, i, i)
		e, err := readMade(value)
		if err != nil {
			t.Fatal(err)
		}
		p, err := newPooled(record{fmt.Appendf(nil, "c%d", i), value, e.said()}, i%2)
		if err != nil {
			t.Fatal(err)
		}
		w.pool = append(w.pool, p)
	}
	name := embeddedtest.Name(t)
	if err := w.createTopic(t.Context(), name, w.o.partitions); err != nil {
		t.Fatal(err)
	}
	return w, name
}

// TestProducer: each event arrives once, with its key, as a different one, and what must come out is known beforehand.
func TestProducer(t *testing.T) {
	for _, compression := range []string{"none", "lz4"} {
		t.Run(compression, func(t *testing.T) {
			const events = 5000 // more than one request holds
			w, name := small(t, compression)
			p, err := w.newProducer(t.Context(), name, 1e9, events)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := readAll(t, name, events)
			if want := truthOf(w.pool, events); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if fewer := truthOf(w.pool, events-1); fewer.Hash == got.Hash {
				t.Error("an event less has the same hash")
			}
			// All were due in the first 5 µs. Nobody is as fast, and the clock does not stop for that.
			l := Latency{Wanted: p.rate, Paced: p.rate, Rate: float64(events) / p.took.Seconds()}
			if l.settle(); l.Kept || l.PaceKept || p.behind <= 0 {
				t.Errorf("a billion events a second were kept: %+v, %v behind", l, p.behind)
			}
		})
	}
}

// readAll reads a topic and says what is in it.
func readAll(t *testing.T, topic string, events int64) (got truth) {
	client, err := kgo.NewClient(kgo.SeedBrokers(embeddedtest.Broker(t)), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ids := map[string]bool{}
	for got.Events < events {
		fetches := client.PollFetches(t.Context())
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		for r := range fetches.RecordsAll() {
			e, err := readMade(r.Value)
			if err != nil || e.Subject != string(r.Key) || e.Subject[1]%2 != byte(r.Partition) || time.Since(r.Timestamp).Abs() > time.Hour {
				t.Fatalf("partition %d, key %q, of %v: %s: %v", r.Partition, r.Key, r.Timestamp, r.Value, err)
			}
			ids[e.ID] = true
			got.Events++
			got.Bytes += int64(len(r.Key) + len(r.Value))
			got.Hash += xxhash.Sum64String(e.said())
		}
	}
	if len(ids) != int(events) {
		t.Errorf("%d different ids of %d events", len(ids), events)
	}
	return got
}

// TestProducerPaces: at a rate that anybody keeps, nothing is sent before it is due.
func TestProducerPaces(t *testing.T) {
	w, name := small(t, "none")
	p, err := w.newProducer(t.Context(), name, 10_000, 2_000)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.took < 200*time.Millisecond {
		t.Errorf("2,000 events at 10,000 a second took %v", p.took)
	}
}

// TestProducerFails: what the broker refuses ends the run, and does not hang it.
func TestProducerFails(t *testing.T) {
	w, name := small(t, "none")
	p, err := w.newProducer(t.Context(), name, 1e9, 50_000)
	if err != nil {
		t.Fatal(err)
	}
	p.topic, p.id = "nowhere", kadm.TopicID{1}
	if err := p.run(t.Context()); err == nil || !strings.Contains(err.Error(), `produce to topic "nowhere"`) {
		t.Errorf("got %v", err)
	}
	if _, err := w.newProducer(t.Context(), "nowhere", 1, 1); err == nil {
		t.Error("a topic that is not there is no error")
	}
}
