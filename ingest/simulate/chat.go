package simulate

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// What becomes of a chat, per thousand.
const (
	shareBotFirst   = 250
	shareHandedOver = 50 // another agent answers the rest
	shareUnfinished = 30 // the last question is never answered
	shareRatedChat  = 350
	shareConverted  = 120 // the customer places an order
	scaleOfTen      = 100 // ratings on a scale of ten; the others are on a scale of five
)

// chat makes up one chat that an agent answers.
func (m *maker) chat(date time.Time, a *agent, present []*agent) {
	t := m.thread("chat")
	at := m.at(date, openingHour, 5, 8*60)
	customer := m.customer()
	opened := event.ConversationOpened{Channel: event.ChannelChat, Team: m.cfg.Team, Queue: m.one(queues[:]...), Customer: customer,
		CustomerKind: m.one("direct", "shopper"), Intent: m.one("tracking", "delivery", "order")}
	t.say(at, opened)
	t.say(at, event.MessageReceived{Customer: customer})
	asked := at
	if m.perMille(shareBotFirst) {
		t.say(at.Add(time.Second), event.ConversationAssigned{Bot: bot})
		t.say(at.Add(m.seconds(2, 4)), event.MessageSent{Author: event.AuthorBot})
		at = at.Add(m.seconds(15, 40))
	}
	at = at.Add(m.seconds(1, 8))
	t.say(at, event.ConversationAssigned{Agent: a.ID, Team: m.cfg.Team, Queue: opened.Queue, By: "router"})
	at = at.Add(m.seconds(5, 60))
	t.reply(at, a)
	a.Chats++
	a.ChatTurns++
	a.FirstResponseMS += at.Sub(asked).Milliseconds()

	if other := m.another(present, a); other != nil && m.perMille(shareHandedOver) {
		a = other
		t.say(at.Add(time.Second), event.ConversationAssigned{Agent: a.ID, Team: m.cfg.Team, Reason: "knows the customs"})
	}
	t.finishChat(t.talk(at, a), a, customer)
}

// talk makes up the further turns of a chat and returns when the last one ended.
func (t *thread) talk(at time.Time, a *agent) time.Time {
	for range t.between(0, 3) {
		for range t.between(1, 2) {
			at = at.Add(t.seconds(5, 40))
			t.say(at, event.MessageReceived{})
		}
		at = at.Add(t.seconds(8, 90))
		t.reply(at, a)
		a.ChatTurns++
		if t.perMille(300) {
			at = at.Add(t.seconds(3, 20))
			t.reply(at, a) // more of the same answer
		}
	}
	return at
}

// finishChat makes up how a chat ends.
func (t *thread) finishChat(at time.Time, a *agent, customer string) {
	if t.perMille(shareUnfinished) {
		t.say(at.Add(t.seconds(5, 60)), event.MessageReceived{})
		t.say(at.Add(t.minutes(10, 15)), event.ConversationStatusChanged{Status: event.StatusClosed, Reason: "the customer left"})
		return
	}
	at = at.Add(t.minutes(1, 5))
	t.say(at, event.ConversationStatusChanged{Status: event.StatusClosed, Agent: a.ID})
	if t.perMille(shareRatedChat) {
		t.rate(at.Add(t.seconds(5, 120)), a)
	}
	if t.perMille(shareConverted) {
		t.order(at.Add(t.minutes(2, 20)), a, customer)
	}
}

// rate makes up what the customer thought of an agent, and counts it unless it is taken back.
func (t *thread) rate(at time.Time, a *agent) {
	score, outOf := []int{5, 5, 5, 4, 4, 3, 2, 1, 0}[t.rng.IntN(9)], 5
	if t.perMille(scaleOfTen) {
		score, outOf = 2*score, 10
	}
	e := t.say(at, event.ConversationRated{Score: int64(score), OutOf: int64(outOf), Agent: a.ID})
	if t.takeBack(e, "rated the wrong conversation") {
		return
	}
	a.Ratings++
	a.RatingPercent += score * 100 / outOf
}
