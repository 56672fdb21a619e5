package closing_test

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// published are months as they were published, and what they were calculated from.
type published struct {
	closed
	input closing.Input
}

// scores returns what people gave in a month until a stage, to the agents whom they knew when it was closed.
func (w *world) scores(p *policy.Policy, agents []string, k, stage int) []score.Score {
	var scores []score.Score
	for _, a := range agents {
		for r := range p.Rules() {
			if rule.TakesScore(r.Rule.Rule) {
				points := amount.Points(0)
				for _, g := range w.given[place{a, r.Rule.ID, k}] {
					if g.stage <= stage {
						points = amount.Points(g.hundredths)
					}
				}
				scores = append(scores, score.Score{Agent: a, Rule: r.Rule.ID, Manual: rule.Manual{Points: points, By: "boss"}})
			}
		}
	}
	return scores
}

// publish closes month k at a stage, scores and waives what it misses, and closes it again.
func (w *world) publish(p *policy.Policy, k, stage int, history []score.Past, carried []score.Carried) published {
	in := closing.Input{
		Month: monthID(p, monthAt(k)), Policy: p, Calendar: officeHours(w.t), Source: closing.Memory(known(w.log, stage)),
		Positions: w.positions(stage), Decided: known(w.said, stage), History: history, Carried: carried,
	}
	m, err := closing.Measure(in)
	if err != nil {
		w.t.Fatal(err)
	}
	calculated := scored(w.t, m)
	in.Scores = w.scores(p, calculated.summary.Agents(), k, k)
	for _, miss := range calculated.summary.Missing {
		if !slices.ContainsFunc(in.Scores, func(s score.Score) bool { return s.Agent == miss.Agent && s.Rule == miss.Rule }) {
			in.Waivers = append(in.Waivers, score.Waiver{Agent: miss.Agent, Rule: miss.Rule, Waiver: rule.Waiver{By: "boss", Reason: "nothing there"}})
		}
	}
	done := scored(w.t, m.With(in))
	if len(done.summary.Missing) > 0 {
		w.t.Fatalf("month %s is published although it waits for %+v", in.Month, done.summary.Missing)
	}
	return published{closed: done, input: in}
}

// publishAll publishes the months one after the other, each with what is known when it is closed.
func (w *world) publishAll(p *policy.Policy) []published {
	var all []published
	var history []score.Past
	for k := range months {
		done := w.publish(p, k, k, slices.Clone(history), nil)
		history = append(history, closing.Past(monthAt(k), done.summary.Results)...)
		all = append(all, done)
	}
	return all
}

// knowing returns what a published month is calculated from when everything until a stage is known.
func (w *world) knowing(done published, k, stage int) closing.Input {
	in := done.input
	in.Source, in.Positions, in.Decided, in.History = closing.Memory(known(w.log, lastStage)), w.positions(stage), known(w.said, stage), nil
	in.Scores = w.scores(in.Policy, done.summary.Agents(), k, stage)
	return in
}

// reopen calculates the published months again with what is known at a stage. The results that hold are those of the last
// adjustment, else the published ones.
func (w *world) reopen(all []published, holds [][]closing.Result, stage int, averages bool) (again []closed, changes [][]closing.Change) {
	var locked []closing.Locked
	for k, done := range all {
		in := w.knowing(done, k, stage)
		if averages {
			in.Averages = done.run.Averages
		}
		l := closing.Locked{Input: in, Holds: done.summary.Results, Paid: done.summary.Results}
		if holds != nil {
			l.Holds = holds[k]
		}
		locked = append(locked, l)
	}
	err := closing.Reopen(locked, func(r closing.Reopened) error {
		again = append(again, closed{r.Run, r.Summary, r.Month})
		changes = append(changes, r.Changes)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return again, changes
}

// fresh closes the months one after the other, as if everything had been known when each was closed.
func (w *world) fresh(all []published, averages bool) []closed {
	var months []closed
	var history []score.Past
	for k, done := range all {
		in := w.knowing(done, k, lastStage)
		in.Source, in.Positions, in.History = w.everything(), nil, slices.Clone(history)
		if averages {
			in.Averages = done.run.Averages
		}
		month := closeMonth(w.t, in)
		history = append(history, closing.Past(monthAt(k), month.summary.Results)...)
		months = append(months, month)
	}
	return months
}

func results(months []closed) [][]closing.Result {
	var all [][]closing.Result
	for _, m := range months {
		all = append(all, m.summary.Results)
	}
	return all
}
