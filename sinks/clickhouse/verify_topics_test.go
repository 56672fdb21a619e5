package clickhouse_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

const (
	oldTopic = "0b1f8e0a-6a3e-4a4c-9a55-3f1d8c0f7a01"
	newTopic = "c2d4a5f6-0000-4000-8000-00000000abcd"
)

// TestVerifyTopics has three ranges, 0-99 to 200-299, each read of a topic that is known or not.
func TestVerifyTopics(t *testing.T) {
	for _, c := range []struct {
		name    string
		ranges  [3]string
		kafka   string
		applied string
		problem []clickhouse.Problem
	}{
		{name: "one topic", ranges: [3]string{oldTopic, oldTopic, oldTopic}, kafka: oldTopic, applied: oldTopic},
		{name: "nothing known", kafka: newTopic},
		{name: "known since the second range", ranges: [3]string{"", oldTopic, oldTopic}, kafka: oldTopic, applied: oldTopic},
		{name: "known in the middle only", ranges: [3]string{"", oldTopic, ""}, kafka: oldTopic, applied: oldTopic},
		{name: "not known of Kafka", ranges: [3]string{oldTopic, oldTopic, oldTopic}, applied: oldTopic},
		{name: "recreated", ranges: [3]string{oldTopic, oldTopic, oldTopic}, kafka: newTopic, applied: oldTopic,
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemRecreated, First: 0, Last: 299}}},
		{name: "recreated, the newest ranges not known", ranges: [3]string{oldTopic, "", ""}, kafka: newTopic, applied: oldTopic,
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemRecreated, First: 0, Last: 99}}},
		{name: "two topics in one epoch", ranges: [3]string{oldTopic, newTopic, newTopic}, kafka: newTopic, applied: newTopic,
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemRecreated, First: 100, Last: 299}}},
		{name: "two topics in one epoch, a third in Kafka", ranges: [3]string{oldTopic, oldTopic, newTopic},
			kafka: "ffffffff-0000-4000-8000-000000000000", applied: newTopic,
			problem: []clickhouse.Problem{{Kind: clickhouse.ProblemRecreated, First: 200, Last: 299},
				{Kind: clickhouse.ProblemRecreated, First: 200, Last: 299}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, _ := migrated(t)
			for i, topic := range c.ranges {
				applyOf(t, store, topic, event.Range{First: int64(i) * 100, Last: int64(i)*100 + 99})
			}
			got, err := store.Verify(t.Context(), []clickhouse.End{{Partition: main0, Offset: 300, Committed: 300, TopicID: c.kafka}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got.Partitions[0].Problems, append([]clickhouse.Problem{}, c.problem...),
				cmpopts.IgnoreFields(clickhouse.Problem{}, "Detail")); diff != "" {
				t.Errorf("problems (-got, +want):\n%s", diff)
			}
			if want := len(c.problem) == 0; got.OK != want {
				t.Errorf("ok is %v, want %v", got.OK, want)
			}
			if id, err := store.AppliedTopic(t.Context(), main0); err != nil || id != c.applied {
				t.Errorf("applied topic %q, %v, want %q", id, err, c.applied)
			}
		})
	}
}

// applyOf applies a range of main/1/0 that was read of a topic, and a range of its neighbour that was read of another.
func applyOf(t *testing.T, store *clickhouse.Store, topic string, r event.Range) {
	t.Helper()
	b := batchOf(main0, r)
	if err := store.InsertEvents(t.Context(), b, 0); err != nil {
		t.Fatal(err)
	}
	if err := store.InsertRejected(t.Context(), b, 0); err != nil {
		t.Fatal(err)
	}
	a := appliedOf(b)
	a.TopicID = topic
	other := event.Applied{Partition: main0, Range: r, Absent: r.Len(), TopicID: "dddddddd-0000-4000-8000-000000000000"}
	other.Partition.ID = 10
	for _, a := range []event.Applied{a, other} {
		if err := store.InsertApplied(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}
