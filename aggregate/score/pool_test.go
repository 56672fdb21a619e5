package score_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// item is an item with points of its own, or with a negative number without, whose rules give and take.
func item(points amount.Points, cap rule.Scope, rules ...rule.Rule) policy.Item {
	i := policy.Item{Cap: cap}
	if points >= 0 {
		i.Points = &points
	}
	for _, r := range rules {
		i.Rules = append(i.Rules, policy.Rule{Rule: r})
	}
	return i
}

var (
	takes = rule.Deduction{Each: 1_00}
	words = rule.Comment{}
)

func gives(points amount.Points) rule.Rule { return rule.Rubric{Most: points} }

// acts is a deduction from an item, on a day of March; 0 is the end of the month.
func acts(item int, points amount.Points, scope rule.Scope, day int) score.Bid {
	b := score.Bid{Item: item, Claim: rule.Claim{Effect: rule.Takes, Points: points, Scope: scope}}
	if day > 0 {
		b.At = time.Date(2024, 3, day, 0, 0, 0, 0, time.UTC)
	}
	return b
}

func given(item int, points amount.Points) score.Bid {
	return score.Bid{Item: item, Claim: rule.Claim{Effect: rule.Gives, Points: points}}
}

func first(b score.Bid) score.Bid { b.First = true; return b }

func TestPool(t *testing.T) {
	pool := item(-1, rule.OfItem, takes)
	for _, c := range []struct {
		name    string
		section policy.Section
		bids    []score.Bid
		taken   []amount.Points
		left    amount.Points
		items   []amount.Points
	}{
		{"an item whose rules only take has its points", policy.Section{Points: 20, Items: []policy.Item{item(8, rule.OfItem, takes), item(12, rule.OfItem, words)}}, nil, nil, 20, []amount.Points{8, 12}},
		{"an item whose rules give has what they give", policy.Section{Points: 20, Items: []policy.Item{item(8, rule.OfItem, gives(8)), item(12, rule.OfItem, gives(5), gives(7))}},
			[]score.Bid{given(0, 6), given(1, 5), given(1, 0)}, []amount.Points{0, 0, 0}, 11, []amount.Points{6, 5}},
		{"an item without points draws on the section's", policy.Section{Points: 20, Items: []policy.Item{item(8, rule.OfItem, takes), pool}}, nil, nil, 20, []amount.Points{8, 0}},
		{"a comment draws on nothing", policy.Section{Points: 20, Items: []policy.Item{item(8, rule.OfItem, takes), item(-1, rule.OfItem, words)}}, nil, nil, 8, []amount.Points{8, 0}},
		{"what a rule is to give is not there before it gives", policy.Section{Points: 20, Items: []policy.Item{item(-1, rule.OfItem, gives(20))}}, []score.Bid{given(0, 5)}, []amount.Points{0}, 5, []amount.Points{5}},
		{"beside a pool too", policy.Section{Points: 20, Items: []policy.Item{item(5, rule.OfItem, takes), pool, item(-1, rule.OfItem, gives(4))}}, []score.Bid{given(2, 1)}, []amount.Points{0}, 17, []amount.Points{5, 0, 1}},
		{"items of more points than their section", policy.Section{Points: 10, Items: []policy.Item{item(8, rule.OfItem, takes), item(8, rule.OfItem, takes), pool}}, nil, nil, 10, []amount.Points{8, 8, 0}},
		{"an item ends at its own points", policy.Section{Points: 20, Items: []policy.Item{item(8, rule.OfItem, takes), pool}},
			[]score.Bid{acts(0, 5, rule.OfItem, 1), acts(0, 5, rule.OfItem, 2)}, []amount.Points{5, 3}, 12, []amount.Points{0, 0}},
		{"or at its section's", policy.Section{Points: 20, Items: []policy.Item{item(8, rule.OfSection, takes), pool}},
			[]score.Bid{acts(0, 15, rule.OfItem, 1), acts(0, 15, rule.OfItem, 2)}, []amount.Points{15, 5}, 0, []amount.Points{0, 0}},
		{"from the section, whatever the item has", policy.Section{Points: 20, Items: []policy.Item{item(8, rule.OfItem, takes), pool}},
			[]score.Bid{acts(0, 15, rule.OfSection, 1), acts(0, 6, rule.OfItem, 2)}, []amount.Points{15, 5}, 0, []amount.Points{3, 0}},
		{"by time, what has none last, ties in the order of the file", policy.Section{Points: 10, Order: policy.ByTime, Items: []policy.Item{pool}},
			[]score.Bid{acts(0, 4, rule.OfItem, 0), acts(0, 4, rule.OfItem, 2), first(acts(0, 4, rule.OfItem, 2)), acts(0, 1, rule.OfItem, 1)}, []amount.Points{1, 4, 4, 1}, 0, []amount.Points{0}},
		{"wipe-outs first, among them by time", policy.Section{Points: 10, Order: policy.WipeOutsFirst, Items: []policy.Item{pool}},
			[]score.Bid{acts(0, 4, rule.OfItem, 1), first(acts(0, 7, rule.OfItem, 3)), first(acts(0, 2, rule.OfItem, 2))}, []amount.Points{1, 7, 2}, 0, []amount.Points{0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bids, left, items := score.Pool(c.section, c.bids, false)
			if left != c.left || !cmp.Equal(items, c.items) {
				t.Errorf("left %s of items %s, want %s of %s", left, items, c.left, c.items)
			}
			for i, b := range bids {
				if b.Taken != c.taken[i] {
					t.Errorf("no. %d takes %s, want %s", i, b.Taken, c.taken[i])
				}
			}
		})
	}
}

