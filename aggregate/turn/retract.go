package turn

import (
	"cmp"
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// retract returns the events that no retraction in force takes back, without the retractions themselves. When a
// retraction arrived, before or after its target, does not matter.
//
// A retraction is an event like others and can be taken back, which restores its target. It is in force when no
// retraction in force takes it back. Where retractions take back one another in a circle that rule decides nothing; then
// the last word stands: the retraction of the circle with the latest time, then the largest source and id, is in force.
func retract(events []*event.Event, counts *Counts) []*event.Event {
	if !slices.ContainsFunc(events, isRetraction) {
		return events
	}
	g := newRetractions(events)
	g.decide()
	var standing []*event.Event
	for _, e := range events {
		switch {
		case g.retracted[e.Identity()]:
			counts.Retracted++
		case !isRetraction(e):
			standing = append(standing, e)
		}
	}
	for _, r := range g.all {
		if r.state == inForce && !g.known[r.target] {
			counts.Unmatched++
		}
	}
	return standing
}

func isRetraction(e *event.Event) bool {
	_, is := e.Data.(event.Retracted)
	return is
}

type retraction struct {
	event   *event.Event
	target  event.Identity
	against int // undecided retractions that take this one back
	state   retractionState
}

type retractionState uint8

const (
	undecided retractionState = iota
	inForce
	takenBack
)

// retractions is the graph of who takes back whom.
type retractions struct {
	all       []*retraction // last word first
	byID      map[event.Identity]*retraction
	known     map[event.Identity]bool // of all events
	retracted map[event.Identity]bool // targets of retractions in force
	ready     []*retraction           // in force, and not yet applied
}

func newRetractions(events []*event.Event) *retractions {
	g := &retractions{byID: map[event.Identity]*retraction{}, known: map[event.Identity]bool{}, retracted: map[event.Identity]bool{}}
	for _, e := range events {
		g.known[e.Identity()] = true
		d, ok := e.Data.(event.Retracted)
		if !ok {
			continue
		}
		target := event.Identity{Company: e.Company, Source: cmp.Or(d.TargetSource, e.Source), Subject: e.Subject, ID: d.Target}
		r := &retraction{event: e, target: target}
		g.all, g.byID[e.Identity()] = append(g.all, r), r
	}
	slices.SortFunc(g.all, func(a, b *retraction) int {
		return -cmp.Or(a.event.Time.Compare(b.event.Time), cmp.Compare(a.event.Source, b.event.Source),
			cmp.Compare(a.event.Subject, b.event.Subject), cmp.Compare(a.event.ID, b.event.ID))
	})
	for _, r := range g.all {
		if t := g.byID[r.target]; t != nil {
			t.against++
		}
	}
	return g
}

// decide gives every retraction its state. Retractions that nobody takes back are in force, which decides those that they
// take back, and so on; what is left when nothing more follows are circles, cut one at a time at their last word.
func (g *retractions) decide() {
	for _, r := range g.all {
		if r.against == 0 {
			g.enforce(r)
		}
	}
	g.follow()
	for _, r := range g.all {
		if r.state == undecided {
			g.enforce(r)
			g.follow()
		}
	}
}

func (g *retractions) enforce(r *retraction) {
	r.state = inForce
	g.ready = append(g.ready, r)
}

// follow applies the retractions in force and whatever that puts in force.
func (g *retractions) follow() {
	for len(g.ready) > 0 {
		r := g.ready[0]
		g.ready = g.ready[1:]
		g.retracted[r.target] = true
		t := g.byID[r.target]
		if t == nil || t.state != undecided {
			continue
		}
		t.state = takenBack
		freed := g.byID[t.target]
		if freed == nil || freed.state != undecided {
			continue
		}
		if freed.against--; freed.against == 0 {
			g.enforce(freed)
		}
	}
}
