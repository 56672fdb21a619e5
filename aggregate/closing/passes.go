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

// pass reads the subjects that have an event of one of the types in a time and keeps one part of their facts. The passes
// differ in how far they look back, so a subject may be in several; as each part is kept by one pass only, nothing counts
// twice.
type pass struct {
	types    []string
	from, to time.Time
	keep     func(turn.Facts) turn.Facts
	merged   bool   // whether conversations that were merged have to be folded together
	before   []pass // that may have read the same subjects
}

func (p pass) selection() Selection { return Selection{Types: p.types, From: p.from, To: p.to} }

// first reports whether no pass before has read the subject, and counted what was left out of it.
func (p pass) first(events []event.Event) bool {
	return !slices.ContainsFunc(p.before, func(b pass) bool { return b.selection().chooses(events) })
}

// links reads whose accounts are whose.
var links = pass{types: []string{"agent.linked"}, from: earliest, to: latest,
	keep: func(f turn.Facts) turn.Facts { return turn.Facts{Links: f.Links} }}

// staff reads who people are and what was granted to them or judged of them.
var staff = pass{
	types: []string{"agent.changed", "attendance.recorded", "leave.approved", "review.scored", "exam.scored"},
	from:  earliest, to: latest, before: []pass{links}, keep: func(f turn.Facts) turn.Facts { return f },
}

// presence reads what people did when. What was done when the month began may have begun the day before.
func presence(s metric.Scope) (pass, bool) {
	from, to := s.Month.Cover()
	return pass{types: []string{"agent.presence"}, from: from.AddDate(0, 0, -1), to: to, before: []pass{links, staff},
		keep: func(f turn.Facts) turn.Facts { return turn.Facts{Presence: f.Presence} },
	}, slices.Contains(metric.Types(s.Queries), "agent.presence")
}

// passes returns what has to be read for the scope besides people.
func passes(s metric.Scope) []pass {
	asked := metric.Types(s.Queries)
	from, to := s.Month.Cover()
	calls := pass{types: []string{"call.ended"}, from: from, to: to,
		keep: func(f turn.Facts) turn.Facts { return turn.Facts{Calls: f.Calls} }}
	talks := []pass{calls}
	if slices.Contains(asked, "conversation.measured") { // a source may report long after the date on which it counts
		talks = append(talks, pass{types: []string{"conversation.measured"}, from: from, to: latest, before: talks,
			keep: func(f turn.Facts) turn.Facts { return turn.Facts{Measured: f.Measured} }})
	}
	if types := slices.DeleteFunc(asked, func(t string) bool { return !isConversation(t) }); len(types) > 0 {
		types = append(types, merging) // what goes on may have been silent for years, and says who held it
		talks = append(talks, pass{types: types, from: from.Add(-metric.Reach(s.Queries)), to: to, before: talks, merged: true,
			keep: func(f turn.Facts) turn.Facts { return turn.Facts{Conversations: f.Conversations} }})
	}
	incidents := pass{types: []string{"incident.reported"}, from: earliest, to: latest,
		keep: func(f turn.Facts) turn.Facts { return turn.Facts{Incidents: f.Incidents} }}
	return append([]pass{incidents}, talks...)
}

// isConversation reports whether a type of event is part of a conversation's timeline.
func isConversation(name string) bool {
	family, _, _ := strings.Cut(name, ".")
	return name != "conversation.measured" && slices.Contains([]string{"conversation", "message", "case", "solution"}, family)
}
