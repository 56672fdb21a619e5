package metric

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// QualityScore is the share of checks that an agent's reviews met.
type QualityScore struct{}

// Doc describes the metric.
func (QualityScore) Doc() Doc {
	return Doc{
		ID:          "quality_score",
		Title:       document.Title{ZH: "质检合格率", EN: "Quality score"},
		Summary:     document.Title{ZH: "当月抽查的检查项中，合格的比例。", EN: "Of the checks in the reviews of the month, the share that was met."},
		Unit:        Percent,
		Better:      More,
		Per:         PerAgent,
		Numerator:   "checks that were met",
		Denominator: "checks in the reviews that name the period; what a finding costs is the policy's matter and not in here",
		Credit:      "the agent whose work was reviewed",
		Maturity:    judged,
		Evidence:    "every review with checks; those with one that was not met count against",
		Types:       reviewTypes,
	}
}

func (QualityScore) tally(p *Period, _ Settings) tally {
	return judgements{p, reviewed(p), func(agent string) judgement {
		var j judgement
		for _, r := range p.Reviews(agent) {
			var met int64
			for _, c := range r.Checks {
				met += oneIf(c.Met)
			}
			if n := int64(len(r.Checks)); n > 0 {
				j.add(met, n, Evidence{r.Origin, p.judgedOn(agent, r.Origin), met < n, fmt.Sprintf("%d/%d", met, n)})
			}
		}
		return j
	}}
}
