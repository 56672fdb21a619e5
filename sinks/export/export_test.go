package export_test

import (
	"bytes"
	"cmp"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/scenario"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/sinks/export"
)

var (
	update = flag.Bool("update", false, "write the golden card")
	keep   = flag.String("keep", "", "folder for the cards and the workbook, to look at and to print")
)

var march = calendar.Month{Year: 2024, Month: time.March}

// zhao returns the cards of a month that people worked out by hand, of which Zhao's has everything on it.
func zhao(t testing.TB) (*policy.Policy, []score.Card) {
	t.Helper()
	file := filepath.FromSlash("../../aggregate/score/testdata/express-cs/zhao.txt")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Parse(file, src)
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load("express-cs", os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(p, func(name string) (*calendar.Calendar, error) { return calendar.Load(name, os.ReadFile) })
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(r.Cards, func(a, b score.Card) int { return cmp.Compare(a.Agent, b.Agent) })
	return r.Policy, r.Cards
}

// month returns what everything that is exported says about March.
func month(p *policy.Policy, agents int) export.Month {
	return export.Month{
		Company: "飞驰快递", Policy: p, Zone: time.FixedZone("CST", 8*60*60), AppealUntil: time.Date(2024, 4, 22, 16, 0, 0, 0, time.UTC),
		Run: closing.Run{
			Run:   workflow.Run{ID: "1f0c2b1e-6a0e-4d0c-9a5e-5e3a0d6d1b11", Input: hash("input"), Result: hash("result"), Agents: agents, Sequence: 41, Head: hash("then")},
			Month: workflow.MonthID{Company: "express", Policy: p.Name, Month: march}, Policy: p.Hash(), Calendar: "cn-office", Events: 8812,
		},
		Head:      workflow.Head{Sequence: 57},
		Approved:  &workflow.Step{By: workflow.Actor{Name: "wu", Role: policy.Leader}, At: time.Date(2024, 4, 12, 1, 30, 11, 0, time.UTC)},
		Published: &workflow.Step{By: workflow.Actor{Name: "wu", Role: policy.Leader}, At: time.Date(2024, 4, 15, 2, 0, 0, 0, time.UTC)},
	}
}

func hash(of string) string { return cardHash([]byte(of)) }

// all yields cards.
func all(cards []score.Card) iter.Seq2[score.Card, error] {
	return func(yield func(score.Card, error) bool) {
		for _, c := range cards {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// page returns a card's HTML.
func page(t testing.TB, c score.Card, m export.Month) string {
	t.Helper()
	var b bytes.Buffer
	if err := export.WriteCard(&b, c, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func find(t testing.TB, cards []score.Card, agent string) score.Card {
	t.Helper()
	for _, c := range cards {
		if c.Agent == agent {
			return c
		}
	}
	t.Fatalf("no card of %q", agent)
	return score.Card{}
}

// show keeps a file where people asked for it.
func show(t testing.TB, name string, content []byte) {
	if *keep == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*keep, name), content, 0o600); err != nil {
		t.Error(err)
	}
}
