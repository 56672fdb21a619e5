package metric

import (
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// HandleTime is how long a call keeps an agent busy (AHT).
type HandleTime struct{}

// Doc describes the metric.
func (HandleTime) Doc() Doc {
	return Doc{
		ID:          "handle_time",
		Title:       document.Title{ZH: "平均处理时长", EN: "Handle time"},
		Summary:     document.Title{ZH: "每通接听电话的通话（含保持）与话后处理时长。", EN: "How long a call keeps the agent busy, on average: talk with its holds, and the work after it."},
		Unit:        Milliseconds,
		Better:      Less,
		Per:         PerAgent,
		Numerator:   "milliseconds of talk and of work after the call; holds are within the talk and are not added again; work after the call that was not reported adds nothing",
		Denominator: "credited calls whose talk was reported",
		Credit:      "the agent who took the call",
		Maturity:    periodEnd,
		Evidence:    "every such call",
		Types:       []string{"call.ended"},
	}
}

func (HandleTime) tally(p *Period, _ Settings) tally { return &handleTime{newSums(p)} }

type handleTime struct{ sums }

func (t *handleTime) addCall(c *call) {
	if !credited(c.Call) || c.TalkMS == nil {
		return
	}
	busy := *c.TalkMS
	if c.WrapUpMS != nil {
		busy += *c.WrapUpMS
	}
	t.add(c.who, busy, 1)
	t.explain(c.who, &c.Origin, c.date, false, "")
}
