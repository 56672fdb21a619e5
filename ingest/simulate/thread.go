package simulate

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// supervisor is who rules, approves and reviews; no agent of the desk.
const supervisor = "supervisor.1"

// bot is the machine that answers first.
const bot = "assistant"

// thread is one subject that is being made up, event by event: a conversation, an order, an incident.
type thread struct {
	*maker
	subject string
	events  int // so far, for their ids
}

// thread begins a subject; kind is the first part of its id.
func (m *maker) thread(kind string) *thread {
	m.threads++
	return &thread{maker: m, subject: fmt.Sprintf("%s-%s-%06d", kind, m.run, m.threads)}
}

// say adds an event to the subject. Of events at one instant the one said first comes first, because its id does.
func (t *thread) say(at time.Time, data event.Data) event.Event {
	t.events++
	e := event.Event{Subject: t.subject, ID: fmt.Sprintf("%02d", t.events), Time: at, Data: data}
	t.report(e)
	return e
}

// report produces an event soon after it happened, some of them much later and some twice.
func (m *maker) report(e event.Event) {
	place := e.Time.UnixMilli() + int64(m.between(0, 5_000))
	if m.perMille(m.cfg.Late) {
		place += int64(m.between(15, 24*60)) * 60_000
		m.month.Expected.Late++
	}
	value := m.emit(place, e)
	if m.perMille(m.cfg.Duplicates) {
		m.again(place, e.Subject, value)
	}
}

// takeBack takes back some events, and reports whether this one is among them for good.
func (m *maker) takeBack(e event.Event, why string) bool {
	return m.perMille(m.cfg.Retracted) && m.retract(e, e.Time.UnixMilli(), why)
}

// author makes up who wrote an agent's message: now and then a machine that the agent asked.
func (m *maker) author() event.Author {
	if m.perMille(200) {
		return event.AuthorAssisted
	}
	return event.AuthorAgent
}

// reply adds a valid reply of an agent: public, by a person.
func (t *thread) reply(at time.Time, a *agent) {
	t.say(at, event.MessageSent{Author: t.author(), Agent: a.ID, Team: t.cfg.Team})
}

// tooLate makes up whether an agent keeps a promise. Every fifth agent is careless.
func (m *maker) tooLate(a *agent) bool {
	if a.careless {
		return m.perMille(min(1000, 3*m.cfg.LateReplies))
	}
	return m.perMille(m.cfg.LateReplies / 2)
}

// another returns somebody else of those present, nil when there is nobody else.
func (m *maker) another(present []*agent, than *agent) *agent {
	if other := present[m.rng.IntN(len(present))]; other != than {
		return other
	}
	return nil
}

// customer makes up the reference of a customer.
func (m *maker) customer() string { return fmt.Sprintf("c-%05d", m.rng.IntN(20_000)) }

// one returns one of several names.
func (m *maker) one(of ...string) string { return of[m.rng.IntN(len(of))] }
