package score_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/google/go-cmp/cmp"
)

var (
	january  = calendar.Month{Year: 2024, Month: time.January}
	february = calendar.Month{Year: 2024, Month: time.February}
)

// eightyEight is a month of li that comes to 20 + 20 + 40 + (0 + 8 + 0) = 88 points.
func eightyEight(t testing.TB, decide ...string) score.Input {
	t.Helper()
	d := &desk{}
	d.agent("li", "express", "2023-01-01")
	d.worked("li", 1, 10, 100)
	p := expressCS(t, decide...)
	return score.Input{
		Policy: p, Period: month(t, d, p), Waivers: []score.Waiver{{Agent: "li", Rule: "sampling", Waiver: rule.Waiver{By: "head", Reason: "new"}}},
		Scores: []score.Score{{Agent: "li", Rule: "execution", Manual: rule.Manual{By: "head"}}, {Agent: "li", Rule: "enthusiasm", Manual: rule.Manual{By: "head"}}},
	}
}

func TestCarried(t *testing.T) {
	in := eightyEight(t, "late-adjust=next-month")
	for _, c := range []struct {
		name    string
		carried []score.Carried
		total   amount.Points
		grade   string
		json    string
		notes   []string
	}{
		{"nothing", nil, 88_00, "B", "", nil},
		{"of somebody else", []score.Carried{{"wang", february, 10_00}}, 88_00, "B", "", nil},
		{"taken", []score.Carried{{"li", february, -3_01}}, 84_99, "C", `"carried":[{"from":"2024-02","points":"-3.01"}]`,
			[]string{"adjustment of 2024-02, counted in this month: -3.01 points"}},
		{"given", []score.Carried{{"li", february, 2_00}}, 90_00, "A", `"carried":[{"from":"2024-02","points":"2.00"}]`,
			[]string{"adjustment of 2024-02, counted in this month: +2.00 points"}},
		{"of two months, the earlier first", []score.Carried{{"li", february, 2_00}, {"li", january, -5_00}}, 85_00, "B",
			`"carried":[{"from":"2024-01","points":"-5.00"},{"from":"2024-02","points":"2.00"}]`,
			[]string{"adjustment of 2024-01, counted in this month: -5.00 points", "adjustment of 2024-02, counted in this month: +2.00 points"}},
		{"never above what there is", []score.Carried{{"li", february, 12_01}}, 100_00, "A", `"carried":[{"from":"2024-02","points":"12.01"}]`,
			[]string{"adjustment of 2024-02, counted in this month: +12.01 points", "the total is never below 0 nor above 100"}},
		{"never below 0", []score.Carried{{"li", february, -88_01}}, 0, "E", `"carried":[{"from":"2024-02","points":"-88.01"}]`,
			[]string{"adjustment of 2024-02, counted in this month: -88.01 points", "the total is never below 0 nor above 100"}},
		{"to the edge", []score.Carried{{"li", february, 12_00}}, 100_00, "A", `"carried":[{"from":"2024-02","points":"12.00"}]`,
			[]string{"adjustment of 2024-02, counted in this month: +12.00 points"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in.Carried = c.carried
			card := cards(t, in)["li"]
			if card.Total == nil || *card.Total != c.total || card.Grade != c.grade {
				t.Fatalf("total %v, grade %q, want %s, %q", card.Total, card.Grade, c.total, c.grade)
			}
			src, err := json.Marshal(card)
			if err != nil || !strings.Contains(string(src), c.json) || (c.json == "") != !strings.Contains(string(src), "carried") {
				t.Errorf("%v: %s", err, src)
			}
			var notes []string
			for _, n := range card.Notes {
				if strings.Contains(n.EN, "adjustment of") || strings.Contains(n.EN, "never below") {
					notes = append(notes, n.EN)
				}
			}
			if diff := cmp.Diff(notes, c.notes); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
			if got := strings.Contains(strings.Join(card.Decisions, " "), "late-adjust=next-month"); got != (c.json != "") {
				t.Errorf("decisions: %v", card.Decisions)
			}
		})
	}
}

// A month that waits for something has no total, whatever is carried into it.
func TestCarriedIntoWhatIsMissing(t *testing.T) {
	in := eightyEight(t)
	in.Scores, in.Carried = nil, []score.Carried{{"li", february, 100_00}}
	if c := cards(t, in)["li"]; c.Total != nil || len(c.Carried) != 1 || len(c.Missing) != 2 {
		t.Errorf("total %v, carried %v, missing %d", c.Total, c.Carried, len(c.Missing))
	}
}
