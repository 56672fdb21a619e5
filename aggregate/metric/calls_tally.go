package metric

import (
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// callTally is what the metrics of calls add up.
type callTally struct {
	agents   map[string]*agentCalls
	nobody   map[string]int64      // answered calls credited to nobody, by team
	evidence map[string][]Evidence // of the agents to explain
}

type agentCalls struct {
	count int64
	days  calendar.Days    // dates with a credited call
	teams map[string]int64 // credited calls by team, as the source knows it
}

func newCallTally(explain []string) callTally {
	t := callTally{agents: map[string]*agentCalls{}, nobody: map[string]int64{}, evidence: map[string][]Evidence{}}
	for _, agent := range explain {
		t.evidence[agent] = nil
	}
	return t
}

// addCall credits an inbound call that was answered to who took it, on the local date on which it entered. Abandoned,
// missed and phantom calls are nobody's; an answered call without a name is counted, but apart. How long a call waited
// plays no part: a source that reports nonsense there does not void the agent's work.
func (p *Period) addCall(c *turn.Call) error {
	if c.Direction != event.Inbound || c.Outcome != event.Answered {
		return nil
	}
	loc, err := p.zoneOf(c.Agent, c.Origin)
	if err != nil {
		return err
	}
	date := calendar.DateOf(c.Time, loc)
	if !p.scope.Month.Contains(date) {
		return nil
	}
	if c.Agent == "" {
		p.calls.nobody[c.Team]++
		return nil
	}
	p.calls.credit(c, date)
	return nil
}

func (t *callTally) credit(c *turn.Call, date calendar.Date) {
	a := t.agents[c.Agent]
	if a == nil {
		a = &agentCalls{teams: map[string]int64{}}
		t.agents[c.Agent] = a
	}
	a.count++
	a.days = a.days.With(date)
	a.teams[c.Team]++
	if e, ok := t.evidence[c.Agent]; ok {
		t.evidence[c.Agent] = append(e, Evidence{c.Origin, date})
	}
}
