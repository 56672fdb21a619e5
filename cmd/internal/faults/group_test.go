package faults_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

func TestTwoProcessesJoinAndLeave(t *testing.T) {
	for _, b := range brokers(t) {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, b.addr, 4)
			l := startLoad(t, b.addr, w.spec.Topic, 7, flowing)
			first := startIngest(t, w.spec)
			w.advance(t, 500)
			second := startIngest(t, w.spec) // takes over two partitions
			w.advance(t, 500)
			first.stop(t) // leaves in order
			w.advance(t, 500)
			third := startIngest(t, w.spec)
			w.advance(t, 500)
			second.kill() // leaves without a word
			w.advance(t, 500)
			l.stop(t)
			w.check(t, l, third)
			third.stop(t)
		})
	}
}

func TestGroupOffsetsDeletedBetweenRuns(t *testing.T) {
	for _, b := range brokers(t) {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, b.addr, 2)
			l := startLoad(t, b.addr, w.spec.Topic, 8, flowing)
			first := startIngest(t, w.spec)
			w.advance(t, 500)
			first.stop(t)
			w.deleteOffsets(t)
			// With the offsets the intent is gone too: what is left of a killed process must be found by its rows.
			spec := w.spec
			spec.Crash = crash{stepInsertEvents, after, 7}
			if p := startIngest(t, spec); !p.diedByItself(30 * time.Second) {
				t.Fatalf("not killed; it said:\n%s", p.said())
			}
			w.deleteOffsets(t)
			last := startIngest(t, w.spec)
			w.advance(t, 500)
			l.stop(t)
			w.check(t, l, last)
			last.stop(t)
		})
	}
}

// deleteOffsets deletes the group's offsets as their expiry would, once the broker sees no member any more.
func (w *world) deleteOffsets(t *testing.T) {
	t.Helper()
	client := &kafkago.Client{Addr: kafkago.TCP(w.spec.Broker)}
	poll(t, 30*time.Second, func() error {
		res, err := client.DeleteGroups(t.Context(), &kafkago.DeleteGroupsRequest{GroupIDs: []string{w.spec.Group}})
		if err == nil {
			err = res.Errors[w.spec.Group]
		}
		return err
	})
}

// A recreated topic shows because its log is shorter than what was applied, or, when it has grown longer, because it has
// another record where the last applied one was.
func TestRecreatedTopicStopsLoudly(t *testing.T) {
	for _, b := range brokers(t) {
		for _, longer := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/longer=%v", b.name, longer), func(t *testing.T) {
				t.Parallel()
				recreated(t, b.addr, longer)
			})
		}
	}
}

func recreated(t *testing.T, addr string, longer bool) {
	w := newWorld(t, addr, 1)
	old := startLoad(t, addr, w.spec.Topic, 9, flowing)
	p := startIngest(t, w.spec)
	w.advance(t, 300)
	old.stop(t)
	w.check(t, old, p)
	p.stop(t)
	produced := w.end(t)
	w.recreate(t)
	fresh := startLoad(t, addr, w.spec.Topic, 10, flowing)
	if longer {
		poll(t, 60*time.Second, func() error {
			if n := w.end(t); n <= produced {
				return fmt.Errorf("%d records, the old topic had %d", n, produced)
			}
			return nil
		})
	}
	fresh.stop(t)
	before := w.number(t, "SELECT count() FROM events")
	p = startIngest(t, w.spec)
	poll(t, 30*time.Second, func() error {
		if said := p.said(); !strings.Contains(said, "raise the stream's epoch") {
			return fmt.Errorf("no word about the epoch in:\n%s", said)
		}
		return nil
	})
	p.stop(t)
	if now := w.number(t, "SELECT count() FROM events"); now != before {
		t.Errorf("%d events were inserted from the recreated topic", now-before)
	}
	w.spec.Epoch++
	p = startIngest(t, w.spec)
	w.settle(t, p)
	w.verified(t)
	p.stop(t)
	if n := w.number(t, "SELECT uniqExact(conversation_id, event_id) FROM events WHERE epoch = 1"); n != int64(len(fresh.accepted)) {
		t.Errorf("epoch 1 has %d identities, want %d", n, len(fresh.accepted))
	}
}

// end returns the end of the log of a topic with one partition.
func (w *world) end(t *testing.T) int64 {
	t.Helper()
	return w.ends(t)[event.Partition{Stream: w.spec.Topic, Epoch: w.spec.Epoch}]
}

// TestRetentionOverrunIsCounted has retention remove records before they are read.
func TestRetentionOverrunIsCounted(t *testing.T) {
	for _, b := range brokers(t) {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, b.addr, 1)
			l := startLoad(t, b.addr, w.spec.Topic, 13, flowing)
			p := startIngest(t, w.spec)
			w.advance(t, 300)
			p.stop(t)
			applied := w.number(t, "SELECT max(last) FROM batches")
			poll(t, 60*time.Second, func() error {
				if n := w.end(t); n < applied+200 {
					return fmt.Errorf("%d records", n)
				}
				return nil
			})
			l.stop(t)
			w.deleteRecords(t, applied+101)
			p = startIngest(t, w.spec)
			w.settle(t, p)
			w.verified(t)
			p.stop(t)
			if n := w.number(t, "SELECT sum(lost) FROM batches"); n != 100 {
				t.Errorf("%d offsets are counted as lost, want 100", n)
			}
			complains(t, p, "removed by retention before they were read")
		})
	}
}

// deleteRecords removes everything before an offset from the log, as retention would.
func (w *world) deleteRecords(t *testing.T, before int64) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(w.spec.Broker))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var offsets kadm.Offsets
	offsets.AddOffset(w.spec.Topic, 0, before, -1)
	if res, err := kadm.NewClient(client).DeleteRecords(t.Context(), offsets); err != nil || res.Error() != nil {
		t.Fatal(err, res.Error())
	}
}

func (w *world) recreate(t *testing.T) {
	t.Helper()
	client := &kafkago.Client{Addr: kafkago.TCP(w.spec.Broker)}
	res, err := client.DeleteTopics(t.Context(), &kafkago.DeleteTopicsRequest{Topics: []string{w.spec.Topic}})
	if err == nil {
		err = res.Errors[w.spec.Topic]
	}
	if err != nil {
		t.Fatal(err)
	}
	poll(t, 30*time.Second, func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		res, err := client.Metadata(ctx, &kafkago.MetadataRequest{Topics: []string{w.spec.Topic}})
		if err == nil && len(res.Topics) == 1 && res.Topics[0].Error == nil {
			err = fmt.Errorf("the topic still exists")
		}
		return err
	})
	makeTopics(t, w.spec.Broker, 1, w.spec.Topic)
}
