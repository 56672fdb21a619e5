package metric

import (
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// CallsAnswered counts inbound calls answered by a named agent.
type CallsAnswered struct{}

// Doc describes the metric.
func (CallsAnswered) Doc() Doc {
	return Doc{
		ID:        "calls_answered",
		Title:     document.Title{ZH: "接听电话量", EN: "Calls answered"},
		Summary:   document.Title{ZH: "当月本人接听的呼入电话数。", EN: "How many inbound calls the agent answered in the month."},
		Unit:      Calls,
		Better:    More,
		Per:       PerAgent,
		Numerator: "inbound calls that a named agent answered and that entered on a local date of the period, and those that a source counted itself",
		Credit:    "the agent who took the call; answered calls without a name are counted apart",
		Maturity:  periodEnd,
		Fixed:     1,
		Evidence:  "every credited call",
		Types:     callTypes,
	}
}

// callTypes are the types of events that tell of calls.
var callTypes = []string{"call.ended", "conversation.measured"}

func (CallsAnswered) tally(p *Period, _ Settings) tally { return &callsAnswered{newSums(p)} }

type callsAnswered struct{ sums }

func (t *callsAnswered) addCall(c *call) {
	switch {
	case credited(c.Call):
		t.add(c.who, 1, 0)
		t.explain(c.who, &c.Origin, c.date, false, "")
	case answered(c.Call):
		t.nobody[c.Team]++
	}
}

// addMeasured takes the calls that a source counted itself, which says no more of them than whose they are.
func (t *callsAnswered) addMeasured(m *measured) {
	if !positive(m.Calls) {
		return
	}
	v := t.value(m.who)
	v.Num, v.Sample = v.Num+*m.Calls, v.Sample+*m.Calls
	t.explain(m.who, &m.Origin, m.date, false, "")
}

func (t *callsAnswered) result() Result { return t.count() }
