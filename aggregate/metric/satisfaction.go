package metric

import (
	"fmt"
	"math/bits"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Satisfaction is what customers thought, on a scale from 0 to 100.
type Satisfaction struct{}

// Doc describes the metric.
func (Satisfaction) Doc() Doc {
	return Doc{
		ID:          "satisfaction",
		Title:       document.Title{ZH: "客户满意度", EN: "Satisfaction"},
		Summary:     document.Title{ZH: "客户评分的平均值，换算为 0 至 100。", EN: "The mean of what customers scored, on a scale from 0 to 100."},
		Unit:        OutOf100,
		Better:      More,
		Per:         PerAgent,
		Numerator:   "scores of the ratings given in the period, each as a share of its own scale; 0 is a score. A share is kept in 1/25,200, which holds scales up to 10, 20, 50 and 100 exactly; others are rounded to that",
		Denominator: "ratings; their number stands next to the value",
		Credit:      "who was rated: as the source says, else the last who replied before, else who held the conversation",
		Maturity:    periodEnd,
		Evidence:    "every rating; those below half of their scale count against",
		Settings:    []string{"channels", "intents", "population"},
		Default:     Settings{Population: AllConversations},
		Types:       []string{"conversation.rated"},
	}
}

func (Satisfaction) tally(p *Period, s Settings) tally { return &satisfaction{newCases(p, s)} }

type satisfaction struct{ cases }

// fineScale is the least common multiple of 1 to 10 and of 20, 25, 50 and 100, so that scores of every usual scale add up
// without rounding.
const fineScale = 25_200

// onScale returns score ÷ outOf × 100 in units of 1/fineScale, rounded half up. The score lies on its scale, 0 to outOf.
func onScale(score, outOf int64) int64 {
	// In 128 bits, because a scale may be as large as any number; the quotient is small, for the score is no larger than it.
	hi, lo := bits.Mul64(uint64(score), 100*fineScale)
	quotient, rest := bits.Div64(hi, lo, uint64(outOf))
	if rest >= uint64(outOf)-rest {
		quotient++
	}
	return int64(quotient)
}

func (t *satisfaction) addConversation(c *conversation) {
	if !t.settings.selects(c.Conversation) {
		return
	}
	for i := range c.Ratings {
		r := &c.Ratings[i]
		if c.month.contain(r.Time) {
			t.take(c, oneCase{agent: r.Agent, num: onScale(r.Score, r.OutOf), den: fineScale, origin: r.Origin, date: c.date(r.Time),
				bad: 2*r.Score < r.OutOf, note: fmt.Sprintf("%d/%d", r.Score, r.OutOf)})
		}
	}
}
