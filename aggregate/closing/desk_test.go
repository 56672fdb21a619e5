package closing_test

import (
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"pgregory.net/rapid"
)

const company, zone = "acme", "Asia/Shanghai"

// policies are the shipped one and one whose months hang on each other more: see testdata/desk.yaml. Reading them takes
// longer than most tests.
var policies = map[string]func() (*policy.Policy, error){
	"express-cs": sync.OnceValues(func() (*policy.Policy, error) {
		return policy.Load("express-cs", func(string) ([]byte, error) { return nil, fs.ErrNotExist })
	}),
	"desk": sync.OnceValues(func() (*policy.Policy, error) { return policy.Load("testdata/desk.yaml", os.ReadFile) }),
}

// fataler is what a test or a property fails.
type fataler interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

// rules returns a policy under readings of its decisions, given as decision and reading in turn.
func rules(t fataler, name string, decide ...string) *policy.Policy {
	t.Helper()
	p, err := policies[name]()
	for i := 0; err == nil && i < len(decide); i += 2 {
		p, err = p.Decide(decide[i], decide[i+1])
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var office = sync.OnceValues(func() (*calendar.Calendar, error) { return calendar.Load("cn-office", os.ReadFile) })

func officeHours(t fataler) *calendar.Calendar {
	t.Helper()
	c, err := office()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// check checks a property so many times, however often others are.
func check(t *testing.T, times int, property func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	usual := checks.Value.String()
	set := func(to string) {
		if err := checks.Value.Set(to); err != nil {
			t.Fatal(err)
		}
	}
	set(strconv.Itoa(times))
	defer set(usual)
	rapid.Check(t, property)
}

// closed is a month that was calculated.
type closed struct {
	run     closing.Run
	summary closing.Summary
	month   *closing.Measured
}

func closeMonth(t fataler, in closing.Input) closed {
	t.Helper()
	m, err := closing.Measure(in)
	if err != nil {
		t.Fatal(err)
	}
	return scored(t, m)
}

func scored(t fataler, m *closing.Measured) closed {
	t.Helper()
	run, summary, err := m.Run()
	if err != nil {
		t.Fatal(err)
	}
	return closed{run, summary, m}
}

// cardsOf returns a month's cards as JSON. The hash of the run is made of them, so that only a failure needs to look.
func cardsOf(t fataler, m *closing.Measured) []string {
	t.Helper()
	var cards []string
	for card, err := range m.Cards() {
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(card)
		if err != nil {
			t.Fatal(err)
		}
		cards = append(cards, string(text))
	}
	return cards
}

func monthID(p *policy.Policy, m calendar.Month) workflow.MonthID {
	return workflow.MonthID{Company: company, Policy: p.Name, Month: m}
}

func month(n time.Month) calendar.Month { return calendar.Month{Year: 2024, Month: n} }

func cards(t fataler, m *closing.Measured) []score.Card {
	t.Helper()
	var all []score.Card
	for card, err := range m.Cards() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, card)
	}
	return all
}
