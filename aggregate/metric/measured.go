package metric

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// addMeasured hands a result that a source measured itself to the metrics it speaks of. Its agent is the one credited, and
// a call or a reply in it is work.
func (p *Period) addMeasured(m *turn.Measured) error {
	date, inside, err := p.measuredOn(m)
	if err != nil || !inside {
		return err
	}
	if positive(m.Calls) || positive(m.AgentMessages) || positive(m.Turns) || m.FirstResponseMS != nil || m.EmailReplyMS != nil {
		p.activity.credit(m.Agent, "", m.Origin, date, positive(m.Calls))
	}
	for _, t := range p.measuredTallies {
		t.addMeasured(m, date)
	}
	return nil
}

// measuredOn returns the date on which the source says that it counts, else the event's.
func (p *Period) measuredOn(m *turn.Measured) (calendar.Date, bool, error) {
	if m.Date == "" {
		return p.dateOf(m.Agent, m.Origin)
	}
	date, err := calendar.ParseDate(string(m.Date))
	if err != nil {
		return date, false, fmt.Errorf("event %q of source %q: %w", m.ID, m.Source, err)
	}
	return date, p.scope.Month.Contains(date), nil
}

func positive(n *int64) bool { return n != nil && *n > 0 }
