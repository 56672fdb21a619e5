package metric

import (
	"maps"
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
		Summary:     document.Title{ZH: "当月本人接听电话量除以实际工作日。", EN: "Calls answered in the month, divided by the days that the agent worked."},
		Unit:        CallsPerDay,
		Better:      More,
		Per:         PerAgent,
		Numerator:   "calls_answered",
		Denominator: "days_worked",
		Credit:      "the agent",
		Maturity:    periodEnd,
		Evidence:    "every credited call and every day worked",
		Settings:    []string{"days"},
		Default:     daysDefault,
		Types:       callTypes,
	}
}

func (CallsPerWorkday) tally(p *Period, s Settings) tally {
	return &callsPerWorkday{callsAnswered{newSums(p)}, s}
}

type callsPerWorkday struct {
	callsAnswered
	settings Settings
}

// result returns calls ÷ days of everybody who has one of them. Who has calls but no days has no value.
func (t *callsPerWorkday) result() Result {
	days, _ := t.period.Days(t.settings)
	r := Result{Nobody: maps.Clone(t.nobody)}
	for _, agent := range t.period.Agents() {
		v := Value{Agent: agent, Den: int64(days[agent].Len())}
		if calls := of(t.values, t.period.everybody[agent]); calls != nil {
			v.Num, v.Sample = calls.Num, calls.Sample
		}
		if v.Num > 0 || v.Den > 0 {
			r.Values = append(r.Values, v)
		}
	}
	return r
}

// evidence lists a call that also shows its day once.
func (t *callsPerWorkday) evidence(agent string) EvidenceList {
	list := t.callsAnswered.evidence(agent)
	for _, s := range t.period.sights(t.settings, agent) {
		if !s.call {
			list.Add(EvidenceOf(s.Evidence))
		}
	}
	slices.SortFunc(list.Listed, compareEvidence)
	return list
}
