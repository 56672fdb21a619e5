package simulate

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// hours says how many of a day's calls come in each hour from 9 o'clock on, in parts of their sum.
var hours = [...]int{12, 16, 14, 7, 6, 10, 14, 13, 8}

const (
	openingHour = 9
	halfHours   = 4 // how many of the hours half a day has
)

// weekdays says how busy each weekday is, in percent; Sunday is the first.
var weekdays = [...]int{55, 118, 104, 100, 97, 95, 60}

// queues are the reasons of calls; the first ones are the usual ones.
var queues = [...]string{"parcels", "parcels", "parcels", "returns", "returns", "abroad", "complaints"}

// Calls that no agent answers, per thousand that one does.
const (
	shareAbandoned = 120
	shareMissed    = 8
	sharePhantom   = 10
)

// agentDay makes up the calls that an agent answered on a date, and returns how many.
func (m *maker) agentDay(date time.Time, a *agent, half bool) int {
	span := len(hours)
	percent := a.Speed * weekdays[date.Weekday()] / 100 * m.between(88, 112) / 100
	if half {
		span, percent = halfHours, percent*halfHours/len(hours)
	}
	n := (m.cfg.CallsPerDay*percent + m.rng.IntN(100)) / 100
	for range n {
		m.call(m.entry(date, span), event.Answered, a)
	}
	return n
}

// nobodys makes up the calls of a date that are credited to nobody.
func (m *maker) nobodys(date time.Time, answered int) {
	for _, kind := range []struct {
		outcome event.CallOutcome
		share   int
	}{
		{event.Answered, m.cfg.Unnamed}, {event.Abandoned, shareAbandoned}, {event.Missed, shareMissed}, {event.Phantom, sharePhantom},
	} {
		for range (answered*kind.share + m.rng.IntN(1000)) / 1000 {
			m.call(m.entry(date, len(hours)), kind.outcome, nil)
		}
	}
}

// entry makes up when a call entered, within the first hours of a working day.
func (m *maker) entry(date time.Time, span int) time.Time {
	sum := 0
	for _, weight := range hours[:span] {
		sum += weight
	}
	hour, left := openingHour, m.rng.IntN(sum)
	for _, weight := range hours[:span] {
		if left < weight {
			break
		}
		left -= weight
		hour++
	}
	return m.at(date, hour, 0, 60)
}

// call makes up one call, and what happens to its event on the way.
func (m *maker) call(at time.Time, outcome event.CallOutcome, a *agent) {
	m.calls++
	e := event.Event{Subject: fmt.Sprintf("call-%s-%06d", m.run, m.calls), ID: "ended", Time: at, Data: m.content(outcome, a)}
	place := at.UnixMilli() + int64(m.between(30, 900))*1000 // a call is reported when it is over
	if m.perMille(m.cfg.Late) {
		place += int64(m.between(15, 24*60)) * 60_000
		m.month.Expected.Late++
	}
	value := m.emit(place, e)
	switch fate := m.rng.IntN(1000); {
	case fate < m.cfg.Retracted:
		if m.retract(e, place, "test call of the technician") {
			return
		}
	case fate < m.cfg.Retracted+m.cfg.Conflicting:
		m.contradict(e, place)
	case fate < m.cfg.Retracted+m.cfg.Conflicting+m.cfg.Duplicates:
		m.again(place, e.Subject, value)
	}
	m.count(at, outcome, a)
}

// content makes up what a call was like.
func (m *maker) content(outcome event.CallOutcome, a *agent) event.CallEnded {
	c := event.CallEnded{Direction: event.Inbound, Outcome: outcome, Team: m.cfg.Team, Queue: queues[m.rng.IntN(len(queues))],
		IVRMS: m.milliseconds(4, 25)}
	if outcome == event.Phantom {
		return c
	}
	c.Customer = fmt.Sprintf("c-%05d", m.rng.IntN(20_000))
	c.WaitMS = m.milliseconds(0, 90)
	if outcome != event.Answered {
		return c
	}
	if a != nil {
		c.Agent = a.ID
	}
	talk := int64(m.between(15_000, 150_000) + m.between(0, 150_000))
	c.TalkMS, c.WrapUpMS = &talk, m.milliseconds(3, 45)
	if m.perMille(120) {
		c.Holds = []event.Hold{{StartMS: talk / 3, DurationMS: int64(m.between(2_000, int(talk/3)))}}
	}
	return c
}

// contradict produces a copy that says something else. It was appended later, so it does not stand.
func (m *maker) contradict(e event.Event, place int64) {
	other := m.agents[m.rng.IntN(len(m.agents))]
	e.Data = m.content(event.Answered, other)
	m.emit(place+1+int64(m.rng.IntN(24*60*60*1000)), e)
	m.month.Expected.Conflicting++
}

// retract takes an event back, before or after it is produced, and reports whether it stays taken back.
func (m *maker) retract(e event.Event, place int64, why string) bool {
	place += int64(m.between(-120, 120)) * 60_000
	r := event.Event{Subject: e.Subject, ID: "back-" + e.ID, Time: e.Time.Add(5 * time.Minute),
		Data: event.Retracted{Target: e.ID, TargetSource: source, Reason: why, By: m.agents[fixed].ID}}
	m.emit(place, r)
	m.month.Expected.Retracted++
	if m.rng.IntN(8) != 0 {
		return true
	}
	place += int64(m.between(-120, 120)) * 60_000
	m.emit(place, event.Event{Subject: e.Subject, ID: "back-" + r.ID, Time: r.Time.Add(time.Minute),
		Data: event.Retracted{Target: r.ID, Reason: "it was right after all"}})
	return false // what counts nowhere is the first retraction now, in place of the event
}

// count notes a call that stands, if it belongs to the month.
func (m *maker) count(at time.Time, outcome event.CallOutcome, a *agent) {
	if at.Before(m.first) || !at.Before(m.next) {
		return
	}
	x := &m.month.Expected
	switch outcome {
	case event.Answered:
		x.Answered++
		if a == nil {
			x.Unnamed++
		} else {
			a.Calls++
		}
	case event.Abandoned:
		x.Abandoned++
	case event.Missed:
		x.Missed++
	case event.Phantom:
		x.Phantom++
	}
}

// edges makes up calls on the edges of the month: two within it and two without, a millisecond apart each.
func (m *maker) edges() {
	for _, at := range []time.Time{m.first.Add(-time.Millisecond), m.first, m.next.Add(-time.Millisecond), m.next} {
		m.call(at, event.Answered, m.agents[fixed])
	}
}
