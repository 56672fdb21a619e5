package score_test

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

func tierLine(t testing.TB, c score.Card) score.Line {
	t.Helper()
	i := slices.IndexFunc(c.Lines, func(l score.Line) bool { return l.Rule == "tier" })
	if i < 0 {
		t.Fatalf("%s: no line of the tier", c.Agent)
	}
	return c.Lines[i]
}

// Wang's 880 calls in 20 days are 80.00 % of the published average, 4,235 ÷ 77 = 55. When Zhao's days turn out to have been
// eleven, the department's average rises to 4,235 ÷ 73 = 58.01 and would put Wang, who has nothing to do with it, at 75.84 %.
func TestPublishedAverage(t *testing.T) {
	published := score.Input{Policy: expressCS(t), Period: month(t, reference(), expressCS(t))}
	frozen, err := score.Averages(published)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(frozen, []rule.Average{{Rule: "tier", Team: "express", Value: amount.Ratio{Num: 4235, Den: 77}}}); diff != "" {
		t.Fatalf("(-got, +want):\n%s", diff)
	}
	late := reference()
	for _, day := range []string{"2024-03-12", "2024-03-13", "2024-03-14", "2024-03-15"} {
		late.add("zhao", "2024-04-09T00:00:00Z", event.AttendanceRecorded{Date: event.Date(day), Status: event.Absent})
	}
	for _, c := range []struct {
		name      string
		decide    []string
		averages  []rule.Average
		text      string
		taken     amount.Points
		decisions string
	}{
		{"as first scored", nil, nil, "44.00 a day ÷ average 58.01 = 75.84 % → C", 10_00, ""},
		{"after publication", nil, frozen, "44.00 a day ÷ published average 55.00 = 80.00 % → B", 15_00, "frozen-average=published"},
		{"by what is known then", []string{"frozen-average=recomputed"}, frozen, "44.00 a day ÷ average 58.01 = 75.84 % → C", 10_00, "frozen-average=recomputed"},
		{"published of another team", nil, []rule.Average{{Rule: "tier", Team: "freight", Value: amount.Ratio{Num: 1, Den: 1}}},
			"44.00 a day ÷ average 58.01 = 75.84 % → C", 10_00, ""},
		{"published of another rule", nil, []rule.Average{{Rule: "other", Team: "express", Value: amount.Ratio{Num: 1, Den: 1}}},
			"44.00 a day ÷ average 58.01 = 75.84 % → C", 10_00, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := expressCS(t, c.decide...)
			in := score.Input{Policy: p, Period: month(t, late, p), Averages: c.averages}
			l := tierLine(t, cards(t, in)["wang"])
			if l.Text.EN != c.text || l.Taken != c.taken {
				t.Errorf("got %q, %s", l.Text.EN, l.Taken)
			}
			if strings.Contains(l.Text.EN, "published") != strings.Contains(l.Text.ZH, "已公布") {
				t.Errorf("the languages differ: %+v", l.Text)
			}
			if got := strings.Join(l.Decisions, " "); strings.Contains(got, "frozen-average") != (c.decisions != "") || !strings.HasSuffix(got, c.decisions) {
				t.Errorf("decisions %q, want %q in them", got, c.decisions)
			}
		})
	}
	again, err := score.Averages(score.Input{Policy: expressCS(t), Period: month(t, late, expressCS(t)), Averages: frozen})
	if diff := cmp.Diff(again, frozen); err != nil || diff != "" {
		t.Errorf("what is published stays: %v (-got, +want):\n%s", err, diff)
	}
}

