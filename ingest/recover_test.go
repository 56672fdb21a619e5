package ingest

import (
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

func TestIntentIsReadBackExactly(t *testing.T) {
	for _, c := range []struct {
		name, metadata string
		want           event.Range
		pending, fails bool
	}{
		{name: "nothing pending", metadata: "epoch 1"},
		{name: "nothing noted"},
		{name: "pending", metadata: "epoch 1 intent 120-219", want: event.Range{First: 120, Last: 219}, pending: true},
		{name: "one offset", metadata: "epoch 1 intent 0-0", pending: true},
		{name: "of the topic before", metadata: "epoch 0 intent 120-219", want: event.Range{First: 120, Last: 219}},
		{name: "another program's", metadata: "host-7", fails: true},
		{name: "text behind it", metadata: "epoch 1 intent 1-2 x", fails: true},
		{name: "backwards", metadata: "epoch 1 intent 5-4", fails: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, pending, err := parseIntent(c.metadata, 1)
			if (err != nil) != c.fails {
				t.Fatalf("error %v, want one: %v", err, c.fails)
			}
			if err == nil && (r != c.want || pending != c.pending) {
				t.Errorf("got %v %v, want %v %v", r, pending, c.want, c.pending)
			}
			if pending && formatIntent(1, r) != c.metadata {
				t.Errorf("written again: got %q, want %q", formatIntent(1, r), c.metadata)
			}
		})
	}
}

func TestCommittedCountsInItsEpochOnly(t *testing.T) {
	for metadata, want := range map[string]int64{
		"epoch 1": 7, "epoch 1 intent 7-9": 7, "epoch 0": -1, "epoch 0 intent 7-9": -1, "": -1, "other": -1,
	} {
		if got := CommittedIn(1, 7, metadata); got != want {
			t.Errorf("%q: got %d, want %d", metadata, got, want)
		}
	}
}

func TestLostCountsWhatRetentionRemovedUnread(t *testing.T) {
	r := event.Range{First: 10, Last: 19}
	for _, c := range []struct {
		name     string
		logStart int64
		present  []int64
		want     int64
	}{
		{"log starts before", 5, nil, 0},
		{"log starts at the range", 10, nil, 0},
		{"half is gone", 15, nil, 5},
		{"half is gone, some of it was inserted", 15, []int64{10, 11, 17}, 3},
		{"all is gone", 40, []int64{12}, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lost(r, c.logStart, c.present); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestMonthsAreTheTablesOwn(t *testing.T) {
	m := newMonthSet()
	for _, day := range []string{"2024-01-31T23:59:59Z", "2024-02-01T00:00:00Z", "2024-02-29T12:00:00Z", "2023-02-01T00:00:00Z"} {
		at, err := time.Parse(time.RFC3339, day)
		if err != nil {
			t.Fatal(err)
		}
		m.add(at.UnixMilli())
	}
	if len(m.seen) != 3 {
		t.Errorf("%d months, want 3", len(m.seen))
	}
}

func TestWithoutLeavesWhatIsMissing(t *testing.T) {
	b := &event.Batch{Range: event.Range{First: 0, Last: 5},
		Rows: event.RowsOf(event.Row{Offset: 0}, event.Row{Offset: 2}, event.Row{Offset: 3}), Rejected: []event.Rejected{{Offset: 1}, {Offset: 5}}}
	// Offset 1 was accepted by an earlier build and is rejected by this one: what is there stays.
	rest := without(b, []int64{0, 1, 2}, nil)
	if diff := cmp.Diff(rest.Rows.Offset, []int64{3}); diff != "" || rest.Range != b.Range {
		t.Errorf("%v (-got, +want):\n%s", rest.Range, diff)
	}
	if diff := cmp.Diff(rest.Rejected, []event.Rejected{{Offset: 5}}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// TestPieces follows recovery through what is pending.
func TestPieces(t *testing.T) {
	type piece struct {
		event.Range
		whole bool
	}
	none := event.Range{First: 0, Last: -1}
	for _, c := range []struct {
		name            string
		pending, intent event.Range
		logStart        int64
		want            []piece
	}{
		{"an intent", event.Range{First: 5, Last: 9}, event.Range{First: 5, Last: 9}, 0, []piece{{event.Range{First: 5, Last: 9}, true}}},
		{"an intent behind the log", event.Range{First: 5, Last: 9}, event.Range{First: 5, Last: 9}, 7, []piece{{event.Range{First: 5, Last: 9}, true}}},
		{"rows without an intent", event.Range{First: 5, Last: 9}, none, 0, []piece{{event.Range{First: 5, Last: 9}, false}}},
		{"rows of which the log has passed some", event.Range{First: 5, Last: 9}, none, 7,
			[]piece{{event.Range{First: 5, Last: 6}, true}, {event.Range{First: 7, Last: 9}, false}}},
		{"rows that the log has passed", event.Range{First: 5, Last: 9}, none, 50, []piece{{event.Range{First: 5, Last: 9}, true}}},
		{"very many of them", event.Range{First: 5, Last: 2_000_009}, none, 2_000_008, []piece{
			{event.Range{First: 5, Last: 1_000_004}, true}, {event.Range{First: 1_000_005, Last: 2_000_004}, true},
			{event.Range{First: 2_000_005, Last: 2_000_007}, true}, {event.Range{First: 2_000_008, Last: 2_000_009}, false}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []piece
			s := start{intent: c.intent, first: c.logStart}
			for first := c.pending.First; first <= c.pending.Last; {
				r, whole := s.piece(c.pending, first)
				got, first = append(got, piece{r, whole}), r.Last+1
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
