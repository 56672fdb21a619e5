package clickhouse_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// TestVerifyHoldsTheLogsEndAgainstWhatIsApplied has 100-599 applied.
func TestVerifyHoldsTheLogsEndAgainstWhatIsApplied(t *testing.T) {
	store, _ := fiveRanges(t)
	other := main0
	other.ID = 11
	for _, c := range []struct {
		name string
		end  clickhouse.End
		want []clickhouse.Problem
	}{
		{"longer", clickhouse.End{Partition: main0, Start: 100, Offset: 601}, nil},
		{"as long", clickhouse.End{Partition: main0, Start: 100, Offset: 600}, nil},
		{"one shorter", clickhouse.End{Partition: main0, Start: 100, Offset: 599}, []clickhouse.Problem{{Kind: clickhouse.ProblemCut, First: 599, Last: 599}}},
		{"empty", clickhouse.End{Partition: main0}, []clickhouse.Problem{
			{Kind: clickhouse.ProblemCut, First: 0, Last: 599}, {Kind: clickhouse.ProblemGap, First: 0, Last: 99}}},
		{"emptied by retention", clickhouse.End{Partition: main0, Start: 600, Offset: 600}, nil},
		{"nothing applied", clickhouse.End{Partition: other}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := store.Verify(t.Context(), []clickhouse.End{c.end})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range got.Partitions {
				want := c.want
				if p.Partition != c.end.Partition.ID {
					want = nil
				}
				if diff := cmp.Diff(p.Problems, want, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(clickhouse.Problem{}, "Detail")); diff != "" {
					t.Errorf("problems of partition %d (-got, +want):\n%s", p.Partition, diff)
				}
			}
			if want := len(c.want) == 0; got.OK != want {
				t.Errorf("ok is %v, want %v", got.OK, want)
			}
		})
	}
}

// TestAnotherLogByTheTopicsID has 0-99 applied of a topic, and nothing but ids to tell that one from another.
func TestAnotherLogByTheTopicsID(t *testing.T) {
	store, _ := migrated(t)
	applyOf(t, store, oldTopic, event.Range{First: 0, Last: 99})
	for topic, want := range map[string]bool{oldTopic: false, newTopic: true, "": false} {
		p := clickhouse.Progress{End: clickhouse.End{Partition: main0, Offset: 100, TopicID: topic}, Applied: 100}
		found, err := store.AnotherLog(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if got := found != nil && found.Kind == clickhouse.ProblemRecreated; got != want {
			t.Errorf("topic %q: got %+v, want another one: %v", topic, found, want)
		}
	}
}
