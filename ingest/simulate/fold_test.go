package simulate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// folder folds records: of copies the first stands, a retraction that is not taken back itself takes its target back.
type folder struct {
	decoder *event.Decoder
	zone    *time.Location
	month   string
	first   map[event.Identity]event.Event
	bytes   map[event.Identity]string
	got     simulate.Expected
}

func newFolder(t *testing.T, cfg simulate.Config) *folder {
	t.Helper()
	zone, err := time.LoadLocation(cfg.Zone)
	if err != nil {
		t.Fatal(err)
	}
	s := event.Stream{Name: "x", Topic: "x", Company: "x", Zone: "UTC", Forward: event.DefaultForward, MaxBytes: event.DefaultMaxBytes}
	return &folder{decoder: event.NewDecoder(s), zone: zone, month: cfg.Month, first: map[event.Identity]event.Event{},
		bytes: map[event.Identity]string{}, got: simulate.Expected{Reasons: map[event.Reason]int{}}}
}

func (f *folder) record(t *testing.T, r simulate.Record) {
	t.Helper()
	f.got.Records++
	var row event.Row
	err := f.decoder.Decode(r.Key, r.Value, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), &row)
	inv := new(event.Invalid)
	if errors.As(err, &inv) {
		f.got.Rejected++
		f.got.Reasons[inv.Reason]++
	}
	if (err == nil) != (r.Reason == "") || err != nil && inv.Reason != r.Reason {
		t.Fatalf("got %v, want reason %q of %.400s", err, r.Reason, r.Value)
	}
	if err != nil {
		return
	}
	f.got.Accepted++
	e, err := row.Event(event.Partition{})
	if err != nil {
		t.Fatal(err)
	}
	f.within(t, e)
	old, ok := f.bytes[e.Identity()]
	switch {
	case !ok:
		f.bytes[e.Identity()], f.first[e.Identity()] = string(r.Value), e
	case old == string(r.Value):
		f.got.Duplicates++
	default:
		f.got.Conflicting++
	}
}

// within makes sure that a month which has just ended can be produced: but for the calls on the month's edges nothing lies
// after it, and but for incidents nothing before.
func (f *folder) within(t *testing.T, e event.Event) {
	t.Helper()
	month := e.Time.In(f.zone).Format("2006-01")
	switch e.Data.(type) {
	case event.CallEnded, event.Retracted:
		return
	case event.IncidentReported:
		if month < f.month {
			return
		}
	}
	if month != f.month {
		t.Errorf("%s of %s: at %v, outside the month", e.Type, e.Subject, e.Time.In(f.zone))
	}
}

// stands reports whether no retraction that stands itself takes the event back.
func (f *folder) stands(id event.Identity) bool {
	back := id
	back.ID = "back-" + id.ID
	_, retracted := f.first[back]
	return !retracted || !f.stands(back)
}

func (f *folder) result() simulate.Expected {
	agents, worked := map[string]*simulate.Agent{}, map[string]map[event.Date]event.Event{}
	agent := func(id string) *simulate.Agent {
		if agents[id] == nil {
			agents[id] = &simulate.Agent{ID: id}
		}
		return agents[id]
	}
	desk := newDesk(f.zone, agent)
	for id, e := range f.first {
		if !f.stands(id) {
			f.got.Retracted++
			continue
		}
		switch d := e.Data.(type) {
		case event.CallEnded:
			if e.Time.In(f.zone).Format("2006-01") == f.month {
				f.call(d, agent)
			}
		case event.AgentChanged:
			a := agent(e.Subject)
			a.Rostered, a.Name, a.CallDuty = true, d.Name, slices.Contains(d.Duties, "calls")
		case event.AttendanceRecorded:
			if worked[e.Subject] == nil {
				worked[e.Subject] = map[event.Date]event.Event{}
			}
			if old := worked[e.Subject][d.Date]; e.Time.After(old.Time) {
				worked[e.Subject][d.Date] = e
			}
		default:
			desk.add(e)
		}
	}
	desk.fold()
	for id, dates := range worked {
		for _, e := range dates {
			attend(agent(id), e.Data.(event.AttendanceRecorded), f.zone)
		}
	}
	for _, a := range agents {
		f.got.Agents = append(f.got.Agents, *a)
	}
	slices.SortFunc(f.got.Agents, func(a, b simulate.Agent) int { return strings.Compare(a.ID, b.ID) })
	return f.got
}

func (f *folder) call(d event.CallEnded, agent func(string) *simulate.Agent) {
	switch d.Outcome {
	case event.Answered:
		f.got.Answered++
		if d.Agent == "" {
			f.got.Unnamed++
			return
		}
		agent(d.Agent).Calls++
	case event.Abandoned:
		f.got.Abandoned++
	case event.Missed:
		f.got.Missed++
	case event.Phantom:
		f.got.Phantom++
	}
}
