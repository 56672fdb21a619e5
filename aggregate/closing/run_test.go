package closing_test

import (
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// march returns what a simulated March is calculated from.
func march(t *testing.T) closing.Input {
	t.Helper()
	log, _ := simulated(t)
	p := rules(t, "express-cs")
	return closing.Input{Month: monthID(p, month(time.March)), Policy: p, Calendar: officeHours(t), Source: closing.Memory(log)}
}

func measured(t *testing.T, in closing.Input) *closing.Measured {
	t.Helper()
	m, err := closing.Measure(in)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// settled returns the month with everything given that it waits for: points, else a waiver.
func settled(t *testing.T, m *closing.Measured, in closing.Input) closing.Input {
	t.Helper()
	for _, miss := range scored(t, m).summary.Missing {
		if i := slices.Index([]string{"execution", "enthusiasm"}, miss.Rule); i >= 0 {
			in.Scores = append(in.Scores, score.Score{Agent: miss.Agent, Rule: miss.Rule, Manual: rule.Manual{Points: amount.Points(400), By: "boss"}})
			continue
		}
		in.Waivers = append(in.Waivers, score.Waiver{Agent: miss.Agent, Rule: miss.Rule, Waiver: rule.Waiver{By: "boss", Reason: "away"}})
	}
	return in
}

// TestSummarize: what is kept of a run says the same as the run, and names what people have to do.
func TestSummarize(t *testing.T) {
	in := march(t)
	m := measured(t, in)
	for name, m := range map[string]*closing.Measured{"calculated": m, "scored": m.With(settled(t, m, in))} {
		done := scored(t, m)
		var stored []score.Card
		for _, text := range cardsOf(t, m) {
			var c score.Card
			if err := json.Unmarshal([]byte(text), &c); err != nil {
				t.Fatal(err)
			}
			stored = append(stored, c)
		}
		summary, result, err := closing.Summarize(in.Policy, each(stored, nil))
		if err != nil || result != done.run.Result {
			t.Errorf("%s: result %s, want %s: %v", name, result, done.run.Result, err)
		}
		if diff := cmp.Diff(summary, done.summary); diff != "" {
			t.Errorf("%s (-stored, +run):\n%s", name, diff)
		}
		complete := name == "scored"
		if (done.run.Missing == 0) != complete || (len(summary.Interviews) > 0) != complete || len(summary.Agents()) != done.run.Agents {
			t.Errorf("%s: %d missing, %d interviews, agents %v", name, done.run.Missing, len(summary.Interviews), summary.Agents())
		}
		waiting := 0
		for _, r := range summary.Results {
			waiting += r.Missing
			if (r.Missing > 0) != (r.Total == nil) || len(r.Card) != 64 {
				t.Errorf("%s: result %+v", name, r)
			}
		}
		for _, miss := range summary.Missing {
			if miss.Agent == "" || miss.Item == "" || miss.Rule == "" || miss.Text.EN == "" {
				t.Errorf("%s: nobody knows what is missing: %+v", name, miss)
			}
		}
		if waiting != done.run.Missing || waiting != len(summary.Missing) {
			t.Errorf("%s: the cards wait for %d, the run for %d, listed are %d", name, waiting, done.run.Missing, len(summary.Missing))
		}
		for _, i := range summary.Interviews {
			if i.Grade != "D" && i.Grade != "E" {
				t.Errorf("interview with %+v", i)
			}
		}
		if !slices.IsSorted(summary.Agents()) || len(summary.Proposals) == 0 {
			t.Errorf("%s: agents %v, %d proposals", name, summary.Agents(), len(summary.Proposals))
		}
	}
}

func each(cards []score.Card, err error) iter.Seq2[score.Card, error] {
	return func(yield func(score.Card, error) bool) {
		for _, c := range cards {
			if !yield(c, nil) {
				return
			}
		}
		if err != nil {
			yield(score.Card{}, err)
		}
	}
}

func TestSummarizeFails(t *testing.T) {
	p := rules(t, "desk")
	lost := errors.New("connection lost")
	if _, _, err := closing.Summarize(p, each(nil, lost)); !errors.Is(err, lost) {
		t.Errorf("got %v", err)
	}
}

// TestRunIDs: the same input is the same run, and whatever enters makes another.
func TestRunIDs(t *testing.T) {
	in := march(t)
	m := measured(t, in)
	base := scored(t, m).run
	if again := scored(t, measured(t, in)).run; again.ID != base.ID || len(base.ID) != 32 {
		t.Errorf("run %s, and again %s", base.ID, again.ID)
	}
	feb := month(time.February)
	seen := map[string]string{base.ID: "as it is"}
	for name, change := range map[string]func(*closing.Input){
		"an adjustment":   func(in *closing.Input) { in.Adjustment = true },
		"another company": func(in *closing.Input) { in.Month.Company = "other" },
		"a score":         func(in *closing.Input) { in.Scores = []score.Score{{Agent: "agent-01", Rule: "execution"}} },
		"a waiver":        func(in *closing.Input) { in.Waivers = []score.Waiver{{Agent: "agent-01", Rule: "sampling"}} },
		"history":         func(in *closing.Input) { in.History = []score.Past{{Agent: "agent-01", Month: feb, Grade: "E"}} },
		"an average": func(in *closing.Input) {
			in.Averages = []rule.Average{{Rule: "tier", Team: "express", Value: amount.Ratio{Num: 1, Den: 2}}}
		},
		"carried points": func(in *closing.Input) { in.Carried = []score.Carried{{Agent: "agent-01", From: feb, Points: 1}} },
		"a decision":     func(in *closing.Input) { in.Policy = rules(t, "express-cs", "grade-90", "above-90") },
		"an event": func(in *closing.Input) {
			in.Decided = []event.Event{at(4, 1, "agent-01", event.AgentChanged{Effective: "2024-03-01", Team: "express"})}
		},
	} {
		changed := in
		change(&changed)
		run := scored(t, measured(t, changed)).run
		if before, ok := seen[run.ID]; ok {
			t.Errorf("%s: the same run as %s", name, before)
		}
		seen[run.ID] = name
		if name == "a decision" && !slices.Equal(run.Decide, []string{"grade-90=above-90"}) {
			t.Errorf("readings %v", run.Decide)
		}
	}
	in.Scores, in.Waivers, in.History, in.Averages, in.Carried = []score.Score{}, []score.Waiver{}, []score.Past{}, []rule.Average{}, []score.Carried{}
	if run := scored(t, m.With(in)).run; run.ID != base.ID {
		t.Errorf("nothing given, as empty lists: run %s, want %s", run.ID, base.ID)
	}
}

// TestBrief: a month that keeps all evidence has the same cards.
func TestBrief(t *testing.T) {
	in := march(t)
	m := measured(t, in)
	in = settled(t, m, in)
	facts := read(t, in.Source, metric.Scope{Month: in.Month.Month, Calendar: in.Calendar, Queries: in.Policy.Queries(), ExplainAll: true})
	var full []string
	for card, err := range score.All(score.Input{Policy: in.Policy, Period: facts.Period, Scores: in.Scores, Waivers: in.Waivers}) {
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(card)
		if err != nil {
			t.Fatal(err)
		}
		full = append(full, string(text))
	}
	if diff := cmp.Diff(cardsOf(t, m.With(in)), full); diff != "" {
		t.Errorf("(-brief, +full):\n%s", diff)
	}
}

// TestMeasured: what was read can be looked at, accounts included.
func TestMeasured(t *testing.T) {
	p := rules(t, "desk")
	log := []event.Event{at(1, 1, "li", event.AgentLinked{System: "pbx", Account: "204"}), at(4, 2, "x", answered("li"))}
	m := measured(t, closing.Input{Month: monthID(p, month(time.March)), Policy: p, Calendar: officeHours(t), Source: closing.Memory(log)})
	if diff := cmp.Diff(m.Accounts(), map[string][]string{"li": {"204"}}); diff != "" {
		t.Errorf("accounts (-got, +want):\n%s", diff)
	}
	if f := m.Facts(); f.Events != 2 || f.Period.Month() != month(time.March) || len(f.SHA256) != 64 {
		t.Errorf("facts %+v", f)
	}
}

// TestFailures: what cannot be scored is an error, not a month without it.
func TestFailures(t *testing.T) {
	p := rules(t, "desk")
	in := closing.Input{Month: monthID(p, month(time.March)), Policy: p, Calendar: officeHours(t)}
	badRuling := []event.Event{at(4, 1, "case", event.IncidentReported{Agent: "li", Subjects: []string{"inquiry"}, Occurred: "yesterday"}), at(5, 2, "case", ruling)}
	badRuling[0].Content = []byte("as it was read")
	in.Source = closing.Memory(badRuling)
	if _, _, err := measured(t, in).Run(); err == nil {
		t.Error("an incident of no date: no error")
	}
	in.Source = closing.Memory(nil)
	if _, _, err := measured(t, in).With(closing.Input{History: []score.Past{{Agent: "li", Month: calendar.Month{}}}}).Run(); err == nil {
		t.Error("history of no month: no error")
	}
	stop := errors.New("enough")
	if err := closing.Reopen([]closing.Locked{{Input: in}}, func(closing.Reopened) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	for name, log := range map[string][]event.Event{"measured": {at(4, 1, "x", event.CallEnded{Direction: "sideways"})}, "scored": badRuling} {
		in.Source = closing.Memory(log)
		if err := closing.Reopen([]closing.Locked{{Input: in}}, func(closing.Reopened) error { return nil }); err == nil {
			t.Errorf("a month that cannot be %s: no error", name)
		}
	}
}