func anySection(t *rapid.T) policy.Section {
	s := policy.Section{Points: amount.Points(rapid.IntRange(0, 50).Draw(t, "points")), Order: rapid.SampledFrom([]policy.Order{policy.WipeOutsFirst, policy.ByTime}).Draw(t, "order")}
	for i := range rapid.IntRange(1, 4).Draw(t, "items") {
		id := fmt.Sprint("item ", i)
		rules := []rule.Rule{takes}
		if rapid.Bool().Draw(t, id+" gives") {
			rules = append(rules, gives(amount.Points(rapid.IntRange(1, 20).Draw(t, id+" gives up to"))))
		}
		s.Items = append(s.Items, item(amount.Points(rapid.IntRange(-10, 20).Draw(t, id+" points")), rapid.SampledFrom([]rule.Scope{rule.OfItem, rule.OfSection}).Draw(t, id+" cap"), rules...))
	}
	return s
}

// Whatever deductions act in whatever order: nothing falls below 0, the section gives no more than its points, what was
// taken is what is missing, and what remains is the same.
func TestPoolHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySection(t)
		bids := anyBids(t)
		for i := range bids {
			bids[i].Item = rapid.IntRange(0, len(s.Items)-1).Draw(t, "of item")
			bids[i].Scope = rapid.SampledFrom([]rule.Scope{rule.OfItem, rule.OfSection}).Draw(t, "scope")
			bids[i].Points %= 30
			bids[i].At = acts(0, 0, "", rapid.IntRange(0, 5).Draw(t, "day")).At
		}
		_, start, at := score.Pool(s, nil, false)
		settled, left, items := score.Pool(s, bids, false)
		var sum amount.Points
		for _, b := range settled {
			if b.Taken < 0 || b.Taken > b.Points || b.Taken > 0 && !b.Stands {
				t.Fatalf("%+v takes %s", b.Claim, b.Taken)
			}
			sum += b.Taken
		}
		if left < 0 || start > s.Points || left != start-sum {
			t.Fatalf("%s of %s left after %s of a section of %s", left, start, sum, s.Points)
		}
		for i := range items {
			if items[i] < 0 || items[i] > at[i] {
				t.Fatalf("item %d: %s of %s", i, items[i], at[i])
			}
		}
		if _, every, _ := score.Pool(s, bids, true); every > left {
			t.Fatalf("%s left, with every rule %s", left, every)
		}
		s.Order = rapid.SampledFrom([]policy.Order{policy.WipeOutsFirst, policy.ByTime}).Draw(t, "other order")
		for i := range bids {
			bids[i].At, bids[i].First = acts(0, 0, "", rapid.IntRange(0, 5).Draw(t, "other day")).At, rapid.Bool().Draw(t, "first")
		}
		if _, other, _ := score.Pool(s, bids, false); other != left {
			t.Fatalf("%s left, in another order %s", left, other)
		}
	})
}
