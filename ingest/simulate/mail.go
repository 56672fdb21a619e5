package simulate

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// mailPromise is how long an e-mail may wait, in working time.
const mailPromise = 2 * time.Hour

// What becomes of an e-mail, per thousand.
const (
	shareJunk       = 60  // spam, bounces and automatic replies, which nobody has to answer
	shareOvernight  = 100 // comes in while the desk is closed
	shareAutoReply  = 500 // a machine confirms it
	shareBot        = 100 // a bot tries first
	shareReassigned = 80
	shareNote       = 100 // a colleague writes a note before the answer
	shareMerged     = 40  // the customer writes a second mail, which is merged into the first
	shareReopened   = 60  // the customer asks again
	shareRatedMail  = 100
	shareEdge       = 15  // answered at the last millisecond, or late by one
	shareUnanswered = 170 // of the late ones: never answered
)

// mail makes up one e-mail that an agent has to answer. Its clock begins at 9 o'clock if it came while the desk was closed,
// otherwise when it came, early enough for the promise to end on the same day: what is due and late needs no calendar.
func (m *maker) mail(date time.Time, a *agent, present []*agent) {
	t := m.thread("mail")
	received := m.at(date, openingHour, 0, 390)
	begins := received
	if m.perMille(shareOvernight) && m.first.Before(date) {
		received, begins = m.at(date.AddDate(0, 0, -1), closingHour, 0, 14*60), clock(date, openingHour)
	}
	customer := m.customer()
	opened := event.ConversationOpened{Channel: event.ChannelEmail, Team: m.cfg.Team, Queue: "mail", Customer: customer,
		CustomerKind: m.one("direct", "franchise", "shopper"), Region: m.one("domestic", "domestic", "domestic", "abroad"), Intent: m.one("delivery", "claim", "customs")}
	if m.perMille(200) {
		opened.Agent = a.ID // the mailbox assigns by itself
	}
	t.say(received, opened)
	if m.perMille(shareJunk) {
		t.junk(received, customer)
		return
	}
	question := t.say(received, event.MessageReceived{Kind: event.KindMessage, Customer: customer, Queue: "mail"})
	if t.takeBack(question, "test mail of the technician") {
		t.say(begins.Add(m.minutes(1, 30)), event.ConversationStatusChanged{Status: event.StatusClosed, Reason: "test"})
		return
	}
	t.beforeAnswer(received, begins, a, present)
	t.answerMail(begins, a, customer)
}

// junk ends a conversation that asks for no answer.
func (t *thread) junk(received time.Time, customer string) {
	kinds := []event.MessageKind{event.KindSpam, event.KindSpam, event.KindBounce, event.KindAutoReply}
	t.say(received, event.MessageReceived{Kind: kinds[t.rng.IntN(len(kinds))], Customer: customer, Queue: "mail"})
	t.say(received.Add(t.minutes(1, 20)), event.ConversationStatusChanged{Status: event.StatusClosed, Reason: "no question"})
}

// beforeAnswer makes up who has the mail until it is answered; after forty minutes of working time it is the agent.
func (t *thread) beforeAnswer(received, begins time.Time, a *agent, present []*agent) {
	if t.perMille(shareAutoReply) {
		t.say(received.Add(t.seconds(2, 20)), event.MessageSent{Author: event.AuthorAuto})
	}
	if t.perMille(shareBot) {
		t.say(received.Add(t.seconds(21, 30)), event.ConversationAssigned{Bot: bot, Queue: "mail"})
		t.say(received.Add(t.seconds(31, 40)), event.MessageSent{Author: event.AuthorBot})
	}
	assigned := begins.Add(t.minutes(1, 5))
	if other := t.another(present, a); other != nil && t.perMille(shareReassigned) {
		t.say(assigned, event.ConversationAssigned{Agent: other.ID, Team: t.cfg.Team, By: "router"})
		assigned = begins.Add(t.minutes(6, 40))
	}
	t.say(assigned, event.ConversationAssigned{Agent: a.ID, Team: t.cfg.Team, By: supervisor, Reason: "free hands"})
	if t.perMille(shareNote) {
		t.say(assigned.Add(t.seconds(10, 200)), event.MessageSent{Author: event.AuthorAgent, Visibility: event.Note, Agent: a.ID})
	}
	if t.perMille(shareMerged) {
		t.mergeAnother(assigned)
	}
}

// mergeAnother makes up that the customer wrote a second mail at an instant, and that it was merged into this one.
func (t *thread) mergeAnother(at time.Time) {
	second := t.thread("mail")
	second.say(at, event.ConversationOpened{Channel: event.ChannelEmail, Team: t.cfg.Team, Queue: "mail"})
	second.say(at, event.MessageReceived{Kind: event.KindMessage, Queue: "mail"})
	merged := event.ConversationMerged{Into: t.subject, From: second.subject, By: supervisor}
	at = at.Add(t.seconds(20, 200))
	second.say(at, merged)
	t.say(at, merged)
}

// answerMail makes up when the mail is answered, and counts it.
func (t *thread) answerMail(begins time.Time, a *agent, customer string) {
	a.Mails.Due++
	wait := t.minutes(45, 115)
	switch {
	case t.tooLate(a):
		a.Mails.Late++
		if t.perMille(shareUnanswered) {
			return
		}
		wait = mailPromise + t.minutes(1, 29)
		if t.perMille(shareEdge) {
			wait = mailPromise + time.Millisecond
		}
	case t.perMille(shareEdge):
		wait = mailPromise // exactly on the deadline is on time
	}
	answered := begins.Add(wait)
	t.reply(answered, a)
	t.say(answered.Add(time.Second), event.ConversationStatusChanged{Status: event.StatusPending, Agent: a.ID})
	switch opened := answered.Sub(clock(begins, 0)) < 15*time.Hour; {
	case opened && t.perMille(shareReopened):
		answered = t.askAgain(answered, a, customer)
	case t.perMille(50):
		t.say(answered.Add(t.seconds(2, 30)), event.MessageReceived{Kind: event.KindAutoReply, Customer: customer})
	}
	end := answered.Add(t.minutes(1, 20))
	t.say(end, event.ConversationStatusChanged{Status: event.StatusResolved, Agent: a.ID})
	if t.perMille(shareRatedMail) {
		t.rate(end.Add(t.minutes(1, 30)), a)
	}
}

// askAgain makes up a second question, which is answered in time, and returns when.
func (t *thread) askAgain(at time.Time, a *agent, customer string) time.Time {
	at = at.Add(t.minutes(2, 60))
	t.say(at, event.MessageReceived{Kind: event.KindMessage, Customer: customer})
	t.say(at, event.ConversationStatusChanged{Status: event.StatusOpen})
	at = at.Add(t.minutes(3, 90))
	t.reply(at, a)
	a.Mails.Due++
	return at
}
