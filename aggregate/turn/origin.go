package turn

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Origin is the event that a fact comes from: its evidence.
type Origin struct {
	event.Identity
	Time       time.Time // when it happened, UTC
	AppendTime time.Time // when the broker appended the copy that stands, UTC
	Position   event.Position
	Zone       string // IANA name of the event's zone
}

func originOf(e *event.Event) Origin {
	return Origin{e.Identity(), e.Time, e.AppendTime, e.Position, e.Zone}
}

// Compare orders facts by time, then source, subject and id: an order that no delivery can change.
func (o Origin) Compare(p Origin) int { return o.compare(&p) }

// compare looks at texts only where the times are the same, which is hardly ever.
func (o *Origin) compare(p *Origin) int {
	if c := o.Time.Compare(p.Time); c != 0 {
		return c
	}
	return compareIdentity(&o.Identity, &p.Identity)
}

// Clone returns the origin with an id and a subject of its own: whoever keeps a few of many must not keep the memory of all
// that they were read with. The other texts are the same for thousands of events.
func (o Origin) Clone() Origin {
	o.Subject, o.ID = strings.Clone(o.Subject), strings.Clone(o.ID)
	return o
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

// superseding orders facts about the same thing so that each may replace those before it.
func superseding(o, p Origin) int {
	switch {
	case o.Supersedes(p):
		return 1
	case p.Supersedes(o):
		return -1
	}
	return 0
}

func compareIdentity(a, b *event.Identity) int {
	return cmp.Or(cmp.Compare(a.Company, b.Company), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Subject, b.Subject),
		cmp.Compare(a.ID, b.ID))
}

// compareEvents is [Origin.Compare] before there are origins.
func compareEvents(a, b *event.Event) int {
	if c := a.Time.Compare(b.Time); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Company, b.Company), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Subject, b.Subject),
		cmp.Compare(a.ID, b.ID))
}

// subject is what an event is about, across sources.
type subject struct{ company, id string }

func subjectOf(e *event.Event) subject { return subject{e.Company, e.Subject} }

// bySubject cuts events into those of one subject each, which keep their order.
func bySubject(events []*event.Event) [][]*event.Event {
	slices.SortStableFunc(events, func(a, b *event.Event) int {
		return cmp.Or(cmp.Compare(a.Company, b.Company), cmp.Compare(a.Subject, b.Subject))
	})
	var groups [][]*event.Event
	for first := 0; first < len(events); {
		last := first + 1
		for last < len(events) && subjectOf(events[last]) == subjectOf(events[first]) {
			last++
		}
		groups = append(groups, events[first:last])
		first = last
	}
	return groups
}
