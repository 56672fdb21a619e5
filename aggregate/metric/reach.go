package metric

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// Types returns the types of events of which a subject must have one for the queries to need it, sorted. What is known of
// people by the roster, and what the period keeps whatever is asked, is not in it.
func Types(queries []Query) []string {
	var all []string
	for _, q := range queries {
		d := catalogue[q.Metric].doc
		all = append(all, d.Types...)
		if s := d.complete(q.Settings); d.reads("days") {
			all = append(all, s.dayTypes()...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// dayTypes returns the types of events, besides the roster's, that tell of days worked.
func (s *Settings) dayTypes() []string {
	var all []string
	for _, source := range s.Days {
		switch source {
		case FromPresence:
			all = append(all, "agent.presence")
		case FromCalls:
			all = append(all, "call.ended", "conversation.measured", "message.sent")
		case FromAttendance, NoSource:
		}
	}
	return all
}

// Reach returns how long before the month a conversation may have been heard of last and still have a clock that runs out
// in the month. For an agreed time, which may be any, it is at least a quarter of a year.
func Reach(queries []Query) time.Duration {
	var reach time.Duration
	for _, q := range queries {
		d := catalogue[q.Metric].doc
		if !d.reads("target") {
			continue
		}
		s := d.complete(q.Settings)
		reach = max(reach, quarter, long(s.Target))
		for _, t := range s.ByKind {
			reach = max(reach, long(t.Target))
		}
	}
	return reach
}

const (
	day     = 24 * time.Hour
	quarter = 92 * day
)

// long returns more than a target can last: a week may have one short day of work, and a month of holidays may come in
// between.
func long(t turn.Target) time.Duration {
	return t.Wall + 7*t.Working*6 + time.Duration(7*t.WorkingDays)*day + 31*day
}
