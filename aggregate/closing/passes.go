package closing

import (
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// All times that an event can have. What is known about people is not bound by the month: an entry from years ago may
// hold, and an attendance may be recorded long afterwards.
var (
	earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2299, 1, 1, 0, 0, 0, 0, time.UTC)
)

// part is one part of the facts, and which subjects have any: those with an event of one of the types in a time. How far
// they look back differs from part to part, so of a subject some parts may be kept and others not; as each is kept once,
// nothing counts twice.
type part struct {
	When
	keep func(kept, f *turn.Facts)
}

// pass reads the subjects that have any of some parts, each subject once, whatever parts it has. Reading is what costs: a
// pass for each part would have the source look for its subjects among those of all.
type pass struct {
	parts  []part
	talks  *part  // conversations: those that were merged have to be folded together; nil where they are not read
	before []pass // that may have read the same subjects
}

func (p pass) selection() Selection {
	first := p.parts[0].When
	s := Selection{Types: first.Types, From: first.From, To: first.To}
	for _, other := range p.parts[1:] {
		s.Or = append(s.Or, other.When)
	}
	if p.talks != nil {
		s.Or = append(s.Or, p.talks.When)
	}
	return s
}

// parted reports whether a subject has any of the parts besides conversations.
func (p pass) parted(events []event.Event) bool {
	for i := range p.parts {
		if p.parts[i].chooses(events) {
			return true
		}
	}
	return false
}

// first reports whether no pass before has read the subject, and counted what was left out of it.
func (p pass) first(events []event.Event) bool {
	return !slices.ContainsFunc(p.before, func(b pass) bool { return b.parted(events) })
}

// keep keeps what the pass does of a subject's facts; of conversations only when they are not left for the end.
func (p pass) keep(kept, f *turn.Facts, events []event.Event, talks bool) {
	for i := range p.parts {
		if a := &p.parts[i]; a.chooses(events) {
			a.keep(kept, f)
		}
	}
	if talks && p.talks.chooses(events) {
		p.talks.keep(kept, f)
	}
}

// links reads whose accounts are whose.
var links = pass{parts: []part{{When{[]string{"agent.linked"}, earliest, latest}, func(kept, f *turn.Facts) { kept.Links = f.Links }}}}

// staff reads who people are and what was granted to them or judged of them.
var staff = pass{
	parts: []part{{
		When{[]string{"agent.changed", "attendance.recorded", "leave.approved", "review.scored", "exam.scored"}, earliest, latest},
		func(kept, f *turn.Facts) { *kept = *f },
	}},
	before: []pass{links},
}

// work returns what has to be read for the scope besides people.
func work(s metric.Scope) pass {
	asked := metric.Types(s.Queries)
	from, to := s.Month.Cover()
	p := pass{before: []pass{links, staff}, parts: []part{
		{When{[]string{"incident.reported"}, earliest, latest}, func(kept, f *turn.Facts) { kept.Incidents = f.Incidents }},
		{When{[]string{"call.ended"}, from, to}, func(kept, f *turn.Facts) { kept.Calls = f.Calls }},
	}}
	if slices.Contains(asked, "conversation.measured") { // a source may report long after the date on which it counts
		p.parts = append(p.parts, part{When{[]string{"conversation.measured"}, from, latest}, func(kept, f *turn.Facts) { kept.Measured = f.Measured }})
	}
	if slices.Contains(asked, "agent.presence") { // what was done when the month began may have begun the day before
		from := from.AddDate(0, 0, -1)
		p.parts = append(p.parts, part{When{[]string{"agent.presence"}, from, to}, func(kept, f *turn.Facts) { kept.Presence = within(f.Presence, from, to) }})
	}
	if types := slices.DeleteFunc(asked, func(t string) bool { return !isConversation(t) }); len(types) > 0 {
		types = append(types, merging) // what goes on may have been silent for years, and says who held it
		p.talks = &part{When{types, from.Add(-metric.Reach(s.Queries)), to}, func(kept, f *turn.Facts) { kept.Conversations = f.Conversations }}
	}
	return p
}

// isConversation reports whether a type of event is part of a conversation's timeline.
func isConversation(name string) bool {
	family, _, _ := strings.Cut(name, ".")
	return name != "conversation.measured" && slices.Contains([]string{"conversation", "message", "case", "solution"}, family)
}
