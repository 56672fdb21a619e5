package metric

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// FindingCount counts what reviews found in an agent's work.
type FindingCount struct{}

// Doc describes the metric.
func (FindingCount) Doc() Doc {
	return Doc{
		ID:        "finding_count",
		Title:     document.Title{ZH: "抽查发现的问题", EN: "Findings"},
		Summary:   document.Title{ZH: "当月抽查发现的问题的次数。", EN: "How often reviews of the month found something in the agent's work."},
		Unit:      Times,
		Better:    Less,
		Per:       PerAgent,
		Numerator: "findings of the reviews that name the period, each as often as the reviewer found it",
		Credit:    "the agent whose work was reviewed",
		Maturity:  judged,
		Evidence:  "every review, once for each of its findings",
		Fixed:     1,
		Types:     reviewTypes,
	}
}

func (FindingCount) tally(p *Period, _ Settings) tally {
	return judgements{p, reviewed(p), func(agent string) judgement {
		var j judgement
		for _, r := range p.Reviews(agent) {
			for _, f := range r.Findings {
				j.add(f.Count, 0, Evidence{r.Origin, p.judgedOn(agent, r.Origin), true, fmt.Sprintf("%s × %d", f.Finding, f.Count)})
			}
		}
		j.value.Den, j.value.Sample = 1, int64(len(p.Reviews(agent)))
		return j
	}}
}
