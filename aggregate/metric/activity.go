package metric

import (
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// activity is what is known of everybody from their work: on which dates there was any, and for which teams.
type activity struct {
	period *Period
	agents map[string]*work
}

// work is one agent's.
type work struct {
	days     calendar.Days    // dates with a credited call or reply
	first    sights           // of each such date the first; only of the agents to explain
	presence calendar.Days    // dates on which presence saw them at work
	seen     sights           // of each such date the first; only of the agents to explain
	teams    map[string]int64 // credited calls and replies by team, as the source knows it
}

func newActivity(p *Period) activity { return activity{p, map[string]*work{}} }

func (a *activity) of(agent string) *work {
	w := a.agents[agent]
	if w == nil {
		w = &work{teams: map[string]int64{}}
		a.agents[agent] = w
	}
	return w
}

func (a *activity) addCall(c *turn.Call, date calendar.Date) {
	if credited(c) {
		a.credit(c.Agent, c.Team, c.Origin, date, true)
	}
}

// sights is one for each day of the month, nil where there is none.
type sights [32]*sight

// sight is an event that shows somebody at work on a date.
type sight struct {
	Evidence
	call bool // calls answered count it too
}

// credit notes that the agent did something for a team that counts as work, and whether it is a call answered.
func (a *activity) credit(agent, team string, o turn.Origin, date calendar.Date, call bool) {
	w := a.of(agent)
	w.days = w.days.With(date)
	w.teams[team]++
	if a.period.explains(agent) {
		keepFirst(&w.first, sight{Evidence{Origin: o, Date: date}, call})
	}
}

// keepFirst keeps the first event of each date, which nearly all others are not.
func keepFirst(first *sights, s sight) {
	old := first[s.Date.Day]
	if old == nil {
		old = new(sight)
		first[s.Date.Day] = old
	} else if s.Time.After(old.Time) || s.Compare(old.Origin) >= 0 {
		return
	}
	s.Origin = s.Clone()
	*old = s
}

// credited reports whether a call is somebody's: inbound, answered, by somebody who is named. Abandoned, missed and phantom
// calls are nobody's. How long a call waited plays no part: a source that reports nonsense there does not void the agent's
// work.
func credited(c *turn.Call) bool { return answered(c) && c.Agent != "" }

// answered reports whether a customer's call was answered, by whomever.
func answered(c *turn.Call) bool { return c.Direction == event.Inbound && c.Outcome == event.Answered }
