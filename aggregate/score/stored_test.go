package score_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/scenario"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"pgregory.net/rapid"
)

// hand is a month that people worked out by hand, with the policy that scores it.
type hand struct {
	file     string
	scenario *scenario.Scenario
	policy   *policy.Policy
	calendar *calendar.Calendar
}

// byHand reads every scenario of the test data under its own readings.
func byHand(t *testing.T) []hand {
	t.Helper()
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	policies, all := map[string]*policy.Policy{}, []hand{}
	for _, file := range files {
		h := hand{file: file, policy: policies[policyOf(file)]}
		if h.policy == nil {
			h.policy, err = policy.Load(policyOf(file), os.ReadFile)
			fatal(t, err)
			policies[policyOf(file)] = h.policy
		}
		src, err := os.ReadFile(file)
		fatal(t, err)
		h.scenario, err = scenario.Parse(file, src)
		fatal(t, err)
		for _, r := range h.scenario.Readings {
			h.policy, err = h.policy.Decide(r.Decision, r.Reading)
			fatal(t, err)
		}
		name := h.policy.Calendar
		if h.scenario.Calendar != "" {
			name = h.scenario.Calendar
		}
		h.calendar, err = calendar.Load(name, os.ReadFile)
		fatal(t, err)
		all = append(all, h)
	}
	return all
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// cards scores the month, in brief or not.
func (h *hand) cards(t *testing.T, brief bool) []score.Card {
	t.Helper()
	events, err := h.scenario.Events(h.policy, h.calendar)
	fatal(t, err)
	facts, _ := turn.Fold(events)
	scope := metric.Scope{Month: h.scenario.Month, Roster: roster.New(), Calendar: h.calendar, Queries: h.policy.Queries(), ExplainAll: true, Brief: brief}
	fatal(t, scope.Roster.Add(turn.Facts{Links: facts.Links}))
	facts, _ = turn.FoldWith(events, scope.Roster.Accounts())
	fatal(t, scope.Roster.Add(facts))
	period, err := metric.NewPeriod(scope)
	fatal(t, err)
	fatal(t, period.Add(facts))
	all, err := score.Cards(h.scenario.Input(h.policy, period))
	fatal(t, err)
	return all
}

func marshalCard(t testing.TB, c score.Card) []byte {
	t.Helper()
	src, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// A card is the same whether the month was measured in brief or not, to the last byte; and what is stored of it is read and
// written as it was.
func TestCardsInBriefAndStored(t *testing.T) {
	listed, more := 0, 0
	for _, h := range byHand(t) {
		whole, brief := h.cards(t, false), h.cards(t, true)
		if len(brief) != len(whole) {
			t.Fatalf("%s: %d cards in brief, %d else", h.file, len(brief), len(whole))
		}
		for i := range whole {
			src := marshalCard(t, whole[i])
			var again score.Card
			fatal(t, json.Unmarshal(src, &again))
			if got := marshalCard(t, again); !bytes.Equal(got, src) {
				t.Errorf("%s: written again:\n%s\nwas\n%s", h.file, got, src)
			}
			if got := marshalCard(t, brief[i]); !bytes.Equal(got, src) {
				t.Errorf("%s: in brief:\n%s\nwant\n%s", h.file, got, src)
			}
			for _, l := range whole[i].Lines {
				if listed++; l.EvidenceTotal > len(l.Evidence) {
					more++
				}
			}
		}
	}
	if listed < 1000 || more < 100 {
		t.Errorf("%d lines, %d with more evidence than they list: that proves little", listed, more)
	}
}

// storedCard is the first of the golden cards.
func storedCard(t testing.TB) []byte {
	t.Helper()
	src, err := os.ReadFile("testdata/card.json")
	if err != nil {
		t.Fatal(err)
	}
	var first json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(src)).Decode(&first); err != nil {
		t.Fatal(err)
	}
	return first
}

// A card that this version would not write is refused whole: one with something unknown, without something known, with
// something in another form.
func TestCardRefused(t *testing.T) {
	src := string(storedCard(t))
	var c score.Card
	if err := json.Unmarshal([]byte(src), &c); err != nil {
		t.Fatal(err)
	}
	before := marshalCard(t, c)
	for _, x := range []struct{ name, old, new, want string }{
		{"something unknown", `"agent":`, `"colour": "red", "agent":`, `unknown field "colour"`},
		{"something unknown in a line", `"taken":`, `"colour": "red", "taken":`, `unknown field "colour"`},
		{"something missing", `"decisions": [],`, ``, "not as this version writes cards"},
		{"a status of another version", `"status": "gives"`, `"status": "lends"`, `unknown status "lends"`},
		{"points as a number", `"total": "`, `"total": 1, "x": "`, "read card"},
		{"points in another form", `"points": "20.00"`, `"points": "20.0"`, "not as this version writes cards"},
		{"points that are none", `"points": "20.00"`, `"points": "twenty"`, `"twenty" is not`},
		{"a month in another form", `"month": "2024-03"`, `"month": "March"`, `want a month`},
		{"a date in another form", `"date": "2024-03-`, `"date": "March-`, `want a day`},
		{"a total without a grade", `"grade": "`, `"grade": null, "team": "`, "some are there and some are not"},
		{"nobody's", `"agent": "li",`, ``, "not as this version writes cards"},
		{"half a card", `}`, ``, "read card"},
	} {
		if !strings.Contains(src, x.old) {
			t.Errorf("%s: %q is not in the card", x.name, x.old)
		}
		changed := strings.Replace(src, x.old, x.new, 1)
		err := c.UnmarshalJSON([]byte(changed))
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: got %v, want %q", x.name, err, x.want)
		}
	}
	if !bytes.Equal(marshalCard(t, c), before) {
		t.Error("a card that was refused changed what it was read into")
	}
}

// A card with any text in it, and anything carried, comes back as it was.
func TestCardOfAnyText(t *testing.T) {
	var base score.Card
	if err := json.Unmarshal(storedCard(t), &base); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := base
		c.Agent, c.Name, c.Team = rapid.String().Draw(rt, "agent"), rapid.String().Draw(rt, "name"), rapid.String().Draw(rt, "team")
		c.Decisions = rapid.SliceOf(rapid.String()).Draw(rt, "decisions")
		c.Lines = rapid.SliceOf(rapid.SampledFrom(base.Lines)).Draw(rt, "lines")
		for i := range c.Lines {
			c.Lines[i].Text.ZH = rapid.String().Draw(rt, "text")
		}
		for range rapid.IntRange(0, 3).Draw(rt, "carried") {
			c.Carried = append(c.Carried, score.Carried{From: february, Points: base.Sections[0].Of - 40_00})
		}
		src := marshalCard(t, c)
		var again score.Card
		if err := json.Unmarshal(src, &again); err != nil {
			rt.Fatal(err)
		}
		if got := marshalCard(t, again); !bytes.Equal(got, src) {
			rt.Fatalf("got  %s\nwant %s", got, src)
		}
	})
}

// No bytes make the reader panic, and what it takes it writes again.
func FuzzCard(f *testing.F) {
	f.Add(storedCard(f))
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"agent":"li","month":"2024-03","total":null}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		var c score.Card
		if json.Unmarshal(src, &c) != nil {
			return
		}
		var plain bytes.Buffer
		fatal(t, json.Compact(&plain, src))
		if got := marshalCard(t, c); !bytes.Equal(got, plain.Bytes()) {
			t.Errorf("got  %s\nwant %s", got, plain.Bytes())
		}
	})
}
