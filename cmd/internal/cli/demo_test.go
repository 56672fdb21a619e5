package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

func TestExcerpt(t *testing.T) {
	for _, test := range []struct {
		name, out string
		without   []string
		want      string
	}{
		{"all", "a\n\nb\n", nil, "a\n\nb\n"},
		{"a paragraph less", "a\n\nteam x\n1\n\nb\n", []string{"team "}, "a\n\n…\n\nb\n"},
		{"two in a row less", "a\n\nteam x\n\nteam y\n\nb\n", []string{"team "}, "a\n\n…\n\nb\n"},
		{"points alike", "· Proposal, 1\n  more\n· Proposal, 2\n· Proposal, 3\n  more\n· Proposal, 4\n· To be\nend\n", nil,
			"· Proposal, 1\n  more\n· Proposal, 2\n· … 2 more of these\n· To be\nend\n"},
		{"points alike at the end", "· Proposal, 1\n· Proposal, 2\n· Proposal, 3\n", nil, "· Proposal, 1\n· Proposal, 2\n· … 1 more of these\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(excerpt(test.out, test.without), test.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func TestLasting(t *testing.T) {
	const hash = "01561e0fbe3cee085993d0be116060da8de17ddc6f064d2c2905f2b2cfb4f6fb"
	for _, test := range []struct{ name, out, want string }{
		{"instant", "by wang on 2026-11-15 12:00 UTC, decision 7", "by wang on … UTC, decision 7"},
		{"broken instant", "by wang on 2026-11-15\n12:00 UTC", "by wang on\n… UTC"},
		{"broken and indented", "by wang on 2026-11-15\n  12:00 UTC", "by wang on\n  … UTC"},
		{"date", "scored by 2024-04-15.\n12:00", "scored by 2024-04-15.\n12:00"},
		{"id", "adjustment 5f3c9d2e-8f1b-4c55-9f54-0d3f4a3f4a11: approved", "adjustment …: approved"},
		{"hash of the chain", "chain: " + hash, "chain: …"},
		{"run", "run 22cd53ddf962", "run 22cd53ddf962"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(lasting(test.out), test.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func TestFillSheet(t *testing.T) {
	const sheet = "agent,name,rule,title,wanted,points,reason\n" +
		"li,,execution,Degree of execution,0-8,,\nli,,mood/1,Mood,1-2,,\nli,,sampling,Sampled recordings,waived,,\nli,,talk,Talk,words,,\n"
	const want = "agent,name,rule,title,wanted,points,reason\n" +
		"li,,execution,Degree of execution,0-8,7,as seen in the month\nli,,mood/1,Mood,1-2,1,as seen in the month\n" +
		"li,,sampling,Sampled recordings,waived,waived,nothing to judge in the month\nli,,talk,Talk,words,,talked over with the agent\n"
	got, err := fillSheet(sheet, 1)
	if diff := cmp.Diff(got, want); diff != "" || err != nil {
		t.Errorf("%v (-got, +want):\n%s", err, diff)
	}
	for _, wrong := range []string{"", "agent,rule\nli,execution\n", "a\"\n"} {
		if got, err := fillSheet(wrong, 1); err == nil {
			t.Errorf("sheet %q: got %q, want an error", wrong, got)
		}
	}
}

func TestCompareWithTruth(t *testing.T) {
	truth := simulate.Expected{
		Agents:  []simulate.Agent{{ID: "li", Calls: 40, Days: 20, CallDuty: true}, {ID: "mail", Days: 20}},
		Reasons: map[event.Reason]int{event.InvalidJSON: 2},
	}
	for _, test := range []struct {
		name  string
		found found
		says  string
		err   error
	}{
		{"true", found{map[string]worked{"li": {40, 20}}, map[event.Reason]int64{event.InvalidJSON: 2}}, "2 of 2 agents, 1 of 1 reasons", nil},
		{"a call too few", found{map[string]worked{"li": {39, 20}}, map[event.Reason]int64{event.InvalidJSON: 2}}, "agent li: 39 calls on 20 days, should be 40 on 20\n", errUntrue},
		{"a day too many", found{map[string]worked{"li": {40, 21}}, map[event.Reason]int64{event.InvalidJSON: 2}}, "1 of 2 agents", errUntrue},
		{"nobody", found{nil, map[event.Reason]int64{event.InvalidJSON: 2}}, "agent li: 0 calls", errUntrue},
		{"a rejected record too few", found{map[string]worked{"li": {40, 20}}, map[event.Reason]int64{event.InvalidJSON: 1}}, "0 of 1 reasons", errUntrue},
		{"a reason too many", found{map[string]worked{"li": {40, 20}}, map[event.Reason]int64{event.InvalidJSON: 2, event.TooLarge: 1}}, "1 of 1 reasons", errUntrue},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := compareWithTruth(Env{Out: &out}, truth, test.found)
			if !errors.Is(err, test.err) || !strings.Contains(out.String(), test.says) {
				t.Errorf("got %v, want %v and %q:\n%s", err, test.err, test.says, out.String())
			}
		})
	}
}

func TestShowPayroll(t *testing.T) {
	file := filepath.Join(t.TempDir(), "payroll.csv")
	const text = "\ufeffkind,month,agent,name,team,total,grade,pay,currency,run\nreversal,2024-03,li,,,90.00,A,-500.00,CNY,1\nnew,2024-03,li,,,70.00,E,250.00,CNY,2\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err := showPayroll(&out, file)
	const want = "kind,month,agent,name,team,total,grade,pay\nreversal,2024-03,li,,,90.00,A,-500.00\nnew,2024-03,li,,,70.00,E,250.00\n"
	if diff := cmp.Diff(out.String(), want); diff != "" || err != nil {
		t.Errorf("%v (-got, +want):\n%s", err, diff)
	}
}

func TestDemoBeginsWithAnEmptyFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, said strings.Builder
	env := Env{In: strings.NewReader(""), Out: &out, Err: &said, Getenv: func(string) string { return "" }}
	if code := Run(context.Background(), env, []string{"demo", "--data", dir}); code != ExitUsage || !strings.Contains(said.String(), "empty folder") || out.Len() > 0 {
		t.Errorf("exit code %d, want 2:\n%s%s", code, out.String(), said.String())
	}
}
