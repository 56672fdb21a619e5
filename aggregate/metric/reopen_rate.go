package metric

import "github.com/deskpulse/deskpulse/aggregate/document"

// ReopenRate is the share of resolutions that did not hold.
type ReopenRate struct{}

// Doc describes the metric.
func (ReopenRate) Doc() Doc {
	return Doc{
		ID:          "reopen_rate",
		Title:       document.Title{ZH: "重开率", EN: "Reopen rate"},
		Summary:     document.Title{ZH: "当月解决的会话中，后来又重新打开的比例。", EN: "Of the resolutions of the month, the share after which the conversation was opened again."},
		Unit:        Percent,
		Better:      Less,
		Per:         PerAgent,
		Numerator:   "such resolutions after which the conversation was opened again, as far as known",
		Denominator: "resolutions in the period; of one conversation there may be several",
		Credit:      "who resolved it, else who held it then",
		Maturity:    judged,
		Evidence:    "every resolution; those that did not hold count against",
		Settings:    []string{"channels", "intents", "population"},
		Default:     Settings{Population: AllConversations},
		Small:       smallRate,
		Types:       resolutionTypes,
	}
}

func (ReopenRate) tally(p *Period, s Settings) tally { return &reopenRate{newCases(p, s)} }

type reopenRate struct{ cases }

func (t *reopenRate) addConversation(c *conversation) {
	if !t.settings.selects(c.Conversation) {
		return
	}
	resolved := -1 // the resolution that stands
	for i := range c.Statuses {
		switch s := &c.Statuses[i]; {
		case s.Done() && resolved < 0:
			resolved = i
		case !s.Done() && resolved >= 0:
			t.addResolution(c, resolved, true)
			resolved = -1
		}
	}
	if resolved >= 0 {
		t.addResolution(c, resolved, false)
	}
}

func (t *reopenRate) addResolution(c *conversation, i int, reopened bool) {
	s := &c.Statuses[i]
	if c.month.contain(s.Time) {
		t.take(c, oneCase{agent: c.resolver(s.Time), num: oneIf(reopened), den: 1, origin: s.Origin, date: c.date(s.Time), bad: reopened})
	}
}