// Of every team that has cards there is one, as its agents are compared; of one that took no call there is none, and who is
// in no team is compared with the whole company.
func TestAverages(t *testing.T) {
	d := &desk{}
	for _, a := range []struct {
		id, team string
		calls    int
	}{{"zhao", "north", 30}, {"li", "express", 20}, {"wang", "express", 30}, {"idle", "quiet", 0}} {
		d.agent(a.id, a.team, "2024-01-01")
		d.worked(a.id, 1, 10, a.calls)
	}
	d.worked("temp", 1, 10, 20)
	p := expressCS(t)
	period := month(t, d, p)
	for team, want := range map[string][]rule.Average{
		"": {
			{Rule: "tier", Team: "", Value: amount.Ratio{Num: 100, Den: 50}}, {Rule: "tier", Team: "express", Value: amount.Ratio{Num: 50, Den: 20}},
			{Rule: "tier", Team: "north", Value: amount.Ratio{Num: 30, Den: 10}},
		},
		"express": {{Rule: "tier", Team: "express", Value: amount.Ratio{Num: 50, Den: 20}}},
		"quiet":   nil,
	} {
		got, err := score.Averages(score.Input{Policy: p, Period: period, Team: team})
		if diff := cmp.Diff(got, want); err != nil || diff != "" {
			t.Errorf("team %q: %v (-got, +want):\n%s", team, err, diff)
		}
	}
}

func TestAveragesOfWhatIsNotMeasured(t *testing.T) {
	if _, err := score.Averages(score.Input{Policy: expressCS(t), Period: unmeasured(t)}); err == nil || !strings.Contains(err.Error(), "does not measure") {
		t.Errorf("got %v", err)
	}
}

// unmeasured is a month of one person that was told to measure nothing.
func unmeasured(t testing.TB) *metric.Period {
	t.Helper()
	d := &desk{}
	d.agent("li", "express", "2024-01-01")
	facts, _ := turn.Fold(d.events)
	scope := metric.Scope{Month: march, Roster: roster.New()}
	var err error
	if scope.Calendar, err = calendar.Load("cn-office", nil); err != nil {
		t.Fatal(err)
	}
	if err := scope.Roster.Add(facts); err != nil {
		t.Fatal(err)
	}
	p, err := metric.NewPeriod(scope)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAverageJSON(t *testing.T) {
	a := rule.Average{Rule: "tier", Team: "快递", Value: amount.Ratio{Num: 4235, Den: 77}}
	src, err := json.Marshal(a)
	if want := `{"rule":"tier","team":"快递","numerator":4235,"denominator":77}`; err != nil || string(src) != want {
		t.Errorf("got %s, %v, want %s", src, err, want)
	}
	var again rule.Average
	if err := json.Unmarshal(src, &again); err != nil || again != a {
		t.Errorf("read %+v, %v", again, err)
	}
	for _, src := range []string{
		`{"rule":"tier","team":"","numerator":1,"denominator":0}`, `{"rule":"tier","team":"","numerator":0,"denominator":1}`,
		`{"rule":"","team":"","numerator":1,"denominator":1}`, `{"rule":"tier","team":"","numerator":1.5,"denominator":1}`,
		`{"rule":"tier","team":"","numerator":1,"denominator":1,"more":1}`, `[]`,
	} {
		if err := json.Unmarshal([]byte(src), &again); err == nil {
			t.Errorf("%s was read as %+v", src, again)
		}
	}
}

// Cards are made one at a time, and nothing after the one at which somebody stopped.
func TestAllStops(t *testing.T) {
	p := expressCS(t)
	next, stop := iter.Pull2(score.All(score.Input{Policy: p, Period: month(t, reference(), p)}))
	var got []string
	for range 2 {
		c, err, _ := next()
		got = append(got, c.Agent)
		if err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if _, _, more := next(); more || !slices.Equal(got, []string{"chen", "li"}) {
		t.Errorf("got %v, more: %v", got, more)
	}
}

// After an error nothing follows.
func TestAllEndsWithAnError(t *testing.T) {
	period, err := metric.NewPeriod(metric.Scope{Month: march, Roster: roster.New()})
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]score.Input{
		"without a calendar":   {Policy: expressCS(t), Period: period},
		"without measurements": {Policy: expressCS(t), Period: unmeasured(t)},
	} {
		var seen []error
		for c, err := range score.All(in) {
			if c.Agent != "" {
				t.Errorf("%s: a card of %q", name, c.Agent)
			}
			seen = append(seen, err)
		}
		if len(seen) != 1 || seen[0] == nil {
			t.Errorf("%s: got %v", name, seen)
		}
		if all, err := score.Cards(in); err == nil || all != nil {
			t.Errorf("%s: %d cards, %v", name, len(all), err)
		}
	}
}
