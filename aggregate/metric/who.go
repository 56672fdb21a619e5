package metric

import (
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
)

// who is somebody whom tallies keep something about, an agent or a team: looked up by name once for an event, however many
// tallies take it in.
type who struct {
	name      string
	number    int  // place in the sums of each tally
	explained bool // whether the evidence is kept
	zones     []zoneFrom
	work      *work // nil until there is any
}

// zoneFrom is the zone that the roster names from a date on.
type zoneFrom struct {
	from calendar.Date
	zone *zone
}

// who returns who has a name.
func (p *Period) who(name string) *who {
	w := p.everybody[name]
	if w == nil {
		name = strings.Clone(name)
		w = &who{name: name, number: len(p.everybody), explained: p.explains(name)}
		for _, e := range p.scope.Roster.Entries(name) {
			if z, err := p.zone(e.Zone); err == nil { // it was read when the entry was added
				w.zones = append(w.zones, zoneFrom{e.Effective, z})
			}
		}
		p.everybody[name] = w
	}
	return w
}

// zoneOn returns the roster's zone of a date, nil where the roster does not know.
func (w *who) zoneOn(d calendar.Date) *zone {
	for _, z := range slices.Backward(w.zones) {
		if z.from.Compare(d) <= 0 {
			return z.zone
		}
	}
	return nil
}
