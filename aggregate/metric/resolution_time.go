package metric

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// ResolutionTime is how long conversations took until they were resolved.
type ResolutionTime struct{}

// Doc describes the metric.
func (ResolutionTime) Doc() Doc {
	return Doc{
		ID:          "resolution_time",
		Title:       document.Title{ZH: "解决时长", EN: "Resolution time"},
		Summary:     document.Title{ZH: "从会话开始到解决的时间。", EN: "How long conversations took from their opening until they were resolved."},
		Unit:        Milliseconds,
		Better:      Less,
		Per:         PerAgent,
		Numerator:   "milliseconds from the opening, of a merged conversation the first one, to the resolution that stands; the percentile instead of the sum",
		Denominator: "conversations whose standing resolution lies in the period; 1 for a percentile",
		Credit:      "who resolved it, else who held it then",
		Maturity:    judged,
		Evidence:    "the opening of every such conversation",
		Settings:    []string{"channels", "intents", "population", "basis", "statistic"},
		Default:     Settings{Population: AllConversations, Basis: WallTime, Statistic: Mean},
		Types:       resolutionTypes,
	}
}

// resolutionTypes are the types of events that tell of resolutions.
var resolutionTypes = []string{"conversation.status_changed"}

func (ResolutionTime) tally(p *Period, s Settings) tally { return &resolutionTime{newCases(p, s)} }

type resolutionTime struct{ cases }

func (t *resolutionTime) addConversation(c *conversation) {
	if c.Resolved == nil || !c.month.contain(*c.Resolved) || !t.settings.selects(c.Conversation) {
		return
	}
	took := c.Resolved.Sub(c.Opened.Time)
	if t.settings.Basis == WorkingTime {
		took = c.hours.Working(c.Opened.Time, *c.Resolved)
	}
	t.take(c, oneCase{agent: c.resolver(*c.Resolved), num: took.Milliseconds(), den: 1, origin: c.Opened, date: c.date(*c.Resolved)})
}

// resolver returns who resolved the conversation at an instant, else who held it then.
func (c *conversation) resolver(at time.Time) string {
	for i := range c.Statuses {
		if s := &c.Statuses[i]; s.Time.Equal(at) && s.Done() && s.Agent != "" {
			return s.Agent
		}
	}
	return c.AssigneeAt(at)
}
