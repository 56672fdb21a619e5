package closing_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/google/go-cmp/cmp"
)

func result(agent, grade string, hundredths amount.Points, pay amount.Money) closing.Result {
	return closing.Result{Agent: agent, Name: "Agent " + agent, Grade: grade, Total: &hundredths, Pay: &pay}
}

func TestCompare(t *testing.T) {
	a, b, c := result("a", "A", 9000, 50000), result("b", "B", 8500, 40000), result("c", "E", 7000, 25000)
	waits := closing.Result{Agent: "b", Name: "Agent b", Missing: 2}
	elsewhere := b
	elsewhere.Team, elsewhere.Card, elsewhere.Missing = "south", "other", 0
	points, grade, pay := result("b", "B", 8501, 40000), result("b", "C", 8500, 40000), result("b", "B", 8500, 39999)
	for _, test := range []struct {
		name          string
		before, after []closing.Result
		want          []closing.Change
	}{
		{"nobody", nil, nil, nil},
		{"the same", []closing.Result{a, b}, []closing.Result{a, b}, nil},
		{"the same worth on another card", []closing.Result{a, b}, []closing.Result{a, elsewhere}, nil},
		{"both wait", []closing.Result{waits}, []closing.Result{waits}, nil},
		{"points", []closing.Result{a, b, c}, []closing.Result{a, points, c}, []closing.Change{{"b", "Agent b", &b, &points}}},
		{"grade", []closing.Result{b}, []closing.Result{grade}, []closing.Change{{"b", "Agent b", &b, &grade}}},
		{"pay", []closing.Result{b}, []closing.Result{pay}, []closing.Change{{"b", "Agent b", &b, &pay}}},
		{"waits now", []closing.Result{b}, []closing.Result{waits}, []closing.Change{{"b", "Agent b", &b, &waits}}},
		{"waits no more", []closing.Result{waits}, []closing.Result{b}, []closing.Change{{"b", "Agent b", &waits, &b}}},
		{"somebody more, first and last", []closing.Result{b}, []closing.Result{a, b, c}, []closing.Change{{"a", "Agent a", nil, &a}, {"c", "Agent c", nil, &c}}},
		{"somebody less", []closing.Result{a, b, c}, []closing.Result{b}, []closing.Change{{"a", "Agent a", &a, nil}, {"c", "Agent c", &c, nil}}},
		{"others", []closing.Result{a}, []closing.Result{c}, []closing.Change{{"a", "Agent a", &a, nil}, {"c", "Agent c", nil, &c}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(closing.Compare(test.before, test.after), test.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func TestDifference(t *testing.T) {
	line := func(rule, text string) score.Line {
		return score.Line{Rule: rule, Status: score.StatusTakes, Text: document.Title{ZH: text, EN: text}}
	}
	card := func(lines ...score.Line) *score.Card {
		return &score.Card{Agent: "a", Month: calendar.Month{Year: 2024, Month: 3}, Lines: lines}
	}
	one, two, three, tier := line("complaint", "1"), line("complaint", "2"), line("complaint", "3"), line("tier", "A")
	for _, test := range []struct {
		name          string
		before, after *score.Card
		want          []closing.LineChange
	}{
		{"the same", card(one, tier), card(one, tier), nil},
		{"in another order", card(one, tier), card(tier, one), nil},
		{"one of a rule's", card(one, two, tier), card(one, three, tier), []closing.LineChange{{"complaint", &two, &three}}},
		{"more than before", card(one), card(one, two, tier), []closing.LineChange{{"complaint", nil, &two}, {"tier", nil, &tier}}},
		{"less", card(one, two, tier), card(two), []closing.LineChange{{"complaint", &one, nil}, {"tier", &tier, nil}}},
		{"as often as it stands there", card(one, one), card(one), []closing.LineChange{{"complaint", &one, nil}}},
		{"side by side in their order", card(one, two), card(three), []closing.LineChange{{"complaint", &one, &three}, {"complaint", &two, nil}}},
		{"no card before", nil, card(one), []closing.LineChange{{"complaint", nil, &one}}},
		{"no card after", card(one), nil, []closing.LineChange{{"complaint", &one, nil}}},
		{"no card", nil, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := closing.Difference(test.before, test.after)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, test.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}
