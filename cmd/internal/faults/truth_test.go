package faults_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// readLog reads every record that is in the topic and committed, with another client than the product's, and returns the
// numbers of the records by position.
func (r *run) readLog(t *testing.T) map[position]int {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(r.servers.brokers...), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.KeepControlRecords(), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	admin := kadm.NewClient(client)
	ends, err := admin.ListCommittedOffsets(ctx, r.spec.Topic)
	if err == nil {
		err = ends.Error()
	}
	starts, startErr := admin.ListStartOffsets(ctx, r.spec.Topic)
	if err != nil || startErr != nil {
		t.Fatal(err, startErr)
	}
	left := make(map[int32]int64)
	from := map[string]map[int32]kgo.Offset{r.spec.Topic: {}}
	ends.Each(func(o kadm.ListedOffset) {
		if first, _ := starts.Lookup(o.Topic, o.Partition); o.Offset > first.Offset {
			left[o.Partition] = o.Offset
			from[o.Topic][o.Partition] = kgo.NewOffset().At(first.Offset)
		}
	})
	client.AddConsumePartitions(from)
	log := make(map[position]int)
	for len(left) > 0 {
		fetched := client.PollFetches(ctx)
		if err := ctx.Err(); err != nil {
			t.Fatalf("read the log: %v; still to read: %v", err, left)
		}
		fetched.EachRecord(func(rec *kgo.Record) {
			if !rec.Attrs.IsControl() {
				log[position{rec.Partition, rec.Offset}] = numberOf(rec)
			}
			if rec.Offset+1 >= left[rec.Partition] {
				delete(left, rec.Partition)
			}
		})
	}
	return log
}

// outcome is what became of an offset.
type outcome struct {
	identity string
	reason   event.Reason
}

// outcomes reads both tables.
func (r *run) outcomes(t *testing.T) map[position]outcome {
	t.Helper()
	rows, err := r.conn.Query(t.Context(), "SELECT partition, offset, concat(conversation_id, '/', event_id), '' FROM events "+
		"UNION ALL SELECT partition, offset, '', toString(reason) FROM rejected")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := make(map[position]outcome)
	for rows.Next() {
		var at position
		var o outcome
		var reason string
		if err := rows.Scan(&at.partition, &at.offset, &o.identity, &reason); err != nil {
			t.Fatal(err)
		}
		o.reason = event.Reason(reason)
		if before, twice := out[at]; twice {
			t.Errorf("partition %d offset %d is there twice: %v and %v", at.partition, at.offset, before, o)
		}
		out[at] = o
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// checkOffsets wants every record of the log in one of the tables once, as what it was sent as, and nothing else there.
func (r *run) checkOffsets(t *testing.T) {
	t.Helper()
	log, got := r.readLog(t), r.outcomes(t)
	maps.Copy(log, r.removed) // was in the log until something removed it
	var wrong []string
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for at, n := range log {
		if n < 0 || n >= len(r.load.sent) || r.load.sent[n].aborted {
			t.Fatalf("the log has record %d at %v, which was not produced or whose transaction was aborted", n, at)
		}
		o, ok := got[at]
		_, gone := r.removed[at]
		switch {
		case !ok && !gone:
			complain("%v: record %d is in no table", at, n)
		case ok && !r.allowed(r.load.sent[n], o):
			complain("%v: record %d, sent as %+v, became %+v", at, n, r.load.sent[n], o)
		}
	}
	for at, o := range got {
		if _, ok := log[at]; ok {
			continue
		}
		// Only the cleaner of a compacted topic takes records away that were read before.
		if n, acked := r.load.acked[at]; !acked || r.load.kind != compactedTopic || !r.allowed(r.load.sent[n], o) {
			complain("%v: became %+v, and no such record was in the log", at, o)
		}
	}
	for at := range r.load.acked {
		if _, ok := log[at]; !ok && r.load.kind != compactedTopic && !r.forgets {
			complain("%v: was acknowledged and is not in the log: the broker lost it", at)
		}
	}
	slices.Sort(wrong)
	if len(wrong) > 0 {
		t.Errorf("%d of %d offsets are wrong:\n%s", len(wrong), len(log), strings.Join(wrong[:min(len(wrong), 10)], "\n"))
	}
	r.checkFacts(t, got)
}

// allowed reports whether a record may have become that.
func (r *run) allowed(s sent, o outcome) bool {
	if o == (outcome{s.identity, s.reason}) {
		return true
	}
	return slices.ContainsFunc(r.otherwise, func(may func(sent, outcome) bool) bool { return may(s, o) })
}

// checkFacts folds everything and wants one call for each identity that was accepted.
func (r *run) checkFacts(t *testing.T, got map[position]outcome) {
	t.Helper()
	want := make(map[string]bool)
	for _, o := range got {
		if o.identity != "" {
			want[o.identity] = true
		}
	}
	calls := make(map[string]int)
	query := clickhouse.Query{Company: "express", Types: []string{"call.ended"}, From: time.Unix(0, 0), To: time.Now().Add(time.Hour)}
	for events, err := range r.store.Subjects(t.Context(), query) {
		if err != nil {
			t.Fatal(err)
		}
		facts, _ := turn.Fold(events)
		for _, call := range facts.Calls {
			calls[call.Subject+"/"+call.ID]++
		}
	}
	for id, n := range calls {
		if n != 1 || !want[id] {
			t.Errorf("%s is counted %d times", id, n)
		}
	}
	if len(calls) != len(want) {
		t.Errorf("%d calls are counted, want %d", len(calls), len(want))
	}
}
