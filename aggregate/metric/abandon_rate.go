package metric

import (
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// AbandonRate is the share of queued calls that the caller gave up.
type AbandonRate struct{}

// Doc describes the metric.
func (AbandonRate) Doc() Doc {
	return Doc{
		ID:          "abandon_rate",
		Title:       document.Title{ZH: "放弃率", EN: "Abandon rate"},
		Summary:     document.Title{ZH: "进入排队的来电中，客户自己放弃的比例。", EN: "Of the calls that were queued, the share that the caller gave up."},
		Unit:        Percent,
		Better:      Less,
		Per:         PerTeam,
		Numerator:   "inbound calls that the caller abandoned",
		Denominator: "inbound calls that were queued: answered, abandoned or missed; phantom calls are left out",
		Credit:      "the team that the call was for, as the source knows it",
		Maturity:    periodEnd,
		Evidence:    "every such call; the abandoned ones count against",
		Small:       smallRate,
		Types:       []string{"call.ended"},
	}
}

func (AbandonRate) tally(p *Period, _ Settings) tally { return &abandonRate{newSums(p)} }

type abandonRate struct{ sums }

func (t *abandonRate) addCall(c *call) {
	if !queued(c.Call) {
		return
	}
	gaveUp := c.Outcome == event.Abandoned
	t.add(c.team, oneIf(gaveUp), 1)
	t.explain(c.team, &c.Origin, c.date, gaveUp, string(c.Outcome))
}
