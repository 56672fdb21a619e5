package roster

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Entry is what holds for an agent from its effective date on, until the next entry.
type Entry struct {
	Effective calendar.Date // hides the text of the same name in the event
	turn.AgentChange
}

// Active reports whether the entry says that its agent works here.
func (e Entry) Active() bool { return e.Status != event.Left }

// HasDuty reports whether the agent is there for that kind of work, such as "calls". An entry that lists no duties means
// all of them.
func (e Entry) HasDuty(duty string) bool {
	return len(e.Duties) == 0 || slices.Contains(e.Duties, duty)
}

// put adds an entry at its place. Of two with one effective date the one with the later time stands, then the one
// appended later.
func (p *person) put(e Entry) {
	i, found := slices.BinarySearchFunc(p.entries, e.Effective, func(e Entry, d calendar.Date) int { return e.Effective.Compare(d) })
	switch {
	case !found:
		p.entries = slices.Insert(p.entries, i, e)
	case e.Supersedes(p.entries[i].Origin):
		p.entries[i] = e
	}
}

// At returns the entry that holds for the agent on the date, and false before the first one.
func (r *Roster) At(agent string, d calendar.Date) (Entry, bool) {
	p := r.people[agent]
	if p == nil {
		return Entry{}, false
	}
	for _, e := range slices.Backward(p.entries) {
		if e.Effective.Compare(d) <= 0 {
			return e, true
		}
	}
	return Entry{}, false
}

// Entries returns what holds for the agent and from when on, by effective date. It is not to be changed.
func (r *Roster) Entries(agent string) []Entry {
	if p := r.people[agent]; p != nil {
		return p.entries
	}
	return nil
}

// During returns the entry that counts for the agent in a month: the one of the month's last date, since a mover is
// assessed in the team of that day; for a leaver the one of their last active date. It is false for somebody who was not
// active on any date of the month.
func (r *Roster) During(agent string, m calendar.Month) (Entry, bool) {
	for d := m.Last(); m.Contains(d); d = d.AddDays(-1) {
		e, ok := r.At(agent, d)
		if !ok {
			return Entry{}, false
		}
		if e.Active() {
			return e, true
		}
	}
	return Entry{}, false
}
