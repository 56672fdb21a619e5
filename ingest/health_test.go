package ingest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestHealthIsProgress(t *testing.T) {
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	h := newHealth(30*time.Second, func() time.Time { return now })
	want := func(part string) {
		t.Helper()
		switch err := h.check(); {
		case part == "" && err != nil:
			t.Errorf("got %v, want healthy", err)
		case part != "" && (err == nil || !strings.Contains(err.Error(), part)):
			t.Errorf("got %v, want %q", err, part)
		}
	}
	want("")
	now = now.Add(31 * time.Second)
	want("not a member of the consumer group for 31s")
	h.joined(true)
	now = now.Add(time.Hour)
	want("") // a member without partitions stands by
	s := h.open(event.Partition{Stream: "events", ID: 3})
	want("")
	s.committed(0)
	s.recovered()
	for range 60 { // an empty log is no reason for alarm
		now = now.Add(time.Second)
		s.fetched(0)
	}
	want("")
	for range 31 { // records arrive and nothing is committed, though the log answers
		now = now.Add(time.Second)
		s.fetched(10)
	}
	want("10 offsets to read and nothing committed for 31s")
	s.committed(10)
	want("")
	now = now.Add(31 * time.Second)
	want("last heard of 31s ago")
	s.fetched(10)
	want("")
	s.fail(errors.New("the topic was recreated"), true)
	want("partition events/0/3: halted: the topic was recreated")
	h.close(event.Partition{Stream: "events", ID: 3})
	want("")
	h.joined(false)
	now = now.Add(31 * time.Second)
	want("not a member")
}

// TestHealthOutOfTheGroup has a process that cannot join again, because one of its partitions is not let go.
func TestHealthOutOfTheGroup(t *testing.T) {
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	h := newHealth(30*time.Second, func() time.Time { return now })
	h.joined(true)
	ids := []event.Partition{{Stream: "events", ID: 0}, {Stream: "events", ID: 1}, {Stream: "events", ID: 2}}
	for _, p := range ids {
		h.open(p).committed(100)
	}
	stuck, hung := h.partitions[ids[1]], h.partitions[ids[2]]
	h.joined(false)
	h.close(ids[0])
	now = now.Add(31 * time.Second)
	stuck.fetched(150)
	hung.fetched(100)
	const want = "not a member of the consumer group for 31s\npartition events/0/1: 50 offsets to read and nothing committed for 31s\n" +
		"partition events/0/2: not let go yet"
	if diff := cmp.Diff(h.check().Error(), want); diff != "" {
		t.Errorf("health (-got, +want):\n%s", diff)
	}
}

func TestBeginningAgainIsNoProgress(t *testing.T) {
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	h := newHealth(30*time.Second, func() time.Time { return now })
	h.joined(true)
	p := event.Partition{Stream: "events"}
	h.open(p).committed(100)
	h.close(p)
	for range 12 { // sessions and generations begin again and again, and the same offset is committed every time
		s := h.open(p)
		s.found(99, 500)
		s.committed(100)
		now = now.Add(5 * time.Second)
		s.fetched(500)
		h.close(p)
	}
	s := h.open(p)
	if s.commits() != 0 {
		t.Errorf("%d commits that moved, want none", s.commits())
	}
	if err := h.check(); err == nil || !strings.Contains(err.Error(), "400 offsets to read and nothing committed for 1m0s") {
		t.Errorf("got %v", err)
	}
}

func TestALongSearchIsProgress(t *testing.T) {
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	h := newHealth(30*time.Second, func() time.Time { return now })
	h.joined(true)
	s := h.open(event.Partition{Stream: "events"})
	s.found(-1, 500)
	r := event.Range{First: 0, Last: 499}
	probe := func(rows, probes int) {
		now = now.Add(10 * time.Second)
		s.searched(search{r, rows, probes})
	}
	for i := range 20 {
		probe(500, i+1)
	}
	for i := range 5 { // what is left is refused once more
		probe(480, i+1)
	}
	if err := h.check(); err != nil {
		t.Errorf("while it searches: got %v, want healthy", err)
	}
	for range 4 { // the server goes away each time, and the search begins again
		probe(500, 1)
	}
	if err := h.check(); err == nil || !strings.Contains(err.Error(), "500 offsets to read and nothing committed for 40s") &&
		!strings.Contains(err.Error(), "last heard of 40s ago") {
		t.Errorf("when it only begins again: got %v", err)
	}
}

func TestGaugesTellOfEachPartition(t *testing.T) {
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	h := newHealth(30*time.Second, func() time.Time { return now })
	s := h.open(event.Partition{Stream: "events", ID: 3})
	s.committed(40)
	s.fetched(100)
	now = now.Add(5 * time.Second)
	s.fail(errors.New("x"), true)
	want := `
# HELP deskpulse_ingest_halted 1 while the partition is halted and waits for an operator.
# TYPE deskpulse_ingest_halted gauge
deskpulse_ingest_halted{partition="events/0/3"} 1
# HELP deskpulse_ingest_lag_offsets Offsets between what is committed and the stable end of the log, when the log last answered.
# TYPE deskpulse_ingest_lag_offsets gauge
deskpulse_ingest_lag_offsets{partition="events/0/3"} 60
# HELP deskpulse_ingest_still_seconds Time since the partition last committed, or had nothing to read.
# TYPE deskpulse_ingest_still_seconds gauge
deskpulse_ingest_still_seconds{partition="events/0/3"} 5
`
	if err := testutil.CollectAndCompare(h, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

func TestAppliedRangesMustJoin(t *testing.T) {
	s := newHealth(time.Second, time.Now).open(event.Partition{Stream: "events"})
	for _, c := range []struct {
		name string
		r    event.Range
		want int64
	}{
		{"the first may begin anywhere", event.Range{First: 100, Last: 109}, 0},
		{"joins", event.Range{First: 110, Last: 119}, 0},
		{"gap", event.Range{First: 125, Last: 129}, 5},
		{"overlap", event.Range{First: 120, Last: 139}, -10},
	} {
		if got := s.applied(c.r); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}
