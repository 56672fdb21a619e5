package metric

import (
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// LeaveDays is how many days an agent was on leave.
type LeaveDays struct{}

// Doc describes the metric.
func (LeaveDays) Doc() Doc {
	return Doc{
		ID:          "leave_days",
		Title:       document.Title{ZH: "请假天数", EN: "Days of leave"},
		Summary:     document.Title{ZH: "当月已批准请假的工作日天数。", EN: "On how many working days of the month the agent was on approved leave."},
		Unit:        Workdays,
		Better:      Less,
		Per:         PerAgent,
		Numerator:   "half days of approved leave on working days of the calendar in the period; a date counts once, however many leaves there are for it",
		Denominator: "2",
		Credit:      "the agent",
		Maturity:    periodEnd,
		Evidence:    "every leave, on its first such date",
		Settings:    []string{"kinds"},
		Calendar:    true,
		Fixed:       2,
		Types:       leaveTypes,
	}
}

func (LeaveDays) tally(p *Period, s Settings) tally { return leaveDays{p, s} }

type leaveDays struct {
	period   *Period
	settings Settings
}

// halves returns how much of each working day of the month the agent was on leave, and what shows it.
func (t leaveDays) halves(agent string) (map[calendar.Date]int64, []Evidence) {
	halves := map[calendar.Date]int64{}
	var shown []Evidence
	for _, l := range t.period.Leaves(agent) {
		if !t.settings.leave(&l) {
			continue
		}
		each, first := int64(2), true
		if l.HalfDay {
			each = 1
		}
		for d := range t.period.scope.Month.Dates() {
			if !l.holds(d) || !t.period.scope.Calendar.WorkingDay(d) {
				continue
			}
			if first {
				shown, first = append(shown, leaveEvidence(&l, d)), false
			}
			halves[d] = min(2, halves[d]+each)
		}
	}
	return halves, shown
}

func (t leaveDays) result() Result {
	var r Result
	for _, agent := range slices.Sorted(maps.Keys(t.period.people.leaves)) {
		halves, _ := t.halves(agent)
		v := Value{Agent: agent, Den: 2, Sample: int64(len(halves))}
		for _, n := range halves {
			v.Num += n
		}
		if v.Num > 0 {
			r.Values = append(r.Values, v)
		}
	}
	return r
}

func (t leaveDays) evidence(agent string) EvidenceList {
	_, shown := t.halves(agent)
	return EvidenceOf(shown...)
}
