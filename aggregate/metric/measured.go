package metric

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// measured is a result that a source measured itself as tallies see it: whose it is, and the date on which it counts.
type measured struct {
	*turn.Measured
	moment // without a zone: the date may be the source's word
}

// addMeasured hands a result that a source measured itself to the metrics it speaks of. Its agent is the one credited, and
// a call or a reply in it is work.
func (p *Period) addMeasured(m *turn.Measured) error {
	seen := measured{Measured: m}
	var err error
	if seen.moment, err = p.measuredOn(m); err != nil || !p.scope.Month.Contains(seen.date) {
		return err
	}
	if positive(m.Calls) || positive(m.AgentMessages) || positive(m.Turns) || m.FirstResponseMS != nil || m.EmailReplyMS != nil {
		p.activity.credit(&seen.moment, "", &m.Origin, positive(m.Calls))
	}
	for _, t := range p.measuredTallies {
		t.addMeasured(&seen)
	}
	return nil
}

// measuredOn returns the date on which the source says that it counts, else the event's.
func (p *Period) measuredOn(m *turn.Measured) (moment, error) {
	if m.Date == "" {
		return p.momentOf(m.Agent, &m.Origin)
	}
	date, err := calendar.ParseDate(string(m.Date))
	if err != nil {
		return moment{}, fmt.Errorf("event %q of source %q: %w", m.ID, m.Source, err)
	}
	return moment{who: p.who(m.Agent), date: date}, nil
}

func positive(n *int64) bool { return n != nil && *n > 0 }
