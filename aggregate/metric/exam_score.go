package metric

import (
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// ExamScore is what an agent reached in exams, on a scale from 0 to 100.
type ExamScore struct{}

// Doc describes the metric.
func (ExamScore) Doc() Doc {
	return Doc{
		ID:          "exam_score",
		Title:       document.Title{ZH: "考试成绩", EN: "Exam score"},
		Summary:     document.Title{ZH: "当月考试成绩的平均值，换算为 0 至 100。", EN: "The mean of the exams of the month, on a scale from 0 to 100."},
		Unit:        OutOf100,
		Better:      More,
		Per:         PerAgent,
		Numerator:   "results of the exams that name the period, each as a share of what could be reached, as exact as satisfaction; 0 is a result. One above what could be reached is left out",
		Denominator: "exams",
		Credit:      "the agent who was examined",
		Maturity:    judged,
		Evidence:    "every exam",
		Types:       []string{"exam.scored"},
	}
}

func (ExamScore) tally(p *Period, _ Settings) tally {
	agents := func() []string { return slices.Sorted(maps.Keys(p.people.exams)) }
	return judgements{p, agents, func(agent string) judgement {
		var j judgement
		for _, e := range p.Exams(agent) {
			if e.ScoreHundredths < 0 || e.OutOfHundredths <= 0 || e.ScoreHundredths > e.OutOfHundredths {
				continue
			}
			j.add(onScale(e.ScoreHundredths, e.OutOfHundredths), fineScale, Evidence{e.Origin, p.judgedOn(agent, e.Origin), false, e.Exam})
		}
		return j
	}}
}
