package metric

import (
	"strings"

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
	days     calendar.Days     // dates with a credited call or reply
	first    sights            // of each such date the first; only of the agents to explain
	presence calendar.Days     // dates on which presence saw them at work
	seen     sights            // of each such date the first; only of the agents to explain
	teams    map[string]*int64 // credited calls and replies by team, as the source knows it
	lastTeam string
	last     *int64 // of that team, in teams
}

func newActivity(p *Period) activity { return activity{p, map[string]*work{}} }

func (a *activity) of(w *who) *work {
	if w.work == nil {
		w.work = &work{teams: map[string]*int64{}}
		a.agents[w.name] = w.work
	}
	return w.work
}

func (a *activity) addCall(c *call) {
	if credited(c.Call) {
		a.credit(&c.moment, c.Team, &c.Origin, true)
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
func (a *activity) credit(m *moment, team string, o *turn.Origin, call bool) {
	w := a.of(m.who)
	w.days = w.days.With(m.date)
	w.count(team)
	if m.who.explained {
		keepFirst(&w.first, o, m.date, call)
	}
}

// count notes one more for a team, which is nearly always the team of the one before.
func (w *work) count(team string) {
	if w.last == nil || w.lastTeam != team {
		w.last = w.teams[team]
		if w.last == nil {
			w.last, team = new(int64), strings.Clone(team)
			w.teams[team] = w.last
		}
		w.lastTeam = team
	}
	*w.last++
}

// keepFirst keeps the first event of each date, which nearly all others are not.
func keepFirst(first *sights, o *turn.Origin, date calendar.Date, call bool) {
	old := first[date.Day]
	if old == nil {
		old = new(sight)
		first[date.Day] = old
	} else if o.Time.After(old.Time) || o.Compare(old.Origin) >= 0 {
		return
	}
	*old = sight{Evidence{Origin: o.Clone(), Date: date}, call}
}

// credited reports whether a call is somebody's: inbound, answered, by somebody who is named. Abandoned, missed and phantom
// calls are nobody's. How long a call waited plays no part: a source that reports nonsense there does not void the agent's
// work.
func credited(c *turn.Call) bool { return answered(c) && c.Agent != "" }

// answered reports whether a customer's call was answered, by whomever.
func answered(c *turn.Call) bool { return c.Direction == event.Inbound && c.Outcome == event.Answered }
