package score_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// claim is a rule that takes points for incidents "a", "b", … if so many are left to it.
func claim(id string, points amount.Points, need int, wants string) score.Bid {
	return score.Bid{Rule: id, Claim: rule.Claim{Effect: rule.Takes, Points: points, Scope: rule.OfSection, Need: need, Wants: strings.Split(wants, "")}}
}

func TestSettle(t *testing.T) {
	before := func(b score.Bid, n int) score.Bid { b.Prior = n; return b }
	for _, c := range []struct {
		name  string
		every bool
		bids  []score.Bid
		want  []string // "rule incidents": those that it took; "rule -": it does not stand
	}{
		{name: "nothing"},
		{name: "one rule takes its incident", bids: []score.Bid{claim("x", 2, 1, "a")}, want: []string{"x a"}},
		{name: "the heavier rule takes it, wherever it stands", bids: []score.Bid{claim("light", 2, 1, "a"), claim("heavy", 3, 1, "a")}, want: []string{"light - (heavy)", "heavy a"}},
		{name: "of two equal ones the first in the file", bids: []score.Bid{claim("first", 2, 1, "a"), claim("second", 2, 1, "a")}, want: []string{"first a", "second - (first)"}},
		{name: "every rule counts", every: true, bids: []score.Bid{claim("x", 2, 1, "a"), claim("y", 3, 1, "a"), claim("three", 9, 3, "ab")}, want: []string{"x a", "y a", "three -"}},
		{name: "a threshold that is reached takes all that it wants", bids: []score.Bid{claim("each", 2, 1, "a"), claim("each", 2, 1, "b"), claim("each", 2, 1, "c"), claim("two", 9, 2, "ab")},
			want: []string{"each - (two)", "each - (two)", "each c", "two ab"}},
		{name: "a threshold that is not reached takes nothing", bids: []score.Bid{claim("each", 2, 1, "a"), claim("two", 9, 2, "a")}, want: []string{"each a", "two - (each)"}},
		{name: "a threshold does not count what a heavier rule took", bids: []score.Bid{claim("two", 9, 2, "ab"), claim("heavy", 10, 1, "a"), claim("each", 2, 1, "b")},
			want: []string{"two - (heavy)", "heavy a", "each b"}},
		{name: "a threshold takes what is left to it, and only that", bids: []score.Bid{claim("two", 9, 2, "abc"), claim("heavy", 10, 1, "a")}, want: []string{"two bc", "heavy a"}},
		{name: "a lighter threshold counts what lighter rules want", bids: []score.Bid{claim("each", 2, 1, "a"), claim("two", 1, 2, "ab")}, want: []string{"each a", "two - (each)"}},
		{name: "the heaviest threshold first, the next one counts what it left", bids: []score.Bid{claim("three", 30, 3, "abc"), claim("two", 40, 2, "cd"), claim("each", 2, 1, "a")},
			want: []string{"three - (two)", "two cd", "each a"}},
		{name: "what a failed threshold wanted is there for the next", bids: []score.Bid{claim("three", 40, 3, "ab"), claim("two", 30, 2, "ab")}, want: []string{"three - (two)", "two ab"}},
		{name: "earlier occurrences count", bids: []score.Bid{before(claim("three", 9, 3, "a"), 2), claim("each", 2, 1, "a")}, want: []string{"three a", "each - (three)"}},
		{name: "earlier occurrences alone do nothing", bids: []score.Bid{before(claim("three", 9, 3, "a"), 3), claim("heavy", 10, 1, "a")}, want: []string{"three - (heavy)", "heavy a"}},
		{name: "several takers are named once each", bids: []score.Bid{claim("two", 1, 2, "abc"), claim("x", 3, 1, "a"), claim("x", 3, 1, "b"), claim("y", 2, 1, "c")},
			want: []string{"two - (x y)", "x a", "x b", "y c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(told(score.Settle(c.bids, c.every)), c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

// told says what became of bids.
func told(bids []score.Bid, taken map[string]string) []string {
	var all []string
	for _, b := range bids {
		text := b.Rule + " "
		for _, id := range b.Wants {
			if b.Stands && (taken[id] == b.Rule || len(taken) == 0) {
				text += id
			}
		}
		if !b.Stands {
			text += "-"
			if len(b.TakenBy) > 0 {
				text += " (" + strings.Join(b.TakenBy, " ") + ")"
			}
		}
		all = append(all, text)
	}
	return all
}

// anyBids draws rules of different weight, each with its single incidents or as a threshold, over incidents a to f.
func anyBids(t *rapid.T) []score.Bid {
	weights := rapid.SliceOfNDistinct(rapid.IntRange(1, 4000), 1, 6, rapid.ID).Draw(t, "weights")
	var bids []score.Bid
	for i, w := range weights {
		id := fmt.Sprint("r", i)
		wants := rapid.SliceOfNDistinct(rapid.SampledFrom(strings.Split("abcdef", "")), 1, 6, rapid.ID).Draw(t, id)
		if rapid.Bool().Draw(t, id+" is a threshold") {
			b := claim(id, amount.Points(w), rapid.IntRange(1, 4).Draw(t, id+" needs"), strings.Join(wants, ""))
			b.Prior, b.First = rapid.IntRange(0, 2).Draw(t, id+" before"), true
			bids = append(bids, b)
			continue
		}
		for _, incident := range wants {
			bids = append(bids, claim(id, amount.Points(w), 1, incident))
		}
	}
	return bids
}

// Whatever rules want: each incident goes to one rule, and to the heaviest that could have it; a threshold stands exactly
// when enough is left to it.
func TestSettleHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bids, taken := score.Settle(anyBids(t), false)
		owned := map[string]int{}
		for _, b := range bids {
			left, free := 0, 0
			for _, id := range b.Wants {
				owner := slices.IndexFunc(bids, func(o score.Bid) bool { return o.Rule == taken[id] })
				heavier := owner >= 0 && bids[owner].Points > b.Points
				if !heavier {
					left++
				}
				if owner < 0 {
					free++
				}
				if b.Stands && taken[id] == b.Rule {
					owned[id]++
				}
				if b.Stands && !heavier && taken[id] != b.Rule {
					t.Fatalf("%s stands and leaves %s to %s", b.Rule, id, taken[id])
				}
			}
			want := left
			if len(b.Wants)+b.Prior < b.Need {
				want = free // it would not have reached its number in any case
			}
			if want != b.Left {
				t.Fatalf("%s: want %d left, counted %d", b.Rule, want, b.Left)
			}
			if stands := left > 0 && left+b.Prior >= b.Need; stands != b.Stands {
				t.Fatalf("%s: stands %v with %d left and %d before of %d", b.Rule, b.Stands, left, b.Prior, b.Need)
			}
		}
		for id, n := range owned {
			if n != 1 {
				t.Fatalf("%s is taken %d times", id, n)
			}
		}
	})
}

// What becomes of rules of different weight depends neither on their order in the file nor on the order of the incidents.
func TestSettleIgnoresOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bids := anyBids(t)
		_, want := score.Settle(bids, false)
		other := rapid.Permutation(bids).Draw(t, "order")
		for i := range other {
			other[i].Wants = rapid.Permutation(other[i].Wants).Draw(t, "incidents")
		}
		if _, got := score.Settle(other, false); !cmp.Equal(got, want) {
			t.Fatalf("(-got, +want):\n%s", cmp.Diff(got, want))
		}
	})
}

// Where every rule counts everything, whatever stands otherwise stands too, and nothing is less.
func TestSettleEveryRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bids := anyBids(t)
		heaviest, _ := score.Settle(bids, false)
		every, taken := score.Settle(bids, true)
		for i := range bids {
			if heaviest[i].Stands && !every[i].Stands || every[i].Left != len(bids[i].Wants) {
				t.Fatalf("%s: %+v, with every rule %+v", bids[i].Rule, heaviest[i], every[i])
			}
		}
		if len(taken) > 0 {
			t.Fatalf("taken: %v", taken)
		}
	})
}
