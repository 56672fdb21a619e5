package metric

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// zoneOf returns the zone that dates an event: the roster's, because a team's days are its own wherever the event was
// recorded, else the event's.
func (p *Period) zoneOf(agent string, o turn.Origin) (*time.Location, error) {
	loc, err := eventZone(o)
	if err != nil {
		return nil, err
	}
	// Which entry holds depends on the date, and the date on the entry's zone: the event's own zone breaks the circle.
	entry, ok := p.scope.Roster.At(agent, calendar.DateOf(o.Time, loc))
	if !ok {
		return loc, nil
	}
	loc, err = calendar.Zone(entry.Zone)
	if err != nil {
		return nil, fmt.Errorf("roster of agent %q, event %q: %w", agent, entry.ID, err)
	}
	return loc, nil
}

// eventZone returns the zone that an event itself names.
func eventZone(o turn.Origin) (*time.Location, error) {
	loc, err := calendar.Zone(o.Zone)
	if err != nil {
		return nil, fmt.Errorf("event %q of source %q: %w", o.ID, o.Source, err)
	}
	return loc, nil
}

// dateOf returns the local date of an event about an agent and whether it lies in the month.
func (p *Period) dateOf(agent string, o turn.Origin) (calendar.Date, bool, error) {
	loc, err := p.zoneOf(agent, o)
	if err != nil {
		return calendar.Date{}, false, err
	}
	date := calendar.DateOf(o.Time, loc)
	return date, p.scope.Month.Contains(date), nil
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
	date, _, err := p.dateOf(agent, o)
	return date, err
}
