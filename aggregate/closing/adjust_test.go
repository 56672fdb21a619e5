package closing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestAdjustments publishes four months, lets late events and appeals come in, and makes sure that no published number
// changes, and that what was published and its adjustments together are what the months would have been, had everything been
// known. Under published averages that means: had everything been known but what colleagues were compared with.
func TestAdjustments(t *testing.T) {
	var seen situations
	check(t, 120, func(rt *rapid.T) {
		p := rules(rt, rapid.SampledFrom([]string{"desk", "desk", "express-cs"}).Draw(rt, "policy"))
		w := newWorld(rt)
		all := w.publishAll(p)
		w.unchanged(all)
		once := w.adjusted(all, true)
		seen.note(w, all, once)
	})
	seen.report(t, 10)
}

// TestAdjustmentsWithNewAverages is [TestAdjustments] where averages move: then the months are those of a close to the last
// byte.
func TestAdjustmentsWithNewAverages(t *testing.T) {
	check(t, 100, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"desk", "desk", "express-cs"}).Draw(rt, "policy")
		p := rules(rt, name, "frozen-average", "recomputed")
		w := newWorld(rt)
		w.adjusted(w.publishAll(p), false)
	})
}

// unchanged closes the published months again from what was frozen, now that more is in the log.
func (w *world) unchanged(all []published) {
	source := closing.Memory(known(w.log, lastStage))
	for k, done := range all {
		in := done.input
		in.Source = source
		same(w.t, "month "+monthAt(k).String()+", closed again", closeMonth(w.t, in), done.closed)
	}
}

func same(t fataler, what string, got, want closed) {
	t.Helper()
	if diff := cmp.Diff(got.run, want.run); diff != "" {
		t.Fatalf("%s: run (-got, +want):\n%s\ncards:\n%s", what, diff, cmp.Diff(cardsOf(t, got.month), cardsOf(t, want.month)))
	}
}

// adjusted adjusts the months in one round, and in two, and returns them as they are then.
func (w *world) adjusted(all []published, averages bool) []closed {
	var holds [][]closing.Result
	for _, done := range all {
		holds = append(holds, done.summary.Results)
	}
	once, changes := w.reopen(all, nil, lastStage, averages)
	first, firstChanges := w.reopen(all, nil, lastStage-1, averages)
	second, secondChanges := w.reopen(all, results(first), lastStage, averages)
	fresh := w.fresh(all, averages)
	for k := range all {
		m := monthAt(k).String()
		same(w.t, m+" in two rounds", second[k], once[k])
		like(w.t, m+" adjusted", once[k], fresh[k])
		one := apply(holds[k], changes[k])
		two := apply(apply(holds[k], firstChanges[k]), secondChanges[k])
		worth(w.t, m+": published and adjustment", one, fresh[k].summary.Results)
		worth(w.t, m+": published and two adjustments", two, fresh[k].summary.Results)
	}
	return once
}

// like compares an adjustment with a close, which is another run, but of the same input with the same result.
func like(t fataler, what string, got, want closed) {
	t.Helper()
	if !got.run.Adjustment || got.run.ID == want.run.ID {
		t.Fatalf("%s: run %s is no adjustment", what, got.run.ID)
	}
	want.run.ID, want.run.Adjustment, want.run.Duplicates = got.run.ID, true, got.run.Duplicates // the logs differ in copies
	same(t, what, got, want)
}

// apply returns results with changes made.
func apply(results []closing.Result, changes []closing.Change) []closing.Result {
	results = slices.DeleteFunc(slices.Clone(results), func(r closing.Result) bool {
		return slices.ContainsFunc(changes, func(c closing.Change) bool { return c.Agent == r.Agent })
	})
	for _, c := range changes {
		if c.After != nil {
			results = append(results, *c.After)
		}
	}
	slices.SortFunc(results, func(a, b closing.Result) int { return strings.Compare(a.Agent, b.Agent) })
	return results
}

// worth compares what results are worth.
func worth(t fataler, what string, got, want []closing.Result) {
	t.Helper()
	if changes := closing.Compare(got, want); len(changes) > 0 {
		t.Fatalf("%s: worth something else:\n%s", what, cmp.Diff(got, want))
	}
}
