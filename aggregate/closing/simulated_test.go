package closing_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// weekdays is the calendar that the generator assumes.
const weekdays = `
name: weekdays
title: {zh: 工作日, en: Weekdays}
versions:
  - from: 2000-01-01
    weekdays: {mon: ["09:00-18:00"], tue: ["09:00-18:00"], wed: ["09:00-18:00"], thu: ["09:00-18:00"], fri: ["09:00-18:00"]}
`

// simulatedMarch is a desk's March 2024 in which much goes wrong, as it comes from the log.
var simulatedMarch = sync.OnceValues(func() (made, error) {
	c := simulate.Default("2024-03")
	c.Agents, c.CallsPerDay, c.ReviewsPerAgent, c.Incidents, c.Oversized = 12, 6, 3, 80, 0
	c.LateReplies, c.Retracted, c.Duplicates, c.Conflicting, c.Late = 150, 40, 40, 40, 200
	m, err := simulate.New(c)
	if err != nil {
		return made{}, err
	}
	all := made{want: m.Expected}
	decoder := event.NewDecoder(event.Stream{Name: "imports", Topic: "imports", Company: company, Zone: "UTC", MaxBytes: event.DefaultMaxBytes})
	for r := range m.Records() {
		if r.Reason != "" {
			continue
		}
		e, err := decoded(decoder, r, int64(len(all.log)))
		if err != nil {
			return made{}, err
		}
		all.log = append(all.log, e)
	}
	return all, nil
})

// made is what was made up: the log, and what is true.
type made struct {
	log  []event.Event
	want simulate.Expected
}

func simulated(t *testing.T) ([]event.Event, simulate.Expected) {
	t.Helper()
	m, err := simulatedMarch()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(m.log), m.want
}

func decoded(d *event.Decoder, r simulate.Record, offset int64) (event.Event, error) {
	var row event.Row
	appended := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(offset) * time.Millisecond)
	if err := d.Decode(r.Key, r.Value, appended, &row); err != nil {
		return event.Event{}, err
	}
	row.Offset = offset
	e, err := row.Event(event.Partition{Stream: "imports"})
	e.Content = row.AppendContent(nil)
	return e, err
}

// TestSimulatedTruth compares what is read of a month with what its generator says is true of each agent.
func TestSimulatedTruth(t *testing.T) {
	log, want := simulated(t)
	s := metric.Scope{Month: calendar.Month{Year: 2024, Month: time.March}}
	var err error
	if s.Calendar, err = calendar.Parse("weekdays.yaml", []byte(weekdays)); err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		s.Queries = append(s.Queries, metric.Query{Metric: f.metric})
	}
	facts := read(t, closing.Memory(log), s)
	for _, f := range figures {
		some := false
		for _, a := range want.Agents {
			v, _ := facts.Period.Value(metric.Query{Metric: f.metric}, a.ID)
			got, truth := fmt.Sprintf("%d/%d", v.Num, v.Den), f.truth(a)
			if got != truth {
				t.Errorf("%s of %s: got %s, want %s", f.metric, a.ID, got, truth)
			}
			some = some || v.Num > 0
		}
		if !some {
			t.Errorf("%s: 0 of everybody, which proves nothing", f.metric)
		}
	}
}

// figures are what the generator knows of an agent, as fractions.
var figures = []struct {
	metric string
	truth  func(a simulate.Agent) string
}{
	{"calls_answered", func(a simulate.Agent) string { return count(a.Calls) }},
	{"days_worked", func(a simulate.Agent) string { return count(a.Days) }},
	{"late_count", func(a simulate.Agent) string { return count(a.LateArrivals) }},
	{"early_leave_count", func(a simulate.Agent) string { return count(a.EarlyLeaves) }},
	{"absent_days", func(a simulate.Agent) string { return count(a.DaysAbsent) }},
	{"leave_count", func(a simulate.Agent) string { return count(a.Leaves.Personal + a.Leaves.Sick + a.Leaves.Annual) }},
	{"incident_count", func(a simulate.Agent) string { return count(a.Incidents.Upheld) }},
	{"review_count", func(a simulate.Agent) string { return count(a.Reviews) }},
	{"finding_count", func(a simulate.Agent) string { return count(found(a)) }},
	{"calls_per_workday", func(a simulate.Agent) string { return fmt.Sprintf("%d/%d", a.Calls, a.Days) }},
	{"email_on_time", func(a simulate.Agent) string { return kept(a.Mails) }},
	{"inquiry_on_time", func(a simulate.Agent) string { return kept(a.Inquiries) }},
	{"followup_on_time", func(a simulate.Agent) string { return kept(a.FollowUps) }},
	{"occupancy", func(a simulate.Agent) string { return fmt.Sprintf("%d/%d", a.OnContactMS, a.OnContactMS+a.IdleMS) }},
}

func count(n int) string { return fmt.Sprintf("%d/1", n) }

func kept(p simulate.Promise) string { return fmt.Sprintf("%d/%d", p.Due-p.Late, p.Due) }

func found(a simulate.Agent) int {
	n := 0
	for _, times := range a.Findings {
		n += times
	}
	return n
}

// TestShuffledMonth closes a month whose records came in another order, one in twenty of them twice. Only of one key the
// order is what it was, for of contradictory copies the first one stands.
func TestShuffledMonth(t *testing.T) {
	log, _ := simulated(t)
	p := rules(t, "express-cs")
	in := closing.Input{Month: monthID(p, month(time.March)), Policy: p, Calendar: officeHours(t), Source: closing.Memory(log)}
	want := closeMonth(t, in)
	if want.run.Agents < 12 || want.run.Duplicates == 0 || want.run.Conflicts == 0 || want.run.Missing == 0 {
		t.Fatalf("the month proves little: %+v", want.run)
	}
	for seed := range uint64(3) {
		in.Source = closing.Memory(delivered(log, seed))
		got := closeMonth(t, in)
		if got.run.Duplicates <= want.run.Duplicates {
			t.Errorf("%d copies, want more than %d", got.run.Duplicates, want.run.Duplicates)
		}
		got.run.Duplicates, got.run.Conflicts = want.run.Duplicates, want.run.Conflicts
		same(t, "delivered otherwise", got, want)
	}
}

// delivered appends a log anew: the keys in another order, and much of it twice.
func delivered(log []event.Event, seed uint64) []event.Event {
	rng := rand.New(rand.NewPCG(seed, 2))
	place := map[string]uint64{}
	for _, e := range log {
		if place[e.Subject] == 0 {
			place[e.Subject] = 1 + rng.Uint64N(1_000_000)
		}
	}
	again := slices.Clone(log)
	for _, e := range log {
		if rng.IntN(20) == 0 {
			again = append(again, e) // after what was there first
		}
	}
	slices.SortStableFunc(again, func(a, b event.Event) int { return int(place[a.Subject]) - int(place[b.Subject]) })
	for i := range again {
		again[i].Position.Offset = int64(i)
		again[i].AppendTime = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Millisecond)
	}
	rng.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	return again
}
