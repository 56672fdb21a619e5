package metric

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// ResponseTime is how long customers waited for an answer.
type ResponseTime struct{}

// Doc describes the metric.
func (ResponseTime) Doc() Doc {
	return Doc{
		ID:          "response_time",
		Title:       document.Title{ZH: "平均响应时间", EN: "Response time"},
		Summary:     document.Title{ZH: "客户每次提问到有效回复的时间。", EN: "How long customers waited for a valid reply, over all turns."},
		Unit:        Milliseconds,
		Better:      Less,
		Per:         PerAgent,
		Numerator:   "milliseconds from the customer's first unanswered message to the next valid reply, at most `cap`; `unanswered` for a turn without one; the percentile instead of the sum",
		Denominator: "turns that began in the period and were answered in it, with `unanswered` all that began in it, and the turns of results that a source measured itself (mean of wall time only, and only without `cap`); 1 for a percentile",
		Credit:      "who replied; an unanswered turn by `credit`, taken to be due after `unanswered`",
		Maturity:    periodEnd,
		Evidence:    "the message that began each turn; unanswered ones count against",
		Settings:    slices.Concat(turnSettings, durationSettings, []string{"cap", "unanswered", "credit"}),
		Default:     Settings{Population: AllConversations, Basis: WallTime, Statistic: Mean, Credit: AssigneeAtDue},
		Types:       measurableTypes,
	}
}

func (ResponseTime) tally(p *Period, s Settings) tally { return &responseTime{newCases(p, s)} }

type responseTime struct{ cases }

func (t *responseTime) addConversation(c *conversation) {
	t.startedInMonth(c, turn.NextResponse, t.settings.Unanswered, func(d *turn.Deadline, answered bool) {
		one := oneCase{den: 1, origin: d.Start, date: c.date(d.Start.Time)}
		switch {
		case answered:
			one.agent, one.num = d.MetBy, t.capped(t.waited(c, d))
		case t.settings.Unanswered > 0 && t.passed(d):
			one.agent, one.num, one.bad, one.note = t.settings.missed(d), t.capped(t.settings.Unanswered), true, "unanswered"
		default:
			return
		}
		t.take(c, one)
	})
}

func (t *responseTime) capped(d time.Duration) int64 {
	if t.settings.Cap > 0 {
		d = min(d, t.settings.Cap)
	}
	return d.Milliseconds()
}

// addMeasured takes a mean as so many turns. What each of them was is unknown, so neither a cap nor a percentile can be.
func (t *responseTime) addMeasured(m *measured) {
	if m.MeanResponseMS == nil || !positive(m.Turns) || t.settings.Cap > 0 || t.settings.Statistic != Mean || !t.counts(m.Measured) {
		return
	}
	t.credit(&oneCase{agent: m.Agent, num: *m.MeanResponseMS * *m.Turns, den: *m.Turns, origin: m.Origin, date: m.date})
	t.value(m.who).Sample += *m.Turns - 1
}
