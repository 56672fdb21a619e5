package metric

import (
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// AnswerAskRatio is how much agents write for what customers write.
type AnswerAskRatio struct{}

// Doc describes the metric.
func (AnswerAskRatio) Doc() Doc {
	return Doc{
		ID:          "answer_ask_ratio",
		Title:       document.Title{ZH: "答问比", EN: "Answers per question"},
		Summary:     document.Title{ZH: "客服消息数与客户消息数之比。", EN: "Messages of the agent, divided by messages of the customer."},
		Unit:        PerOne,
		Better:      More,
		Per:         PerAgent,
		Numerator:   "valid replies sent in the period",
		Denominator: "messages of customers in turns that began in the period",
		Credit:      "a reply: who sent it; a turn: who answered it, else who held it when it began; results that a source measured itself: their agent",
		Maturity:    periodEnd,
		Evidence:    "every reply and the message that began each turn; turns without an answer count against",
		Settings:    []string{"channels", "intents", "population"},
		Default:     Settings{Channels: []event.Channel{event.ChannelChat}, Population: AllConversations},
		Types:       measurableTypes,
	}
}

func (AnswerAskRatio) tally(p *Period, s Settings) tally { return &answerAskRatio{newCases(p, s)} }

type answerAskRatio struct{ cases }

func (t *answerAskRatio) addConversation(c *conversation) {
	if !t.settings.selects(c.Conversation) {
		return
	}
	for i := range c.Contacts {
		if k := &c.Contacts[i]; !k.Call && k.Agent != "" && c.month.contain(k.Time) {
			t.take(c, oneCase{agent: k.Agent, num: 1, origin: k.Origin, date: c.date(k.Time)})
		}
	}
	for i := range c.Turns {
		u := &c.Turns[i]
		if !c.month.contain(u.Started.Time) {
			continue
		}
		one := oneCase{agent: u.By, den: int64(u.Asks), origin: u.Started, date: c.date(u.Started.Time)}
		if u.Answered == nil {
			one.agent, one.bad, one.note = u.Owner, true, "unanswered"
		}
		t.take(c, one)
	}
}

func (t *answerAskRatio) addMeasured(m *measured) {
	if m.AgentMessages != nil && m.CustomerMessages != nil && t.counts(m.Measured) {
		t.credit(&oneCase{agent: m.Agent, num: *m.AgentMessages, den: *m.CustomerMessages, origin: m.Origin, date: m.date})
	}
}
