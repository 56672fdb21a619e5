package faults_test

import (
	"context"
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

// letter is one dead letter: of what it is a copy.
type letter struct {
	stream   string
	epoch    uint64
	at       position
	appended int64 // Unix milliseconds
	reason   event.Reason
	detail   string
	digest   digest // of key and value
}

// checkLetters wants a dead letter, with its bytes and its reason, of every rejected record, and of no other record. A
// batch that is repeated is copied again, so there may be more than one.
func (r *run) checkLetters(t *testing.T, log map[position]logged, got map[position]found) {
	t.Helper()
	copies := make(map[position]int)
	var wrong []string
	for _, l := range r.letters(t) {
		if l.epoch != uint64(r.spec.Epoch) {
			continue // of the topic that was there before, whose rows are gone
		}
		f, ok := got[l.at]
		if why := r.wrongLetter(l, f, ok); why != "" {
			wrong = append(wrong, fmt.Sprintf("%v: %s: %+v", l.at, why, l))
			continue
		}
		copies[l.at]++
	}
	twice := 0
	for at, f := range got {
		if f.reason != "" {
			twice += max(copies[at]-1, 0)
		}
		// The one who completes a range copies what it reads again: what was removed meanwhile nobody can copy any more.
		_, there := log[at]
		_, removed := r.removed[at]
		if f.reason != "" && copies[at] == 0 && there && !removed {
			wrong = append(wrong, fmt.Sprintf("%v: rejected as %s, and not in the dead letters", at, f.reason))
		}
	}
	slices.Sort(wrong)
	if len(wrong) > 0 {
		t.Errorf("%d dead letters are wrong or missing:\n%s", len(wrong), strings.Join(wrong[:min(len(wrong), 10)], "\n"))
	}
	r.copies = twice
}

// wrongLetter says what is wrong with a dead letter, "" if nothing is. Where a fault lets a record be decided in two ways, it
// may be copied by one who decided so, although the tables say what another one decided whose insert was on its way.
func (r *run) wrongLetter(l letter, f found, ok bool) string {
	switch {
	case !ok:
		return "a dead letter of a record that is in no table"
	case l.reason != f.reason && !r.allowed(r.load.sent[r.load.acked[l.at]], outcome{reason: l.reason}):
		return fmt.Sprintf("the table says %+v", f.outcome)
	case l.stream != r.spec.Topic || l.appended != f.appended || l.detail == "":
		return "its headers are not those of the record"
	case f.reason != "" && l.digest != f.digest:
		return "key or value are not those of the record"
	}
	return ""
}

// letters reads the dead letters.
func (w *world) letters(t *testing.T) (out []letter) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(w.spec.Brokers...), kgo.ConsumeTopics(w.spec.DeadLetters))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ends, err := kadm.NewClient(client).ListEndOffsets(ctx, w.spec.DeadLetters)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	ends.Each(func(o kadm.ListedOffset) { left += int(o.Offset) })
	for len(out) < left && ctx.Err() == nil {
		client.PollFetches(ctx).EachRecord(func(rec *kgo.Record) {
			l, err := readLetter(rec)
			if err != nil {
				t.Errorf("dead letter %d of partition %d: %v", rec.Offset, rec.Partition, err)
			}
			out = append(out, l)
		})
	}
	if len(out) < left {
		t.Fatalf("%d of %d dead letters could not be read", left-len(out), left)
	}
	return out
}

func readLetter(rec *kgo.Record) (l letter, err error) {
	headers := make(map[string]string)
	for _, h := range rec.Headers {
		headers[h.Key] = string(h.Value)
	}
	number := func(name string) int64 {
		n, failed := strconv.ParseInt(headers[name], 10, 64)
		if failed != nil {
			err = failed
		}
		return n
	}
	l = letter{
		stream: headers[sink.HeaderStream], epoch: uint64(number(sink.HeaderEpoch)),
		at:       position{int32(number(sink.HeaderPartition)), number(sink.HeaderOffset)},
		appended: number(sink.HeaderAppendTime),
		reason:   event.Reason(headers[sink.HeaderReason]), detail: headers[sink.HeaderDetail],
		digest: digestOf(rec.Key, rec.Value),
	}
	return l, err
}

// TestDeadLettersWithoutFaults has one process read a topic in peace: each rejected record is copied exactly once.
func TestDeadLettersWithoutFaults(t *testing.T) {
	s := &servers{brokers: []string{embeddedtest.Broker(t)}, clickhouse: embeddedtest.Engine(t)}
	r := point{Broker: embeddedBroker, Topic: plainTopic, Partitions: 3, Processes: 1, Seed: *seedFlag}.play(t, s)
	if r.copies > 0 || len(r.rejected) == 0 {
		t.Errorf("%d dead letters are copies of another one, want none; rejected: %v", r.copies, r.rejected)
	}
}

// TestDeadLettersSayWhatTheTableSays has a process reject long records for their length and die before it copies them.
// The next one would reject them for what is in them; what is rejected already keeps its reason, in the copies too.
func TestDeadLettersSayWhatTheTableSays(t *testing.T) {
	s := &servers{brokers: []string{embeddedtest.Broker(t)}, clickhouse: embeddedtest.Engine(t)}
	w := newWorld(t, s, plainTopic, 1)
	client, err := kgo.NewClient(kgo.SeedBrokers(s.brokers...), kgo.DefaultProduceTopic(w.spec.Topic))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	const records = 20
	for range records {
		if err := client.ProduceSync(t.Context(), kgo.StringRecord("{"+strings.Repeat(" ", shortBytes))).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	spec := w.spec
	spec.MaxBytes, spec.Crash = shortBytes, crash{Step: stepInsertRejected, When: after, Nth: 1, Action: actKill}
	if p := startIngest(t, spec); !p.diedByItself(patience) {
		t.Fatalf("not killed; it said:\n%s", p.said())
	}
	p := startIngest(t, w.spec)
	w.settle(t, p.said)
	p.stop(t)
	before := w.number(t, "SELECT count() FROM rejected WHERE reason = 'too_large'")
	if before == 0 || w.number(t, "SELECT count() FROM rejected") != records {
		t.Errorf("%d records are rejected as too large, want some of %d", before, records)
	}
	copied := int64(0)
	for _, l := range w.letters(t) {
		if l.reason == event.TooLarge {
			copied++
		}
	}
	if copied != before {
		t.Errorf("%d copies say too large, want %d", copied, before)
	}
}
