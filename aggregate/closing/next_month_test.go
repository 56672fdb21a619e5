package closing_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestLateFactsCountOnceInTheNextMonth lets late facts count in the next month: what the published months become is carried
// into it, in the end neither less nor twice, while every published month keeps the grade that streaks look at.
func TestLateFactsCountOnceInTheNextMonth(t *testing.T) {
	check(t, 100, func(rt *rapid.T) {
		p := rules(rt, rapid.SampledFrom([]string{"desk", "express-cs"}).Draw(rt, "policy"), "late-adjust", "next-month")
		w := newWorld(rt)
		for k := range w.gaps {
			w.gaps[k] = map[string]bool{}
		}
		next := months - 1
		all, history := w.publishUntil(p, next)
		holds, sum := w.carry(all, nil, next, sums{})
		carried := sum.carried()
		last := w.publish(p, next, next, history, carried)
		w.counted(last, carried)
		all, holds = append(all, last), append(holds, last.summary.Results)
		for stage := months; stage <= lastStage; stage++ {
			holds, sum = w.carry(all, holds, stage, sum)
		}
		for k, done := range all {
			carried, became := sum.of(monthAt(k)), difference(done.summary.Results, holds[k])
			for agent := range w.gaps[k] {
				delete(carried, agent)
				delete(became, agent)
			}
			if diff := gocmp.Diff(carried, became); diff != "" {
				rt.Fatalf("%s: carried in all (-got, +want what it became less what was paid):\n%s", monthAt(k), diff)
			}
		}
		if _, none := w.carry(all, holds, lastStage, sums{}); len(none) > 0 {
			rt.Fatalf("nothing new, and carried once more: %v", none)
		}
		w.keepGrades(all)
	})
}

// publishUntil publishes the months before the k-th and returns their grades.
func (w *world) publishUntil(p *policy.Policy, k int) (all []published, history []score.Past) {
	for i := range k {
		done := w.publish(p, i, i, slices.Clone(history), nil)
		history = append(history, closing.Past(monthAt(i), done.summary.Results)...)
		all = append(all, done)
	}
	return all, history
}

// source is where carried points come from.
type source struct {
	agent string
	month calendar.Month
}

// sums is what was carried in all.
type sums map[source]amount.Points

// carry adjusts the months and adds what is to be carried. It returns the results that hold from then on.
func (w *world) carry(all []published, holds [][]closing.Result, stage int, sum sums) ([][]closing.Result, sums) {
	again, changes := w.reopen(all, holds, stage, true)
	for k := range all {
		for _, c := range changes[k] {
			if c.Before == nil || c.After == nil || c.Before.Total == nil || c.After.Total == nil {
				w.gaps[k][c.Agent] = true // what has no total on the way carries nothing
				continue
			}
			if points := *c.After.Total - *c.Before.Total; points != 0 {
				sum[source{c.Agent, monthAt(k)}] += points
			}
		}
	}
	return results(again), sum
}

// carried returns what the next month counts.
func (s sums) carried() []score.Carried {
	var all []score.Carried
	for from, points := range s {
		all = append(all, score.Carried{Agent: from.agent, From: from.month, Points: points})
	}
	slices.SortFunc(all, func(a, b score.Carried) int {
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), a.From.First().Compare(b.From.First()))
	})
	return all
}

// of returns by agent what is carried of a month.
func (s sums) of(m calendar.Month) map[string]amount.Points {
	all := map[string]amount.Points{}
	for from, points := range s {
		if from.month == m && points != 0 {
			all[from.agent] = points
		}
	}
	return all
}

// difference returns by agent how far totals went up or down.
func difference(before, after []closing.Result) map[string]amount.Points {
	all := map[string]amount.Points{}
	for _, c := range closing.Compare(before, after) {
		if c.Before != nil && c.After != nil && c.Before.Total != nil && c.After.Total != nil && *c.Before.Total != *c.After.Total {
			all[c.Agent] = *c.After.Total - *c.Before.Total
		}
	}
	return all
}

// counted makes sure that each card has what was carried for its agent, and adds it to its total.
func (w *world) counted(done published, carried []score.Carried) {
	for _, c := range cards(w.t, done.month) {
		var want []score.Carried
		total := amount.Points(0)
		for _, s := range c.Sections {
			total += *s.Points
		}
		for _, one := range carried {
			if one.Agent == c.Agent {
				want = append(want, one)
				total += one.Points
			}
		}
		if diff := gocmp.Diff(c.Carried, want); diff != "" {
			w.t.Fatalf("%s: carried (-got, +want):\n%s", c.Agent, diff)
		}
		if total = min(max(total, 0), done.input.Policy.Most()); *c.Total != total {
			w.t.Fatalf("%s: total %s, want %s", c.Agent, *c.Total, total)
		}
	}
}

// keepGrades makes sure that a month which is adjusted looks back at the grades that were published, whatever the months
// before became.
func (w *world) keepGrades(all []published) {
	again, _ := w.reopen(all, nil, lastStage, true)
	var history []score.Past
	for k, done := range all {
		in := w.knowing(done, k, lastStage)
		in.Averages, in.History = done.run.Averages, slices.Clone(history)
		like(w.t, monthAt(k).String()+" on published grades", again[k], closeMonth(w.t, in))
		history = append(history, closing.Past(monthAt(k), done.summary.Results)...)
	}
}
