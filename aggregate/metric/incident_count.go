package metric

import (
	"maps"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// IncidentCount counts the upheld incidents about an agent.
type IncidentCount struct{}

// Doc describes the metric.
func (IncidentCount) Doc() Doc {
	return Doc{
		ID:        "incident_count",
		Title:     document.Title{ZH: "经确认的投诉与差错", EN: "Incidents upheld"},
		Summary:   document.Title{ZH: "当月裁定属实的投诉与差错的数量。", EN: "How many incidents about the agent were upheld in the month."},
		Unit:      Times,
		Better:    Less,
		Per:       PerAgent,
		Numerator: "incidents that stand upheld and that were first ruled so, without a change since, on a local date of the period",
		Credit:    "the agent whom the incident is about",
		Maturity:  judged,
		Evidence:  "the report of every such incident, on the date of the ruling",
		Fixed:     1,
		Types:     []string{"incident.reported"},
	}
}

func (IncidentCount) tally(p *Period, _ Settings) tally {
	agents := func() []string { return slices.Sorted(maps.Keys(p.people.incidents)) }
	return judgements{p, agents, func(agent string) judgement {
		var j judgement
		for _, i := range p.Incidents(agent) {
			if !i.Upheld() {
				continue
			}
			// The date is the ruling's own, in the zone of the agent: the month of a verdict does not move with who reported.
			date := calendar.DateOf(i.Ruling.Since, p.zoneOn(agent, p.scope.Month.Last(), i.Ruling.Origin))
			if p.scope.Month.Contains(date) {
				j.add(1, 0, Evidence{i.Origin, date, true, strings.Join(i.Subjects, ", ")})
			}
		}
		j.value.Den = 1
		return j
	}}
}
