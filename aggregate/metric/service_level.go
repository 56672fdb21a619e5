package metric

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// ServiceLevel is the share of queued calls answered soon enough.
type ServiceLevel struct{}

// Doc describes the metric.
func (ServiceLevel) Doc() Doc {
	return Doc{
		ID:          "service_level",
		Title:       document.Title{ZH: "服务水平", EN: "Service level"},
		Summary:     document.Title{ZH: "进入排队的来电中，在限定时间内接听的比例。", EN: "Of the calls that were queued, the share that was answered within a time."},
		Unit:        Percent,
		Better:      More,
		Per:         PerTeam,
		Numerator:   "inbound calls answered within `within` of entering the queue; exactly then is in time",
		Denominator: "inbound calls that were queued: answered, abandoned or missed; phantom calls and answered ones of unknown wait are left out. Calls abandoned within `within` count here and are listed apart too",
		Credit:      "the team that the call was for, as the source knows it",
		Maturity:    periodEnd,
		Evidence:    "every such call; those not answered in time count against",
		Settings:    []string{"within"},
		Default:     Settings{Within: 20 * time.Second},
		Small:       smallRate,
		Types:       []string{"call.ended"},
	}
}

func (ServiceLevel) tally(p *Period, s Settings) tally {
	return &serviceLevel{newSums(p), s.Within.Milliseconds(), map[string]int64{}}
}

type serviceLevel struct {
	sums
	withinMS int64
	gaveUp   map[string]int64 // calls abandoned within that time, by team
}

func (t *serviceLevel) addCall(c *call) {
	soon := c.WaitMS != nil && *c.WaitMS <= t.withinMS
	answered := c.Outcome == event.Answered
	if !queued(c.Call) || answered && c.WaitMS == nil {
		return
	}
	if soon && c.Outcome == event.Abandoned {
		t.gaveUp[c.Team]++
	}
	in := answered && soon
	t.add(c.team, oneIf(in), 1)
	t.explain(c.team, &c.Origin, c.date, !in, string(c.Outcome))
}

func (t *serviceLevel) result() Result {
	r := t.sums.result()
	r.Apart = t.gaveUp
	return r
}

// queued reports whether a customer's call waited for an agent.
func queued(c *turn.Call) bool {
	return c.Direction == event.Inbound && c.Outcome != event.Phantom
}

func oneIf(is bool) int64 {
	if is {
		return 1
	}
	return 0
}
