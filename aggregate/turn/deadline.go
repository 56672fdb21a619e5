package turn

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
)

// Deadline is one run of a clock.
type Deadline struct {
	Start      Origin
	Due        time.Time     // last instant that is on time; zero while the clock stands still or when the calendar never gets there
	Met        *Origin       // what met it, nil when nothing did (yet)
	MetBy      string        // "" when nobody is named
	Elapsed    time.Duration // from Start until met, less pauses: working time unless the target is wall time; 0 while not met
	Closed     *time.Time    // when the conversation was closed or resolved before this was met: whether it is then still owed is the caller's reading
	Promise    *Promise      // the agreed time that set Due, nil when the target did
	AtDue      string        // who held the conversation when it was due, "" for nobody
	FirstOwner string        // who held it first between Start and Due, and handed over without reaching the customer; see [Conversation.FirstOwner]
	For        string        // of SolutionNotice: who was named to tell the customer
}

// Late reports whether the deadline had passed at asOf without being met before: met exactly when due is on time.
func (d *Deadline) Late(asOf time.Time) bool {
	if d.Due.IsZero() {
		return false
	}
	if d.Met != nil && d.Met.Time.Before(asOf) {
		asOf = d.Met.Time
	}
	return asOf.After(d.Due)
}

// Settled reports whether the conversation was closed or resolved by the deadline, not met before: still so when it was due,
// or opened again by the customer, whose question then is another. What we opened again ourselves is as open as ever.
func (c *Conversation) Settled(d *Deadline) bool {
	if d.Closed == nil || d.Due.IsZero() || d.Closed.After(d.Due) {
		return false
	}
	if i := after(c.Asks, *d.Closed, (*Origin).time); i < len(c.Asks) && !c.Asks[i].Time.After(d.Due) {
		return true
	}
	last := after(c.Statuses, d.Due, (*StatusChange).time) - 1
	return last < 0 || c.Statuses[last].Time.Before(*d.Closed) || c.Statuses[last].Done()
}

// Deadlines returns every run of a clock, in order of Start. Hours are the calendar of the team; they may be nil when
// nothing in the clock is working time.
func (c *Conversation) Deadlines(clock Clock, h *calendar.Hours) []Deadline {
	clock = clock.of(c.CustomerKind)
	r := run{c: c, clock: &clock, unit: unit{clock.Target, h}}
	var all []Deadline
	switch clock.Kind {
	case FirstResponse:
		all = c.responses(min(1, len(c.Turns)))
	case NextResponse:
		all = c.responses(len(c.Turns))
	case Resolution:
		all = c.resolutions()
	case FollowUp:
		all = c.followUps(&clock)
	case AgreedPromise:
		all = c.promises()
	case SolutionNotice:
		all = c.notices()
	}
	r.pauses, r.longest = c.pauses(clock.Pauses), longest(c.Promises)
	for i := range all {
		r.settle(&all[i])
	}
	return all
}

// run is what the runs of one clock share.
type run struct {
	c      *Conversation
	clock  *Clock
	unit   unit
	pauses []pause

	longest []*Promise // before each place in the list of promises
	path    []stage    // of the member that was last settled
}

// settle adds to a start what follows from the target.
func (r *run) settle(d *Deadline) {
	if r.clock.Kind != AgreedPromise {
		d.Due = r.moved(d, r.unit.after(d.Start.Time))
		r.agree(d)
	}
	if d.Met != nil {
		d.Elapsed = r.elapsed(d.Start.Time, d.Met.Time)
	}
	if !d.Due.IsZero() {
		if member := d.Start.Subject; len(r.path) == 0 || r.path[0].member != member {
			r.path = r.c.path(member)
		}
		d.AtDue = r.c.holderOn(r.path, d.Due)
		d.FirstOwner = r.c.firstOwner(r.path, d.Start.Time, d.Due)
	}
}
