// Package turn is the one fold from events to facts. [Fold] takes everything that was ever said about a subject and
// yields what happened: its calls, or its entries of the roster and its attendance. Live board, month end and replay all
// call it, so its rules (whose copy stands, what a retraction takes back) hold everywhere. It is pure: no clock, no I/O.
package turn

import (
	"cmp"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Facts is what happened to one subject, each list in order of [Origin.Compare]. It depends on the set of events alone:
// neither the order in which they are given nor repetition of identical copies changes it.
type Facts struct {
	Calls      []Call
	Changes    []AgentChange
	Attendance []Attendance
}

// Counts says what [Fold] left out. It is kept apart from the facts because copies and what came in vain do not belong to
// what happened.
type Counts struct {
	Duplicates int // further identical copies of an event
	Conflicts  int // further copies of an event that say something else than the one that stands
	Retracted  int // events taken back, retractions included
	Unmatched  int // retractions in force whose target is not there (yet)
}

// Add adds what was left out of another subject.
func (c *Counts) Add(o Counts) {
	c.Duplicates += o.Duplicates
	c.Conflicts += o.Conflicts
	c.Retracted += o.Retracted
	c.Unmatched += o.Unmatched
}

// Origin is the event that a fact comes from: its evidence.
type Origin struct {
	event.Identity
	Time       time.Time // when it happened, UTC
	AppendTime time.Time // when the broker appended the copy that stands, UTC
	Position   event.Position
	Zone       string // IANA name of the event's zone
}

// Compare orders facts by time, then source, subject and id: an order that no delivery can change.
func (o Origin) Compare(p Origin) int {
	return cmp.Or(o.Time.Compare(p.Time), cmp.Compare(o.Company, p.Company), cmp.Compare(o.Source, p.Source),
		cmp.Compare(o.Subject, p.Subject), cmp.Compare(o.ID, p.ID))
}

// Supersedes reports whether o replaces p where both say something about the same thing: the one with the later time,
// then the one appended later, then by position. Events without a place in a log fall back to [Origin.Compare].
func (o Origin) Supersedes(p Origin) bool {
	if c := cmp.Or(o.Time.Compare(p.Time), o.AppendTime.Compare(p.AppendTime)); c != 0 {
		return c > 0
	}
	if o.Position != p.Position {
		return p.Position.Before(o.Position)
	}
	return o.Compare(p) > 0
}

// Fold returns the facts of the given events. They must be all events of one or more subjects; they may be in any order
// and repeated. Of several copies of one event, the one appended first stands.
func Fold(events []event.Event) (Facts, Counts) {
	var counts Counts
	standing := retract(distinct(events, &counts), &counts)
	var f Facts
	for i := range standing {
		f.add(&standing[i])
	}
	slices.SortFunc(f.Calls, func(a, b Call) int { return a.Compare(b.Origin) })
	slices.SortFunc(f.Changes, func(a, b AgentChange) int { return a.Compare(b.Origin) })
	slices.SortFunc(f.Attendance, func(a, b Attendance) int { return a.Compare(b.Origin) })
	return f, counts
}

func (f *Facts) add(e *event.Event) {
	o := Origin{e.Identity(), e.Time, e.AppendTime, e.Position, e.Zone}
	switch d := e.Data.(type) {
	case event.CallEnded:
		f.Calls = append(f.Calls, callOf(o, d))
	case event.AgentChanged:
		f.Changes = append(f.Changes, AgentChange{o, d})
	case event.AttendanceRecorded:
		f.Attendance = append(f.Attendance, Attendance{o, d})
	}
}
