package metric

import (
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// LeaveCount counts an agent's applications for leave.
type LeaveCount struct{}

// Doc describes the metric.
func (LeaveCount) Doc() Doc {
	return Doc{
		ID:        "leave_count",
		Title:     document.Title{ZH: "请假次数", EN: "Leaves"},
		Summary:   document.Title{ZH: "当月开始的已批准请假的次数。", EN: "How many approved leaves began in the month."},
		Unit:      Times,
		Better:    Less,
		Per:       PerAgent,
		Numerator: "approved applications whose first date lies in the period, so that each counts in one month",
		Credit:    "the agent",
		Maturity:  periodEnd,
		Evidence:  "every such application",
		Settings:  []string{"kinds"},
		Fixed:     1,
		Types:     leaveTypes,
	}
}

// leaveTypes are the types of events that tell of leave. Attendance comes with the roster.
var leaveTypes = []string{"leave.approved"}

func (LeaveCount) tally(p *Period, s Settings) tally { return leaveCount{p, s} }

type leaveCount struct {
	period   *Period
	settings Settings
}

// begun returns the agent's leaves of the kinds that count which begin in the month.
func (t leaveCount) begun(agent string) []Leave {
	return slices.DeleteFunc(t.period.Leaves(agent), func(l Leave) bool {
		return !t.settings.leave(&l) || !t.period.scope.Month.Contains(l.First)
	})
}

// leave reports whether a leave is of a kind that counts.
func (s *Settings) leave(l *Leave) bool {
	return len(s.Kinds) == 0 || slices.Contains(s.Kinds, l.Kind)
}

func (t leaveCount) result() Result {
	var r Result
	for _, agent := range slices.Sorted(maps.Keys(t.period.people.leaves)) {
		if n := int64(len(t.begun(agent))); n > 0 {
			r.Values = append(r.Values, Value{agent, n, 1, n})
		}
	}
	return r
}

func (t leaveCount) evidence(agent string) EvidenceList {
	var all []Evidence
	for _, l := range t.begun(agent) {
		all = append(all, leaveEvidence(&l, l.First))
	}
	return EvidenceOf(all...)
}

func leaveEvidence(l *Leave, d calendar.Date) Evidence {
	return Evidence{l.Origin, d, false, l.Kind}
}
