package score_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// month measures what a desk did in March under a policy.
func month(t testing.TB, d *desk, p *policy.Policy) *metric.Period {
	t.Helper()
	office, err := calendar.Load("cn-office", nil)
	if err != nil {
		t.Fatal(err)
	}
	bySubject := map[string][]event.Event{}
	for _, e := range d.events {
		bySubject[e.Subject] = append(bySubject[e.Subject], e)
	}
	scope := metric.Scope{Month: march, Roster: roster.New(), Calendar: office, Queries: p.Queries(), ExplainAll: true}
	var all []turn.Facts
	for _, events := range bySubject {
		f, _ := turn.Fold(events)
		if err := scope.Roster.Add(f); err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	period, err := metric.NewPeriod(scope)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if err := period.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return period
}

func cards(t testing.TB, in score.Input) map[string]score.Card {
	t.Helper()
	all, err := score.Cards(in)
	if err != nil {
		t.Fatal(err)
	}
	byAgent := map[string]score.Card{}
	for _, c := range all {
		byAgent[c.Agent] = c
	}
	return byAgent
}

func (d *desk) incident(id, agent, ruled string, verdict event.Verdict, subjects ...string) {
	d.add(id, "2024-01-05T01:00:00Z", event.IncidentReported{Agent: agent, Subjects: subjects, Complainant: event.FromCustomer})
	if ruled != "" {
		d.add(id, ruled, event.IncidentRuled{Verdict: verdict, By: "head"})
	}
}

func TestWhoHasACard(t *testing.T) {
	d := &desk{}
	d.agent("li", "express", "2023-01-01")
	d.agent("zhao", "freight", "2023-01-01")
	for _, gone := range []string{"gone", "gone-charged", "gone-called", "gone-acquitted", "gone-pending"} {
		d.agent(gone, "express", "2023-01-01")
		d.add(gone, "2024-01-31T00:00:00Z", event.AgentChanged{Effective: "2024-02-01", Team: "express", Status: event.Left})
	}
	d.incident("old", "gone", "2024-02-05T01:00:00Z", event.Upheld, "inquiry")
	d.incident("new", "gone-charged", "2024-03-05T01:00:00Z", event.Upheld, "inquiry")
	d.incident("not", "gone-acquitted", "2024-03-05T01:00:00Z", event.VerdictRejected, "inquiry")
	d.incident("yet", "gone-pending", "", "", "inquiry")
	d.call("gone-called", "express", 4)
	d.call("temp", "freight", 4)
	p := expressCS(t)
	period := month(t, d, p)
	for team, want := range map[string][]string{
		"":        {"gone-called", "gone-charged", "li", "temp", "zhao"},
		"express": {"gone-called", "li"},
		"freight": {"temp", "zhao"},
		"none":    nil,
	} {
		all, err := score.Cards(score.Input{Policy: p, Period: period, Team: team})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range all {
			got = append(got, c.Agent)
			notes := len(c.Notes) > 0 && c.Notes[0].EN == "not on the roster"
			if listed := c.Agent == "li" || c.Agent == "zhao"; notes == listed {
				t.Errorf("%s: notes %v", c.Agent, c.Notes)
			}
		}
		if !cmp.Equal(got, want) {
			t.Errorf("team %q: got %v, want %v", team, got, want)
		}
	}
}

// A count that a source sends is never so large that a deduction becomes a gift.
func TestCountsDoNotOverflow(t *testing.T) {
	d := &desk{}
	d.agent("li", "express", "2023-01-01")
	d.add("li", "2024-03-20T01:00:00Z", event.ReviewScored{Period: "2024-03", Template: "call-wording", Reviewer: "qa",
		Findings: []event.ReviewFinding{{Finding: "contempt", Count: 1<<63 - 1}}})
	p := expressCS(t)
	c := cards(t, score.Input{Policy: p, Period: month(t, d, p)})["li"]
	if c.Sections[0].Points == nil || *c.Sections[0].Points != 0 {
		t.Errorf("call quality: %v", c.Sections[0])
	}
	if l := c.Lines[0]; l.Rule != "contempt" || l.Taken != -20_00 || l.Points >= 0 {
		t.Errorf("%+v", l)
	}
}

// A waiver without a reason is none, and neither is one of one's own card.
func TestWaivers(t *testing.T) {
	d := &desk{}
	d.agent("li", "express", "2023-01-01")
	p := expressCS(t)
	period := month(t, d, p)
	for name, c := range map[string]struct {
		waiver rule.Waiver
		want   score.Status
	}{
		"with a reason":    {rule.Waiver{By: "head", Reason: "new"}, score.StatusWaived},
		"without a reason": {rule.Waiver{By: "head"}, score.StatusMissing},
		"by oneself":       {rule.Waiver{By: "li", Reason: "new"}, score.StatusMissing},
	} {
		card := cards(t, score.Input{Policy: p, Period: period, Waivers: []score.Waiver{{Agent: "li", Rule: "sampling", Waiver: c.waiver}}})["li"]
		for _, l := range card.Lines {
			if l.Rule == "sampling" && l.Status != c.want {
				t.Errorf("%s: %s, want %s", name, l.Status, c.want)
			}
		}
	}
}

// Of several manual scores the last stands, whoever gave it.
func TestLastScoreStands(t *testing.T) {
	d := &desk{}
	d.agent("li", "express", "2023-01-01")
	p := expressCS(t)
	in := score.Input{Policy: p, Period: month(t, d, p)}
	for _, points := range []amount.Points{2_00, 8_00, 3_50} {
		in.Scores = append(in.Scores, score.Score{Agent: "li", Rule: "execution", Manual: rule.Manual{Points: points, By: "head"}})
	}
	for _, l := range cards(t, in)["li"].Lines {
		if l.Rule == "execution" && l.Points != 3_50 {
			t.Errorf("%+v", l)
		}
	}
}

// A line names the decisions that it depends on: those of its rule, of incidents, and, where there was less to take than it
// wants, those about what there is to take.
func TestDecisionsOfALine(t *testing.T) {
	d := &desk{}
	d.agent("li", "express", "2023-01-01")
	for _, id := range []string{"a", "b", "c"} {
		d.incident(id, "li", "2024-03-05T01:00:00Z", event.Upheld, "inquiry", "work-error")
	}
	d.mail("late", "li", 5, 4*time.Hour)
	p := expressCS(t)
	c := cards(t, score.Input{Policy: p, Period: month(t, d, p)})["li"]
	names := func(rule string) string {
		for _, l := range c.Lines {
			if l.Rule == rule {
				return " " + strings.Join(l.Decisions, " ") + " "
			}
		}
		t.Fatalf("no line of %s", rule)
		return ""
	}
	for rule, want := range map[string]struct{ has, hasNot []string }{
		"inquiry-complaints":   {[]string{"at-least-n=", "complaint-scope=", "one-incident=heaviest", "complaint-upheld=", "incident-month="}, []string{"pool-order=", "leave-unit="}},
		"work-error-complaint": {[]string{"one-incident=heaviest"}, []string{"at-least-n=", "clocks=", "pool-order="}},
		"mail-rate":            {[]string{"clocks=", "no-mail=", "rate-population=", "efficiency-split=", "pool-order="}, []string{"one-incident="}},
	} {
		for _, d := range want.has {
			if !strings.Contains(names(rule), " "+d) {
				t.Errorf("%s does not name %s:%s", rule, d, names(rule))
			}
		}
		for _, d := range want.hasNot {
			if strings.Contains(names(rule), " "+d) {
				t.Errorf("%s names %s:%s", rule, d, names(rule))
			}
		}
	}
}

// The JSON of a complete card and of one that waits.
func TestCardJSON(t *testing.T) {
	d := &desk{}
	d.agent("li", "express", "2023-01-01")
	d.worked("li", 1, 4, 25)
	d.incident("x", "li", "2024-03-05T01:00:00Z", event.Upheld, "call-attitude", "inquiry")
	d.incident("y", "li", "2024-03-05T01:00:00Z", event.VerdictRejected, "inquiry")
	d.incident("z", "li", "2024-03-06T01:00:00Z", event.Upheld, "refusal")
	p := expressCS(t)
	in := score.Input{Policy: p, Period: month(t, d, p), Waivers: []score.Waiver{{Agent: "li", Rule: "sampling", Waiver: rule.Waiver{By: "head", Reason: "new"}}}}
	waiting := cards(t, in)["li"]
	in.Scores = []score.Score{
		{Agent: "li", Rule: "execution", Manual: rule.Manual{Points: 7_50, By: "head"}},
		{Agent: "li", Rule: "enthusiasm", Manual: rule.Manual{Points: 0, By: "head"}},
	}
	var got bytes.Buffer
	for _, c := range []score.Card{cards(t, in)["li"], waiting} {
		content, err := json.MarshalIndent(c, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got.Write(append(content, '\n'))
	}
	golden := filepath.Join("testdata", "card.json")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got.String(), string(want)); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// What is wrong with what a month is scored from is told with the agent and the incident.
func TestCardsErrors(t *testing.T) {
	report := func(change func(*event.IncidentReported)) func(*desk) {
		return func(d *desk) {
			r := event.IncidentReported{Agent: "li", Subjects: []string{"something else"}}
			change(&r)
			d.add("x", "2024-03-05T01:00:00Z", r)
		}
	}
	for name, c := range map[string]struct {
		desk func(*desk)
		bare bool // measured for another policy
		want string
	}{
		"nothing wrong":     {desk: report(func(*event.IncidentReported) {})},
		"day of no month":   {desk: report(func(r *event.IncidentReported) { r.Occurred = "2024-02-30" }), want: `score agent "li": incident "x": `},
		"no date":           {desk: report(func(r *event.IncidentReported) { r.CriticizedOn = "yesterday" }), want: `score agent "li": incident "x": `},
		"not measured":      {desk: func(*desk) {}, bare: true, want: `score agent "li": `},
		"not on the roster": {desk: report(func(r *event.IncidentReported) { r.Agent, r.Occurred = "temp", "2024-02-30" }), want: `score agent "temp": incident "x": `},
	} {
		d := &desk{}
		d.agent("li", "express", "2023-01-01")
		c.desk(d)
		p := expressCS(t)
		measured := p
		if c.bare {
			measured = &policy.Policy{}
		}
		_, err := score.Cards(score.Input{Policy: p, Period: month(t, d, measured)})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	empty := month(t, &desk{}, &policy.Policy{})
	if _, err := score.Tiers(expressCS(t), empty, ""); err == nil {
		t.Error("tiers of what is not measured: no error")
	}
	if _, err := score.Tiers(&policy.Policy{}, empty, ""); err == nil {
		t.Error("tiers of a policy without any: no error")
	}
}

// Without a calendar nobody knows which days a leave takes: that is an error, not a card.
func TestCardsNeedACalendar(t *testing.T) {
	period, err := metric.NewPeriod(metric.Scope{Month: march, Roster: roster.New(), Queries: tierQueries})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := score.Cards(score.Input{Policy: expressCS(t), Period: period}); err == nil {
		t.Error("cards without a calendar")
	}
}
