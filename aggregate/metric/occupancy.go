package metric

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Occupancy is how much of the time in which they could be an agent was with customers.
type Occupancy struct{}

// Doc describes the metric.
func (Occupancy) Doc() Doc {
	return Doc{
		ID:          "occupancy",
		Title:       document.Title{ZH: "工时利用率", EN: "Occupancy"},
		Summary:     document.Title{ZH: "与客户接触的时间占接触与待命时间之和的比例。", EN: "Of the time with customers or waiting for them, the share with customers."},
		Unit:        Percent,
		Better:      Neither,
		Per:         PerAgent,
		Numerator:   "milliseconds on contact",
		Denominator: "milliseconds on contact or idle; wrap-up, breaks and absence are neither. A state lasts until the next one; the last known one is left out",
		Credit:      "the agent",
		Maturity:    periodEnd,
		Evidence:    "every change to on contact or idle, with how long it lasted within the period",
		Types:       []string{"agent.presence"},
	}
}

func (Occupancy) tally(p *Period, _ Settings) tally { return &occupancy{newSums(p)} }

type occupancy struct{ sums }

func (t *occupancy) addPresence(s *stretch) {
	contact := s.State == event.PresenceOnContact
	if !contact && s.State != event.PresenceIdle {
		return
	}
	lasted := s.until.Sub(s.from)
	t.add(s.who, oneIf(contact)*lasted.Milliseconds(), lasted.Milliseconds())
	if s.who.explained {
		t.explain(s.who, &s.Origin, s.date, false, fmt.Sprintf("%s %s", s.State, lasted))
	}
}
