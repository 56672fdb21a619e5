package faults_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
	sink "github.com/deskpulse/deskpulse/sinks/kafka"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestRefusedRows plays every fault around the search for refused rows alone: a fault that does not strike fails its point.
// Each refused record must be in the dead letters, also where the process that found it refused did not live to copy it.
func TestRefusedRows(t *testing.T) {
	pool := newPool(t)
	t.Run("kind", func(t *testing.T) {
		for i, k := range slices.Concat(bisections(), refusals()) {
			t.Run(k.planned().String(), func(t *testing.T) {
				t.Parallel()
				servers, ok := pool.servers(t, embeddedBroker, false, false)
				if !ok {
					return
				}
				p := point{Broker: embeddedBroker, Topic: plainTopic, Partitions: 2, Processes: 2, Faults: []planned{k.planned()}, Seed: uint64(i)}
				p.play(t, servers).checkLetters(t)
			})
		}
	})
}

// checkLetters wants a copy, with the reason, of every record that was refused.
func (r *run) checkLetters(t *testing.T) {
	t.Helper()
	refused, missing := 0, 0
	letters := r.letters(t)
	for at, o := range r.outcomes(t) {
		if o.reason != event.Refused {
			continue
		}
		refused++
		if !slices.Contains(letters[at], event.Refused) {
			missing++
		}
	}
	if refused == 0 || missing > 0 {
		t.Errorf("%d of %d refused records are not in the dead letters", missing, refused)
	}
}

// letters reads the dead letters: by position, the reasons of the copies.
func (r *run) letters(t *testing.T) map[position][]event.Reason {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(r.servers.brokers...), kgo.ConsumeTopics(r.spec.DeadLetters))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ends, err := kadm.NewClient(client).ListEndOffsets(ctx, r.spec.DeadLetters)
	if err != nil {
		t.Fatal(err)
	}
	var left int64
	ends.Each(func(o kadm.ListedOffset) { left += o.Offset })
	out := make(map[position][]event.Reason)
	for left > 0 && ctx.Err() == nil {
		client.PollFetches(ctx).EachRecord(func(rec *kgo.Record) {
			left--
			at, reason := origin(t, rec)
			out[at] = append(out[at], reason)
		})
	}
	if left > 0 {
		t.Fatalf("%d dead letters could not be read", left)
	}
	return out
}

// origin reads where a letter's record stood, and why it was rejected.
func origin(t *testing.T, rec *kgo.Record) (at position, reason event.Reason) {
	t.Helper()
	for _, h := range rec.Headers {
		var err error
		switch h.Key {
		case sink.HeaderReason:
			reason = event.Reason(h.Value)
		case sink.HeaderPartition:
			var id int
			id, err = strconv.Atoi(string(h.Value))
			at.partition = int32(id)
		case sink.HeaderOffset:
			at.offset, err = strconv.ParseInt(string(h.Value), 10, 64)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return at, reason
}

// TestTableThatRefusesMostRowsHalts has a constraint that nothing fulfils. Rows are not rejected one by one then: the
// partition halts, and goes on without a loss when the constraint is gone.
func TestTableThatRefusesMostRowsHalts(t *testing.T) {
	s := &servers{brokers: []string{embeddedtest.Broker(t)}, clickhouse: embeddedtest.Engine(t)}
	w := newWorld(t, s, plainTopic, 1)
	if err := w.conn.Exec(t.Context(), "ALTER TABLE events ADD CONSTRAINT nothing CHECK offset < 0"); err != nil {
		t.Fatal(err)
	}
	if err := newLoad(t, s.brokers, w.spec.Topic, plainTopic, 1).burst(300); err != nil {
		t.Fatal(err)
	}
	p := startIngest(t, w.spec)
	poll(t, patience, func() error {
		if said := p.said(); !strings.Contains(said, "it is the table that is wrong") {
			return fmt.Errorf("no word about the table in:\n%s", said)
		}
		if p.ill() == "" {
			return errors.New("the process calls itself healthy")
		}
		return nil
	})
	p.stop(t)
	if n := w.number(t, "SELECT count() FROM rejected WHERE reason = 'refused'"); n > 10 {
		t.Errorf("%d rows were rejected before the partition halted", n)
	}
	if err := w.conn.Exec(t.Context(), "ALTER TABLE events DROP CONSTRAINT nothing"); err != nil {
		t.Fatal(err)
	}
	p = startIngest(t, w.spec)
	w.settle(t, p.said)
	p.stop(t)
	w.verified(t)
}
