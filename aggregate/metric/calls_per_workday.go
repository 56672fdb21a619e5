package metric

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// CallsPerWorkday is calls answered per day worked.
type CallsPerWorkday struct{}

// Doc describes the metric.
func (CallsPerWorkday) Doc() Doc {
	return Doc{
		ID:          "calls_per_workday",
		Title:       document.Title{ZH: "人均效能", EN: "Calls per day worked"},
		Unit:        CallsPerDay,
		Better:      More,
		Numerator:   "calls_answered",
		Denominator: "days_worked",
		Credit:      "the agent",
		Maturity:    periodEnd,
	}
}

// Measure returns calls ÷ days of everybody who has one of them. Who has calls but no days has no value.
func (CallsPerWorkday) Measure(p *Period, s Settings) Result {
	days, _ := p.Days(s)
	r := Result{Nobody: CallsAnswered{}.Measure(p, s).Nobody}
	for _, agent := range p.Agents() {
		v := Value{Agent: agent, Den: int64(days[agent].Len())}
		if calls := p.calls.agents[agent]; calls != nil {
			v.Num = calls.count
		}
		if v.Num > 0 || v.Den > 0 {
			r.Values = append(r.Values, v)
		}
	}
	return r
}

// Evidence returns the credited calls and the days worked.
func (CallsPerWorkday) Evidence(p *Period, s Settings, agent string) []Evidence {
	all := slices.Concat(CallsAnswered{}.Evidence(p, s, agent), DaysWorked{}.Evidence(p, s, agent))
	slices.SortFunc(all, compareEvidence)
	return slices.CompactFunc(all, func(a, b Evidence) bool { return a.Identity == b.Identity })
}
