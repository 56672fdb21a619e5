package metric

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// stretch is a time in which an agent did the same.
type stretch struct {
	*turn.Presence // what began it
	who            *who
	from, until    time.Time
	date           calendar.Date // on which it began, or the month did
}

// addPresence takes in changes of what agents did, those of each agent in order of time and all at once: how long one lasts
// is known from the next. The last one lasts until facts are known; when everything is known but how it ended, nothing is
// known of it.
func (p *Period) addPresence(changes []turn.Presence) error {
	next := map[string]time.Time{}
	for i := len(changes) - 1; i >= 0; i-- {
		c := &changes[i]
		until, ok := next[c.Subject]
		if !ok {
			until = p.scope.AsOf
		}
		next[c.Subject] = c.Time
		if err := p.addState(c, until); err != nil {
			return err
		}
	}
	return nil
}

func (p *Period) addState(c *turn.Presence, until time.Time) error {
	m, err := p.momentOf(c.Subject, &c.Origin)
	if err != nil {
		return err
	}
	month := m.zone.month
	if c.State != event.PresenceOffline && month.contain(c.Time) {
		p.activity.see(&m, &c.Origin)
	}
	s := stretch{Presence: c, who: m.who, from: c.Time, until: until}
	if s.from.Before(month.from) {
		s.from = month.from
	}
	if s.until.After(month.until) {
		s.until = month.until
	}
	if !s.until.After(s.from) {
		return nil
	}
	s.date = m.zone.dates.Of(s.from)
	for _, t := range p.presenceTallies {
		t.addPresence(&s)
	}
	return nil
}

// see notes that an agent was seen at work.
func (a *activity) see(m *moment, o *turn.Origin) {
	w := a.of(m.who)
	w.presence = w.presence.With(m.date)
	if m.who.explained {
		keepFirst(&w.seen, o, m.date, false)
	}
}
