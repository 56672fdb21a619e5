package metric

import (
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// CallsAnswered counts inbound calls answered by a named agent.
type CallsAnswered struct{}

// Doc describes the metric.
func (CallsAnswered) Doc() Doc {
	return Doc{
		ID:        "calls_answered",
		Title:     document.Title{ZH: "接听电话量", EN: "Calls answered"},
		Unit:      Calls,
		Better:    More,
		Numerator: "inbound calls that a named agent answered and that entered on a local date of the period",
		Credit:    "the agent who took the call; answered calls without a name are counted apart",
		Maturity:  periodEnd,
	}
}

// Measure returns the count of everybody with a credited call.
func (CallsAnswered) Measure(p *Period, _ Settings) Result {
	r := Result{Nobody: maps.Clone(p.calls.nobody)}
	for _, agent := range slices.Sorted(maps.Keys(p.calls.agents)) {
		r.Values = append(r.Values, Value{agent, p.calls.agents[agent].count, 1})
	}
	return r
}

// Evidence returns the agent's credited calls.
func (CallsAnswered) Evidence(p *Period, _ Settings, agent string) []Evidence {
	return slices.SortedFunc(slices.Values(p.calls.evidence[agent]), compareEvidence)
}
