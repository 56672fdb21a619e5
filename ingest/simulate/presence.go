package simulate

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// presence makes up what the desk's system saw of everybody on each day worked.
func (m *maker) presence() {
	for _, a := range m.agents {
		for i := range a.shifts {
			if a.shifts[i].status == event.Worked {
				m.presenceDay(a, &a.shifts[i])
			}
		}
	}
}

// watch follows one agent through a day.
type watch struct {
	*maker
	a     *agent
	state event.PresenceState
	since time.Time
	n     int
}

// presenceDay makes up a day: contacts before and after lunch, and sometimes a meeting.
func (m *maker) presenceDay(a *agent, s *shift) {
	w := watch{maker: m, a: a, state: event.PresenceOffline, since: s.in}
	w.turn(s.in, event.PresenceIdle, "")
	if m.perMille(400) {
		w.contact(s.in.Add(m.minutes(20, 50))) // over before lunch, whenever the shift began
	}
	if !s.half {
		w.turn(m.at(s.date, 12, 0, 10), event.PresenceBreak, "lunch")
		w.turn(m.at(s.date, 13, 0, 10), event.PresenceIdle, "")
		w.contact(m.at(s.date, 13, 30, 90))
		if m.perMille(200) {
			w.turn(m.at(s.date, 16, 0, 20), event.PresenceAway, "meeting")
			w.turn(m.at(s.date, 16, 30, 20), event.PresenceIdle, "")
		}
	}
	w.turn(s.out, event.PresenceOffline, "")
}

// contact makes up a stretch with customers and the work after it.
func (w *watch) contact(at time.Time) {
	w.turn(at, event.PresenceOnContact, "")
	at = at.Add(w.minutes(3, 50))
	w.turn(at, event.PresenceWrapUp, "")
	w.turn(at.Add(w.minutes(1, 5)), event.PresenceIdle, "")
}

// turn changes the state and counts how long the one before lasted.
func (w *watch) turn(at time.Time, to event.PresenceState, reason string) {
	lasted := at.Sub(w.since).Milliseconds()
	switch w.state {
	case event.PresenceOnContact:
		w.a.OnContactMS += lasted
	case event.PresenceIdle:
		w.a.IdleMS += lasted
	case event.PresenceWrapUp, event.PresenceBreak, event.PresenceAway, event.PresenceOffline:
	}
	w.n++
	w.report(event.Event{Subject: w.a.ID, ID: fmt.Sprintf("presence-%s-%s-%02d", w.run, at.Format("02"), w.n), Time: at,
		Data: event.AgentPresence{State: to, Reason: reason}})
	w.state, w.since = to, at
}
