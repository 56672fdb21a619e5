package metric

import "github.com/deskpulse/deskpulse/aggregate/document"

// DaysWorked counts the dates on which an agent worked.
type DaysWorked struct{}

// Doc describes the metric.
func (DaysWorked) Doc() Doc {
	return Doc{
		ID:        "days_worked",
		Title:     document.Title{ZH: "实际工作日", EN: "Days worked"},
		Summary:   document.Title{ZH: "当月本人实际工作的天数。", EN: "On how many dates of the month the agent worked."},
		Unit:      Workdays,
		Better:    Neither,
		Per:       PerAgent,
		Numerator: "local dates of the period on which the agent worked, by the policy's first source that has data",
		Credit:    "the agent",
		Maturity:  periodEnd,
		Fixed:     1,
		Evidence:  "the records of attendance; of each date the first sight by presence; of each date the first credited call or reply",
		Settings:  []string{"days"},
		Default:   daysDefault,
	}
}

func (DaysWorked) tally(p *Period, s Settings) tally { return daysWorked{p, s} }

type daysWorked struct {
	period   *Period
	settings Settings
}

func (t daysWorked) result() Result {
	var r Result
	days, _ := t.period.Days(t.settings)
	for _, agent := range t.period.Agents() {
		if n := int64(days[agent].Len()); n > 0 {
			r.Values = append(r.Values, Value{agent, n, 1, n})
		}
	}
	return r
}

func (t daysWorked) evidence(agent string) EvidenceList {
	var all []Evidence
	for _, s := range t.period.sights(t.settings, agent) {
		all = append(all, s.Evidence)
	}
	return EvidenceOf(all...)
}
