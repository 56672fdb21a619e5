package metric

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// zone is a zone, and what is needed of it for event after event.
type zone struct {
	*time.Location
	dates *calendar.Dates
	hours *calendar.Hours // nil when the period has no calendar
	month bounds
}

// bounds are the instants of a month in a zone: from included, until not.
type bounds struct {
	from, until time.Time
}

func (b bounds) contain(t time.Time) bool { return !t.Before(b.from) && t.Before(b.until) }

// zone returns the zone of a name. Nearly every event names that of the one before.
func (p *Period) zone(name string) (*zone, error) {
	if p.lastZone != nil && p.lastZoneName == name {
		return p.lastZone, nil
	}
	z := p.zones[name]
	if z == nil {
		loc, err := calendar.Zone(name)
		if err != nil {
			return nil, err
		}
		z = &zone{Location: loc, dates: calendar.NewDates(loc), hours: p.Hours(loc)}
		z.month.from, z.month.until = p.scope.Month.Bounds(loc)
		p.zones[loc.String()] = z // a text of its own, which holds on to nothing
	}
	p.lastZone, p.lastZoneName = z, z.String()
	return z, nil
}

// moment is when an event about somebody was by the clocks of their desk.
type moment struct {
	who  *who
	zone *zone
	date calendar.Date
}

// momentOf returns the zone that dates an event and the date there: the roster's, because a team's days are its own wherever
// the event was recorded, else the event's.
func (p *Period) momentOf(agent string, o *turn.Origin) (moment, error) {
	m := moment{who: p.who(agent)}
	own, err := p.eventZone(o)
	if err != nil {
		return m, err
	}
	// Which entry holds depends on the date, and the date on the entry's zone: the event's own zone breaks the circle.
	m.zone, m.date = own, own.dates.Of(o.Time)
	if roster := m.who.zoneOn(m.date); roster != nil && roster != own {
		m.zone, m.date = roster, roster.dates.Of(o.Time)
	}
	return m, nil
}

// eventZone returns the zone that an event itself names.
func (p *Period) eventZone(o *turn.Origin) (*zone, error) {
	z, err := p.zone(o.Zone)
	if err != nil {
		return nil, fmt.Errorf("event %q of source %q: %w", o.ID, o.Source, err)
	}
	return z, nil
}

// Hours returns the period's calendar in a zone, nil when the period has no calendar.
func (p *Period) Hours(zone *time.Location) *calendar.Hours {
	if p.scope.Calendar == nil {
		return nil
	}
	h := p.hours[zone]
	if h == nil {
		h = p.scope.Calendar.In(zone)
		p.hours[zone] = h
	}
	return h
}

// LocalDate returns the date of an event about an agent in the zone of the agent's team, or the event's where the roster
// does not know the agent.
func (p *Period) LocalDate(agent string, o turn.Origin) (calendar.Date, error) {
	m, err := p.momentOf(agent, &o)
	return m.date, err
}
