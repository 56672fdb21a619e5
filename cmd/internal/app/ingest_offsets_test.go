package app_test

import (
	"slices"
	"strings"
	"testing"
)

// TestOffsetsThatNoRangeCovers has the group's offset lie beyond what is in `batches`, as when somebody set it by hand or
// took `batches` from a backup: ingest says so and brings what lies between.
func TestOffsetsThatNoRangeCovers(t *testing.T) {
	for _, c := range []struct {
		name      string
		applied   int
		committed int64
		says      []string
	}{
		{"nothing is applied", 0, 10, []string{"first=0 committed=10", "range=0-9"}},
		{"some are applied", 5, 15, []string{"first=5 committed=15", "range=5-14"}},
		{"all that there is was committed", 5, 25, []string{"first=5 committed=25", "range=5-24"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newIngestWorld(t)
			if c.applied > 0 {
				w.produce(t, events("before", c.applied)...)
				p := w.start(t)
				w.settle(t)
				p.stop()
			}
			w.produce(t, append(events("a1", 24-c.applied), poison)...)
			w.commit(t, c.committed, "epoch 0")
			p := w.start(t)
			w.settle(t)
			for _, word := range append(c.says, "offsets were committed that no range covers", "completing a range that was left unfinished") {
				if !strings.Contains(p.said(), word) {
					t.Errorf("the log does not say %q", word)
				}
			}
			p.await(t, "deskpulse_ingest_ranges_recovered_total", "1")
			w.want(t, map[string]int64{allEvents: 24, allRejected: 1, twiceAtAll: 0, "SELECT sum(absent + lost) FROM batches": 0})
			w.verified(t)
		})
	}
}

// TestRetentionOverrun has records removed before ingest has read them: they are lost, and everybody can see how many.
func TestRetentionOverrun(t *testing.T) {
	w := newIngestWorld(t)
	w.produce(t, events("before", 10)...)
	p := w.start(t)
	w.settle(t)
	p.await(t, "deskpulse_ingest_offsets_lost_total", "0")
	p.stop()
	w.produce(t, events("a1", 30)...)
	w.truncate(t, 25)
	p = w.start(t)
	w.settle(t)
	p.await(t, "deskpulse_ingest_offsets_lost_total", "15")
	p.await(t, "deskpulse_ingest_events_accepted_total", "15")
	if word := "records were removed by retention before they were read"; !strings.Contains(p.said(), word) || !strings.Contains(p.said(), "lost=15") {
		t.Errorf("the log does not say %q", word)
	}
	w.want(t, map[string]int64{allEvents: 25, "SELECT sum(lost) FROM batches": 15, "SELECT sum(absent) FROM batches": 0})
	w.verified(t)
}

// TestRowsThatTheLogHasPassed has a process die in the middle of its first range, its intent expire with the group's offsets,
// and the log begin behind the rows it left: they are no strays, what was lost around them is counted.
func TestRowsThatTheLogHasPassed(t *testing.T) {
	for name, c := range map[string]struct {
		left string // which rows the first process left
		want map[string]int64
	}{
		"events":     {"offset BETWEEN 4 AND 6", map[string]int64{allEvents: 13, allRejected: 0, "SELECT sum(lost) FROM batches": 13}},
		"rejections": {"offset IN (6, 10)", map[string]int64{allEvents: 11, allRejected: 1, "SELECT sum(lost) FROM batches": 12}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newIngestWorld(t)
			w.produce(t, slices.Concat(events("a1", 10), []string{poison}, events("a2", 19))...)
			p := w.start(t)
			w.settle(t)
			p.stop()
			for _, sql := range []string{"TRUNCATE TABLE batches", "DELETE FROM events WHERE NOT " + c.left, "DELETE FROM rejected WHERE NOT " + c.left} {
				if err := w.conn.Exec(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			w.config.Group.ID += ".new"
			w.truncate(t, 20)
			w.start(t)
			w.settle(t)
			w.want(t, c.want)
			w.verified(t)
		})
	}
}
