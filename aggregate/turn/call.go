package turn

import "github.com/deskpulse/deskpulse/schemas/event"

// Call is one phone call. Its Time is when it entered. Durations are milliseconds; nil means not reported, which is not 0.
type Call struct {
	Origin
	Direction     event.Direction
	Outcome       event.CallOutcome
	Agent         string // who took it, "" when nobody is named
	Team          string // team that it was for, as the source knows it
	Queue         string
	Customer      string
	WaitMS        *int64
	TalkMS        *int64 // holds included
	WrapUpMS      *int64
	Holds         []event.Hold // in order, as reported
	LongestHoldMS int64        // 0 without holds
}

func callOf(o Origin, d event.CallEnded) Call {
	c := Call{
		Origin: o, Direction: d.Direction, Outcome: d.Outcome, Agent: d.Agent, Team: d.Team, Queue: d.Queue,
		Customer: d.Customer, WaitMS: d.WaitMS, TalkMS: d.TalkMS, WrapUpMS: d.WrapUpMS, Holds: d.Holds,
	}
	for _, h := range d.Holds {
		c.LongestHoldMS = max(c.LongestHoldMS, h.DurationMS)
	}
	return c
}
