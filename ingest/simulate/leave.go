package simulate

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// The kinds of leave. Which one an application is for, in parts of a hundred.
const (
	kindPersonal = "personal"
	kindSick     = "sick"
	kindAnnual   = "annual"

	partPersonal = 30
	partSick     = 30
)

// leave makes up the applications for the dates on which people were on leave. Dates with only days off between them
// belong to one application; each half day is one of its own.
func (m *maker) leave() {
	for _, a := range m.agents {
		n := 0
		for i := 0; i < len(a.shifts); i++ {
			s := &a.shifts[i]
			switch {
			case s.half:
				n++
				m.apply(a, n, s.date, s.date, true)
			case s.status == event.OnLeave:
				last := i
				for j := i + 1; j < len(a.shifts) && (a.shifts[j].status == event.OnLeave || a.shifts[j].status == event.Off); j++ {
					if a.shifts[j].status == event.OnLeave {
						last = j
					}
				}
				n++
				m.apply(a, n, s.date, a.shifts[last].date, false)
				i = last
			}
		}
	}
}

// apply makes up one application. It is granted the day before, but sick leave on the first day of it.
func (m *maker) apply(a *agent, n int, from, until time.Time, half bool) {
	kind, granted := kindAnnual, m.at(from.AddDate(0, 0, -1), 14, 0, 120)
	switch part := m.rng.IntN(100); {
	case part < partPersonal:
		kind = kindPersonal
		a.Leaves.Personal++
	case part < partPersonal+partSick:
		kind, granted = kindSick, m.at(from, 8, 0, 30)
		a.Leaves.Sick++
	default:
		a.Leaves.Annual++
	}
	if granted.Before(m.first) {
		granted = clock(m.first, 8)
	}
	m.report(event.Event{Subject: a.ID, ID: fmt.Sprintf("leave-%s-%02d", m.run, n), Time: granted, Data: event.LeaveApproved{
		Kind: kind, From: dateOf(from), Until: dateOf(until), HalfDay: half, ApprovedBy: supervisor, Reason: m.one("", "family", "moving house")}})
}
