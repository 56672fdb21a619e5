package simulate

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// What becomes of an inquiry, per thousand.
const (
	sharePromised = 150 // another time is agreed
	shareReplaced = 300 // of those: the agreed time is replaced by a later one before it has passed
	shareApproved = 100 // a supervisor has to approve the solution
)

// inquiry makes up one inquiry that came in the morning. Its deadline is the same evening, twelve hours later by the clock
// on the wall, or the agreed time on the next weekday.
func (m *maker) inquiry(date time.Time, a *agent) {
	t := m.thread("inquiry")
	at := m.at(date, openingHour, 0, 180)
	customer := m.customer()
	t.say(at, event.ConversationOpened{Channel: event.ChannelTicket, Team: m.cfg.Team, Queue: "inquiries", Customer: customer,
		CustomerKind: m.one("direct", "franchise"), Priority: new(int64(m.between(1, 3))), Intent: "inquiry", Agent: a.ID})
	t.say(at, event.MessageReceived{Customer: customer})
	a.Inquiries.Due++
	late := m.tooLate(a)
	if late {
		a.Inquiries.Late++
	}
	next := weekdaysAfter(date, 1)
	switch promised := next.Before(m.next) && m.perMille(sharePromised); {
	case promised:
		t.promised(at, next, a, late)
	case !late:
		t.explain(at.Add(m.minutes(15, 350)), a)
	case next.Before(m.next) && !m.perMille(shareUnanswered):
		t.tooLateToPromise(next, a)
	}
}

// promised makes up that another time is agreed: until 11 o'clock of the next weekday, or until 16 if it is replaced.
func (t *thread) promised(at, next time.Time, a *agent, late bool) {
	until, answered := clock(next, 11), t.at(next, openingHour, 30, 60)
	t.promise(at.Add(t.minutes(20, 120)), until, a)
	if t.perMille(shareReplaced) {
		t.promise(until.Add(-t.minutes(5, 60)), clock(next, 16), a)
		until, answered = clock(next, 16), t.at(next, 12, 0, 200)
	}
	if late {
		answered = until.Add(t.minutes(1, 90))
	}
	t.explain(answered, a)
}

func (t *thread) promise(at, until time.Time, a *agent) {
	t.say(at, event.CasePromised{Until: *instant(until), By: a.ID})
}

// tooLateToPromise makes up an answer on the next morning, which is later than 12 hours. A time agreed then replaces
// nothing.
func (t *thread) tooLateToPromise(next time.Time, a *agent) {
	if t.perMille(300) {
		t.promise(t.at(next, openingHour, 0, 20), clock(next, 17), a)
	}
	t.explain(t.at(next, openingHour, 30, 120), a)
}

// explain answers an inquiry and ends it.
func (t *thread) explain(at time.Time, a *agent) {
	if t.perMille(shareApproved) {
		t.say(at.Add(-t.minutes(1, 5)), event.SolutionApproved{By: supervisor, For: a.ID, Note: "refund of the freight"})
	}
	t.reply(at, a)
	if t.perMille(200) {
		t.say(at.Add(time.Second), event.ConversationStatusChanged{Status: event.StatusOnHold, Agent: a.ID, Reason: "waits for the customs"})
	}
	t.say(at.Add(t.minutes(5, 30)), event.ConversationStatusChanged{Status: event.StatusResolved, Agent: a.ID})
}
