package metric

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// FirstResponseTime is how long customers waited for the first answer of a conversation.
type FirstResponseTime struct{}

// Doc describes the metric.
func (FirstResponseTime) Doc() Doc {
	return Doc{
		ID:          "first_response_time",
		Title:       document.Title{ZH: "首次响应时间", EN: "First response time"},
		Summary:     document.Title{ZH: "客户第一条消息到第一次有效回复的时间。", EN: "How long customers waited from their first message to the first valid reply."},
		Unit:        Milliseconds,
		Better:      Less,
		Per:         PerAgent,
		Numerator:   "milliseconds from the customer's first message to the first valid reply; the percentile instead of the sum",
		Denominator: "conversations whose first message lies in the period and that were answered in it, and results that a source measured itself (not in working time); 1 for a percentile",
		Credit:      "who replied first; unanswered conversations are left out",
		Maturity:    periodEnd,
		Evidence:    "the first message of every such conversation",
		Settings:    slices.Concat(turnSettings, durationSettings),
		Default:     Settings{Population: AllConversations, Basis: WallTime, Statistic: Mean},
		Types:       measurableTypes,
	}
}

// durationSettings are the settings of metrics made of durations.
var durationSettings = []string{"basis", "statistic"}

// measurableTypes are the types of events that tell of turns, or of what a source made of them.
var measurableTypes = slices.Concat(conversationTypes, []string{"conversation.measured"})

func (FirstResponseTime) tally(p *Period, s Settings) tally {
	return &firstResponseTime{newCases(p, s)}
}

type firstResponseTime struct{ cases }

func (t *firstResponseTime) addConversation(c *conversation) {
	t.startedInMonth(c, turn.FirstResponse, 0, func(d *turn.Deadline, answered bool) {
		if answered {
			t.take(c, oneCase{agent: d.MetBy, num: t.waited(c, d).Milliseconds(), den: 1, origin: d.Start, date: c.date(d.Start.Time)})
		}
	})
}

func (t *firstResponseTime) addMeasured(m *measured) {
	if m.FirstResponseMS != nil && t.counts(m.Measured) {
		t.credit(&oneCase{agent: m.Agent, num: *m.FirstResponseMS, den: 1, origin: m.Origin, date: m.date})
	}
}

// counts reports whether what a source measured itself is among what the settings count. It knows neither intents nor
// reviews, and nobody knows of it when each turn began or what of it was working time.
func (t *cases) counts(m *turn.Measured) bool {
	s := &t.settings
	c := turn.Conversation{Channel: m.Channel}
	return s.selects(&c) && s.Population != Sampled && s.Window == Window{} && s.Basis != WorkingTime
}
