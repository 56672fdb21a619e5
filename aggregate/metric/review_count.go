package metric

import "github.com/deskpulse/deskpulse/aggregate/document"

// ReviewCount counts the reviews of an agent's work.
type ReviewCount struct{}

// Doc describes the metric.
func (ReviewCount) Doc() Doc {
	return Doc{
		ID:        "review_count",
		Title:     document.Title{ZH: "抽查次数", EN: "Reviews"},
		Summary:   document.Title{ZH: "当月工作被抽查的次数。", EN: "How often the agent's work of the month was reviewed."},
		Unit:      Times,
		Better:    Neither,
		Per:       PerAgent,
		Numerator: "reviews that name the period, whenever they were written",
		Credit:    "the agent whose work was reviewed",
		Maturity:  judged,
		Evidence:  "every such review",
		Fixed:     1,
		Types:     reviewTypes,
	}
}

// reviewTypes are the types of events that tell of reviews.
var reviewTypes = []string{"review.scored"}

func (ReviewCount) tally(p *Period, _ Settings) tally {
	return judgements{p, reviewed(p), func(agent string) judgement {
		var j judgement
		for _, r := range p.Reviews(agent) {
			j.add(1, 0, Evidence{r.Origin, p.judgedOn(agent, r.Origin), false, r.Template})
		}
		j.value.Den = 1
		return j
	}}
}
