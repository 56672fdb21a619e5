// Package roster says who belongs to which team, in which zone and with which duties on a date, who worked on it, and whose
// an account in another system is. It is built from the facts about people.
package roster

import (
	"fmt"
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Roster holds the people of one company. The zero Roster is not usable; see [New]. It may be read by several goroutines
// once nothing is added any more.
type Roster struct {
	people map[string]*person
	links  map[account][]link // by first date, one for each
}

type person struct {
	entries    []Entry // by effective date, one for each
	attendance map[calendar.Date]turn.Attendance
}

// New returns a roster without people.
func New() *Roster { return &Roster{people: map[string]*person{}, links: map[account][]link{}} }

// Add takes in what is known about people. Facts may be added in any order; adding the same twice changes nothing. The
// error names the fact whose date no calendar, or whose zone no database has.
func (r *Roster) Add(f turn.Facts) error {
	for _, c := range f.Changes {
		if err := r.addChange(c); err != nil {
			return fmt.Errorf("event %q of agent %q: %w", c.ID, c.Subject, err)
		}
	}
	for _, l := range f.Links {
		if err := r.addLink(l); err != nil {
			return fmt.Errorf("event %q of agent %q: link: %w", l.ID, l.Subject, err)
		}
	}
	for _, a := range f.Attendance {
		if err := r.addAttendance(a); err != nil {
			return fmt.Errorf("event %q of agent %q: attendance: %w", a.ID, a.Subject, err)
		}
	}
	return nil
}

// Agents returns the ids of everybody about whom something is known, sorted.
func (r *Roster) Agents() []string { return slices.Sorted(maps.Keys(r.people)) }

func (r *Roster) person(agent string) *person {
	p := r.people[agent]
	if p == nil {
		p = &person{attendance: map[calendar.Date]turn.Attendance{}}
		r.people[agent] = p
	}
	return p
}

func (r *Roster) addChange(c turn.AgentChange) error {
	effective, err := calendar.ParseDate(string(c.Effective))
	if err != nil {
		return err
	}
	if _, err := calendar.Zone(c.Zone); err != nil {
		return err
	}
	r.person(c.Subject).put(Entry{Effective: effective, AgentChange: c})
	return nil
}

func (r *Roster) addAttendance(a turn.Attendance) error {
	date, err := calendar.ParseDate(string(a.Date))
	if err != nil {
		return err
	}
	if _, err := calendar.Zone(a.Zone); err != nil {
		return err
	}
	p := r.person(a.Subject)
	if old, ok := p.attendance[date]; !ok || a.Supersedes(old.Origin) {
		p.attendance[date] = a
	}
	return nil
}

// Worked returns the dates of the month on which attendance says that the agent worked, in order.
func (r *Roster) Worked(agent string, m calendar.Month) []calendar.Date {
	var dates []calendar.Date
	for d := range m.Dates() {
		if a, ok := r.Attendance(agent, d); ok && a.Status == event.Worked {
			dates = append(dates, d)
		}
	}
	return dates
}

// Attendance returns what stands about an agent and a date: of several records the one with the latest time, then the one
// appended last.
func (r *Roster) Attendance(agent string, d calendar.Date) (turn.Attendance, bool) {
	p := r.people[agent]
	if p == nil {
		return turn.Attendance{}, false
	}
	a, ok := p.attendance[d]
	return a, ok
}

// HasAttendance reports whether attendance, of whatever kind, was recorded for anybody on a date of the month.
func (r *Roster) HasAttendance(m calendar.Month) bool {
	for _, p := range r.people {
		for d := range p.attendance {
			if m.Contains(d) {
				return true
			}
		}
	}
	return false
}
