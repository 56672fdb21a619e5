package metric

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// onTime is the share of the clocks that were due in the period which were met in time.
//
// A clock belongs to the month of its deadline. Met by its deadline it is its replier's. Met later, or never, it is missed:
// by whom is the settings' decision, and the late reply earns nothing. Whether a conversation that was closed without an
// answer is still owed one is the settings' decision too; where it is not, it is evidence that counts neither way.
type onTime struct {
	cases
	clock turn.Clock
}

// clockSettings are the settings of every metric made of clocks.
var clockSettings = []string{"target", "by_kind", "promise", "closed", "pauses", "channels", "intents", "population", "credit"}

const (
	onTimeCredit   = "in time: who replied; late or never: by `credit`; nobody, by team, when nobody held it"
	onTimeEvidence = "every clock that was due, by the message that started it; the late ones count against, the settled ones neither way"
)

func newOnTime(p *Period, s Settings, kind turn.ClockKind) *onTime {
	return &onTime{newCases(p, s), turn.Clock{
		Kind: kind, Target: s.Target, ByKind: s.ByKind, Promise: s.Promise, Pauses: s.Pauses, Restart: s.Restart, NeedFinding: s.NeedFinding,
	}}
}

// everythingKnown is later than every deadline.
var everythingKnown = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// asOf returns until when facts are known.
func (p *Period) asOf() time.Time {
	if p.scope.AsOf.IsZero() {
		return everythingKnown
	}
	return p.scope.AsOf
}

func (t *onTime) addConversation(c *conversation) {
	if !t.settings.selects(c.Conversation) {
		return
	}
	deadlines := c.Deadlines(t.clock, c.hours)
	for i := range deadlines {
		t.addDeadline(c, &deadlines[i])
	}
}

func (t *onTime) addDeadline(c *conversation, d *turn.Deadline) {
	if d.Due.IsZero() || !c.month.contain(d.Due) {
		return
	}
	one := oneCase{den: 1, origin: d.Start, date: c.date(d.Due)}
	switch late := d.Late(t.period.asOf()); {
	case late && t.settings.Closed == Settled && c.Settled(d):
		one.agent, one.apart, one.note = t.settings.missed(d), true, c.settledNote(d)
	case late:
		one.agent, one.bad, one.note = t.settings.missed(d), true, c.lateNote(d)
	case d.Met != nil:
		one.agent, one.num = d.MetBy, 1
	default:
		return // still open, and nothing to say yet
	}
	t.take(c, one)
}

// lateNote says what was due when and what came of it.
func (c *conversation) lateNote(d *turn.Deadline) string {
	note := "due " + c.clockTime(d.Due)
	if d.Met != nil {
		return fmt.Sprintf("%s, met %s", note, c.clockTime(d.Met.Time))
	}
	if d.Closed != nil {
		return fmt.Sprintf("%s, closed unanswered %s", note, c.clockTime(*d.Closed))
	}
	return note + ", not met"
}

// settledNote says why a deadline counts neither way.
func (c *conversation) settledNote(d *turn.Deadline) string {
	return fmt.Sprintf("due %s, settled: closed %s", c.clockTime(d.Due), c.clockTime(*d.Closed))
}

func (c *conversation) clockTime(t time.Time) string { return t.In(c.Location).Format(time.DateTime) }
