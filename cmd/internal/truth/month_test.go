package truth_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// decoded returns the valid records in the order in which the log would have them, a millisecond apart.
func decoded(t *testing.T, m *simulate.Month) []event.Event {
	t.Helper()
	decoder := event.NewDecoder(event.Stream{Name: "imports", Topic: "imports", Company: "acme", Zone: "UTC", MaxBytes: event.DefaultMaxBytes})
	appended := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var all []event.Event
	for r := range m.Records() {
		appended = appended.Add(time.Millisecond)
		var row event.Row
		err := decoder.Decode(r.Key, r.Value, appended, &row)
		if (err == nil) != (r.Reason == "") {
			t.Fatalf("got %v, want reason %q of %.400s", err, r.Reason, r.Value)
		}
		if err != nil {
			continue
		}
		row.Offset = int64(len(all))
		e, err := row.Event(event.Partition{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// disturbed returns the events in any order, one in twenty of them once more.
func disturbed(events []event.Event, seed uint64) []event.Event {
	rng := rand.New(rand.NewPCG(seed, 0))
	all := slices.Clone(events)
	for _, e := range events {
		if rng.IntN(20) == 0 {
			all = append(all, e)
		}
	}
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// folded folds subject by subject, but all conversations that were merged at once: they are one only together.
func folded(events []event.Event) []turn.Facts {
	merged := map[string]bool{}
	for _, e := range events {
		if _, is := e.Data.(event.ConversationMerged); is {
			merged[e.Subject] = true
		}
	}
	var together []event.Event
	subjects := map[string][]event.Event{}
	for _, e := range events {
		if merged[e.Subject] {
			together = append(together, e)
			continue
		}
		subjects[e.Subject] = append(subjects[e.Subject], e)
	}
	facts, _ := turn.Fold(together)
	all := []turn.Facts{facts}
	for _, subject := range slices.Sorted(maps.Keys(subjects)) {
		facts, _ := turn.Fold(subjects[subject])
		all = append(all, facts)
	}
	return all
}

// measured measures the facts. Who the people are must be known before.
func measured(t *testing.T, s metric.Scope, facts []turn.Facts) *metric.Period {
	t.Helper()
	s.Roster = roster.New()
	for _, f := range facts {
		if err := s.Roster.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	p, err := metric.NewPeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range facts {
		if err := p.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// halfDays counts the applications for half a day of leave, by agent, without copies.
func halfDays(events []event.Event) map[string]int {
	seen, n := map[event.Identity]bool{}, map[string]int{}
	for _, e := range events {
		if leave, is := e.Data.(event.LeaveApproved); is && leave.HalfDay && !seen[e.Identity()] {
			seen[e.Identity()] = true
			n[e.Subject]++
		}
	}
	return n
}
