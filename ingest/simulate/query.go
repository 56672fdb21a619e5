package simulate

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// shopperWorkdays is how many weekdays the follow-up of a shopper's query may take; it is due at closing time. Those of
// direct customers and franchisees are due after 48 hours by the clock on the wall.
const shopperWorkdays = 5

// What becomes of a query report, per thousand.
const (
	shareSecondQuery = 80 // the customer asks again after the first follow-up
	shareNoFinding   = 60 // followed up once more, with nothing to report
)

// query makes up one query report that came in the morning, if its deadline is within the month.
func (m *maker) query(date time.Time, a *agent) {
	kind := m.one("direct", "franchise", "shopper")
	if !weekdaysAfter(date, shopperWorkdays+1).Before(m.next) {
		kind = "direct"
	}
	if !weekdaysAfter(date, 3).Before(m.next) {
		return
	}
	t := m.thread("query")
	at := m.at(date, openingHour, 0, 180)
	customer := m.customer()
	t.say(at, event.ConversationOpened{Channel: event.ChannelTicket, Team: m.cfg.Team, Queue: "queries", Customer: customer,
		CustomerKind: kind, Region: m.one("domestic", "abroad"), Intent: "query", Agent: a.ID})
	t.say(at, event.MessageReceived{Customer: customer})
	a.FollowUps.Due++
	if !m.tooLate(a) {
		t.followUpInTime(at, a, customer)
		return
	}
	a.FollowUps.Late++
	if m.perMille(shareUnanswered) {
		return
	}
	after := 3 // weekdays, which are 69 hours at least
	if kind == "shopper" {
		after = shopperWorkdays + 1
	}
	t.followUp(m.at(weekdaysAfter(date, after), openingHour, 30, 120), a)
}

// followUpInTime follows up on the same day, and again if the customer asks again.
func (t *thread) followUpInTime(at time.Time, a *agent, customer string) {
	at = at.Add(t.minutes(30, 240))
	t.followUp(at, a)
	if t.perMille(shareNoFinding) {
		t.say(at.Add(t.minutes(20, 30)), event.CaseFollowedUp{Agent: a.ID})
	}
	if t.perMille(shareSecondQuery) {
		at = at.Add(t.minutes(31, 60))
		t.say(at, event.MessageReceived{Customer: customer})
		t.followUp(at.Add(t.minutes(10, 50)), a)
		a.FollowUps.Due++
	}
}

// followUp writes an entry into the list and tells the customer.
func (t *thread) followUp(at time.Time, a *agent) {
	finding := event.FindingProblem
	if t.perMille(400) {
		finding = event.FindingUrgedAbroad
	}
	t.say(at, event.CaseFollowedUp{Agent: a.ID, Finding: finding})
	t.reply(at.Add(t.minutes(1, 10)), a)
}
