package metric

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// turnSettings are the settings of every metric made of turns.
var turnSettings = []string{"channels", "intents", "population", "window"}

// startedInMonth yields the turns of a conversation that count in the month: those that began in it, within the window. One
// that is still open when the month ends was not answered in it and never will be; so a duration counts in one month only,
// and a month that is over does not change. due is when a turn is due, for whom a missed one is credited to.
func (t *cases) startedInMonth(c *conversation, kind turn.ClockKind, due time.Duration, yield func(d *turn.Deadline, answered bool)) {
	if !t.settings.selects(c.Conversation) {
		return
	}
	deadlines := c.Deadlines(turn.Clock{Kind: kind, Target: turn.Target{Wall: due}, Promise: turn.PromiseIgnored}, c.hours)
	for i := range deadlines {
		d := &deadlines[i]
		if c.month.contain(d.Start.Time) && t.settings.Window.contains(d.Start.Time.In(c.Location)) {
			yield(d, d.Met != nil && d.Met.Time.Before(c.month.until))
		}
	}
}

// waited returns how long the customer waited for the answer, in the time that counts.
func (t *cases) waited(c *conversation, d *turn.Deadline) time.Duration {
	if t.settings.Basis == WorkingTime {
		return c.hours.Working(d.Start.Time, d.Met.Time)
	}
	return d.Met.Time.Sub(d.Start.Time)
}

// passed reports whether a turn without an answer was due when facts end.
func (t *cases) passed(d *turn.Deadline) bool { return t.period.asOf().After(d.Due) }
