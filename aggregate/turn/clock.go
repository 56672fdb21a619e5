package turn

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Clock is a promise to the customer that a policy measures: from when, until what, how long, and what moves it.
type Clock struct {
	Kind        ClockKind
	Target      Target
	ByKind      map[string]KindTarget // goes before Target and Promise for conversations of these kinds of customer
	Promise     PromiseUse
	Pauses      []event.Status // while the conversation has one of them the clock stands still
	Restart     bool           // of FollowUp: starts again with a customer's question once it was met or the conversation closed
	NeedFinding bool           // of FollowUp: an entry without a finding does not meet it
}

// Target is how long a clock may run. Exactly one member is set.
type Target struct {
	Wall        time.Duration
	Working     time.Duration // working time
	WorkingDays int           // until the end of work on that working day after the date of the start
}

// KindTarget is what holds for one kind of customer.
type KindTarget struct {
	Target
	Promise *PromiseUse // nil: the clock's
}

// ClockKind says what starts a clock and what meets it.
type ClockKind uint8

// The kinds of clocks.
const (
	// FirstResponse runs from the customer's first message to its answer.
	FirstResponse ClockKind = iota
	// NextResponse runs through every turn, the first included.
	NextResponse
	// Resolution runs from the opening, and from every reopening, until resolved or closed.
	Resolution
	// FollowUp runs from the opening to the next follow-up.
	FollowUp
	// AgreedPromise runs from a promise to the time agreed, without any target; a contact or a resolution meets it. A promise
	// made before that replaces it.
	AgreedPromise
	// SolutionNotice runs from the approval of a solution to the next contact.
	SolutionNotice
)

var clockKinds = [...]string{"first-response", "next-response", "resolution", "follow-up", "agreed-promise", "solution-notice"}

// String returns the name as policies write it, for example "first-response".
func (k ClockKind) String() string {
	if int(k) < len(clockKinds) {
		return clockKinds[k]
	}
	return "unknown"
}

// ParseClockKind returns the kind with a name that [ClockKind.String] gives, false for any other.
func ParseClockKind(name string) (ClockKind, bool) {
	for k, n := range clockKinds {
		if n == name {
			return ClockKind(k), true
		}
	}
	return 0, false
}

// PromiseUse says what an agreed time does to a target.
type PromiseUse uint8

// What an agreed time does.
const (
	// PromiseReplaces lets an agreed time replace the target, earlier or later, if it was agreed before the target passed; and
	// a later promise only if made before the earlier one passed.
	PromiseReplaces PromiseUse = iota
	// PromiseEarlier keeps both: whichever comes first counts.
	PromiseEarlier
	// PromiseIgnored leaves the target alone.
	PromiseIgnored
)

// of returns the clock as it is for one kind of customer.
func (c Clock) of(customerKind string) Clock {
	own, ok := c.ByKind[customerKind]
	if !ok {
		return c
	}
	c.Target = own.Target
	if own.Promise != nil {
		c.Promise = *own.Promise
	}
	return c
}
