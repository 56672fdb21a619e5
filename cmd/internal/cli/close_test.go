package cli_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/schemas/policies"
)

// wider reports whether a line has more columns than a terminal of the house.
func wider(line string) bool { return text.StringWidth(strings.TrimRight(line, "\n")) > 100 }

// The shapes that programs read.
type (
	stepShape   struct{ By, Role, At string }
	titleShape  struct{ ZH, EN string }
	resultShape struct {
		Agent, Name, Team, Grade string
		Total, Pay               *string
	}
	closedShape struct {
		Company, Policy, Month, State string
		New                           bool
		Run                           struct {
			ID                  string
			InputHash           string `json:"input_hash"`
			ResultHash          string `json:"result_hash"`
			Head                string
			Agents, Missing     int
			Events, Duplicates  int64
			Conflicts, Sequence int64
		}
		Missing []struct {
			Agent, Name, Item, Rule string
			Title, Text             titleShape
		}
		Results    []resultShape
		Proposals  []struct{ Agent, Rule string }
		Interviews []struct{ Agent, Grade string }
		Due        struct{ Scored, Paid string }
		Notes      []string
	}
	changeShape struct {
		Agent         string
		Before, After *resultShape
		Why           []titleShape
	}
	adjustedShape struct {
		Adjustment string
		New        bool
		Checked    int
		Months     []struct {
			Month, From, Run string
			Changes          []changeShape
		}
	}
	exportShape struct {
		Draft               bool
		Folder              string
		Cards, Corrected    int
		Files               []struct{ Name, SHA256 string }
		Adjustments         []string
		Pay, Reversals, New string
		MonthPay            string `json:"month_pay"`
		Decided             *stepShape
	}
)

// TestMonthEnd is the story of a month, told by the verbs that people use, and what each of them refuses.
func TestMonthEnd(t *testing.T) {
	s := startStack(t)
	month := []string{"--month", s.month}
	at := func(args ...string) []string { return append(args, month...) }

	s.want(t, 0, "No month was closed yet", "close", "status")
	s.want(t, 2, `unknown policy of company default "express-cs"`, "adjust", "--policy", "express-cs")
	s.want(t, 0, "records produced", at("simulate", "--agents", "8", "--calls-per-day", "10")...)
	s.want(t, 2, "name one with --policy", at("close")...)
	s.want(t, 2, `did you mean "express-cs"?`, at("close", "--policy", "expres-cs")...)
	s.want(t, 2, "there are: company-days", at("close", "--policy", "express-cs", "--decide", "workdays=x")...)
	s.want(t, 2, "want decision=reading", at("close", "--policy", "express-cs", "--decide", "workdays")...)
	s.want(t, 2, "can be closed from", "close", "--policy", "express-cs", "--month", s.now.Format("2006-01"))

	first := read[closedShape](t, s, 3, at("close", "--policy", "express-cs")...)
	if first.State != "calculated" || !first.New || first.Run.Missing == 0 || len(first.Missing) != first.Run.Missing || len(first.Results) != first.Run.Agents ||
		len(first.Run.InputHash) != 64 || first.Run.Events == 0 || first.Run.Duplicates == 0 || first.Due.Scored == "" {
		t.Fatalf("closed: %+v", first)
	}
	s.want(t, 3, "deskpulse score missing", at("close")...)
	again := read[closedShape](t, s, 3, at("close")...)
	if again.New || again.Run.ID != first.Run.ID || again.Run.ResultHash != first.Run.ResultHash {
		t.Errorf("a second close is another one: %+v, want the run %s", again.Run, first.Run.ID)
	}
	agent := first.Missing[0].Agent

	t.Run("doctor", func(t *testing.T) { wellStack(t, s) })
	t.Run("refused words", func(t *testing.T) { refusedWords(t, s, agent) })
	s.want(t, 1, "missing", at("approve", "--by", "wang:leader")...)
	sheet := filledIn(t, s, "")
	write(t, filepath.Join(s.dir, "in.csv"), sheet)
	s.want(t, 0, "waivers by chen (supervisor)", at("score", "import", filepath.Join(s.dir, "in.csv"))...)
	s.want(t, 0, "Nothing is missing", at("score", "missing")...)
	s.want(t, 0, "approves by", at("close")...)
	scored := read[closedShape](t, s, 0, at("close")...)
	if scored.State != "scored" || scored.New || scored.Run.ID == first.Run.ID || scored.Results[0].Total == nil {
		t.Fatalf("scored: %+v", scored)
	}

	t.Run("who may approve", func(t *testing.T) {
		s.want(t, 1, "somebody else approves", at("approve", "--by", "chen", "--role", "leader")...)
		s.want(t, 1, agent, at("approve", "--by", agent, "--role", "leader")...)
		s.want(t, 1, "may not do this", at("approve", "--by", "wang:hr")...)
	})
	s.want(t, 0, "approved by wang (leader)", at("approve", "--by", "wang:leader")...)
	s.want(t, 1, "already approved by wang (leader) at ", at("approve", "--by", "zhao:leader")...)
	s.want(t, 1, "only an upheld appeal", at("score", "set", "--agent", agent, "--rule", "execution", "--points", "1")...)
	s.want(t, 1, "it is locked, and stays what it is", at("close", "--decide", "workdays=company-days")...)
	s.want(t, 1, "only a published month is exported", at("export", "--out", filepath.Join(s.dir, "early"), "--by", "zhou:finance")...)
	s.want(t, 0, "Appeals until", at("publish")...)
	s.want(t, 2, "was not exported", at("verify", "export", s.dir)...)
	s.want(t, 0, "to be paid", at("export", "--out", filepath.Join(s.dir, "pay"), "--by", "zhou:finance", "--lang", "en")...)
	s.want(t, 0, "equal: every line", at("verify", "close")...)
	s.want(t, 0, "as exported, and nothing else", at("verify", "export", filepath.Join(s.dir, "pay"))...)
	s.want(t, 2, "no such file", at("verify", "export", filepath.Join(s.dir, "none"))...)
	t.Run("card", func(t *testing.T) { cards(t, s, agent) })
	t.Run("late", func(t *testing.T) { late(t, s, scored) })
	t.Run("appeal", func(t *testing.T) { appeals(t, s, scored) })
	t.Run("activate", func(t *testing.T) { activations(t, s) })
	s.want(t, 0, "exported", at("close", "status")...)
	s.want(t, 0, s.month, "close", "status")
	s.want(t, 0, "clean: nothing was changed, removed or added", "verify", "log")
	log := read[struct {
		OK   bool
		Runs int
	}](t, s, 0, "verify", "log")
	if !log.OK || log.Runs < 3 { // missing, scored, adjusted
		t.Errorf("log: %+v", log)
	}
	t.Run("a policy of our own", func(t *testing.T) { ownPolicy(t, s) })
}

// ownPolicy closes under a name that only the company's log knows. It is the last: the company has two policies then.
func ownPolicy(t *testing.T, s *stack) {
	text, err := policies.Files.ReadFile("express-cs.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.dir, "ours.yaml")
	write(t, file, strings.Replace(string(text), "\nname: express-cs\n", "\nname: our-cs\n", 1))
	s.want(t, 2, `unknown policy "our-cs"`, "close", "--month", s.month, "--policy", "our-cs")
	s.want(t, 0, "our-cs", "activate", "policy", file, "--effective", s.month+"-01", "--by", "zhang:hr")
	closed := read[closedShape](t, s, 3, "close", "--month", s.month, "--policy", "our-cs")
	if !closed.New || closed.State != "calculated" {
		t.Errorf("closed: %+v", closed)
	}
}

// refusedWords wants everything that a policy does not allow to be named, and nothing of it to count.
func refusedWords(t *testing.T, s *stack, agent string) {
	set := func(rule string, more ...string) []string {
		return append([]string{"score", "set", "--month", s.month, "--agent", agent, "--rule", rule}, more...)
	}
	s.want(t, 2, "unknown agent", "score", "set", "--month", s.month, "--agent", "nobody", "--rule", "execution", "--points", "1")
	s.want(t, 2, `did you mean "execution"?`, set("exekution", "--points", "1")...)
	s.want(t, 2, "not in its range", set("execution", "--points", "8.01")...)
	s.want(t, 2, "the points are missing, and that is not 0", set("execution")...)
	s.want(t, 2, "--points", set("execution", "--points", "1.001")...)
	s.want(t, 2, "a waiver needs a reason", set("sampling", "--waive")...)
	s.want(t, 2, "exclude each other", set("sampling", "--waive", "--points", "1")...)
	s.want(t, 2, "in which role", set("execution", "--points", "1", "--by", "chen2")...)
	s.want(t, 2, `unknown role "boss"`, set("execution", "--points", "1", "--by", "chen", "--role", "boss")...)
	s.want(t, 1, "may not do this", set("execution", "--points", "1", "--by", "zhou:finance")...)
	s.want(t, 2, `unknown policy`, "score", "missing", "--month", s.month, "--policy", "express")
	s.want(t, 2, "is open: close it first", "score", "missing", "--month", "1999-02", "--policy", "express-cs")
	for name, sheet := range map[string]struct {
		text string
		want []string
	}{
		"empty":     {"", []string{"the score sheet is empty"}},
		"no lines":  {"agent,rule,points\n", []string{"nobody is scored"}},
		"columns":   {"agent,rule,marks\n", []string{`line 1: unknown column "marks"`}},
		"two lines": {filledIn(t, s, "spoil"), []string{"line 2: ", "line 4: "}},
		"both":      {"agent;rule;points\r\n" + agent + ";execution;many\r\nnobody;execution;1\r\n" + agent + ";;\r\n", []string{"line 2: ", "line 3: unknown agent"}},
		"GBK":       {"agent,rule,points\n\xc0\xee,execution,1\n", []string{"save it as CSV UTF-8"}},
		"not read":  {"agent,rule,points\n" + agent + ",execution,many\n" + agent + ",execution,1.234\n", []string{"line 2: ", "line 3: "}},
	} {
		code, _, stderr := s.run(sheet.text, "score", "import", "-", "--month", s.month)
		for _, want := range sheet.want {
			if code != 2 || !strings.Contains(joined(stderr), want) {
				t.Errorf("%s: exit code %d, want 2 and %q:\n%s", name, code, want, stderr)
			}
		}
	}
	if c := read[closedShape](t, s, 3, "close", "--month", s.month); c.New {
		t.Error("something of what was refused counts")
	}
}

// filledIn returns the sheet of what is missing, filled in; with "spoil" its first and third line say what cannot be.
func filledIn(t *testing.T, s *stack, how string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(s.want(t, 0, "agent,name,rule", "score", "missing", "--month", s.month, "--output", "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	for i, row := range rows {
		wanted, points, reason := row[4], &row[5], &row[6]
		switch {
		case i == 0:
		case how == "spoil" && (i == 1 || i == 3):
			*points = "99"
		case wanted == "waived":
			*points, *reason = "waived", "nobody listened in"
		case wanted == "words":
			*reason = "well done"
		default:
			_, *points, _ = strings.Cut(wanted, "-")
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return out.String()
}

// cards shows one person's card in each form.
func cards(t *testing.T, s *stack, agent string) {
	card := []string{"card", "--month", s.month, "--agent", agent}
	s.want(t, 0, "Why ", card...)
	s.want(t, 0, "为什么", append(card, "--lang", "zh")...)
	if _, html, _ := s.run("", append(card, "--output", "html")...); !strings.HasPrefix(html, "<!DOCTYPE html>") || !strings.Contains(html, agent) {
		t.Errorf("no page: %.200s", html)
	}
	c := read[struct {
		Run     string
		Card    struct{ Agent string }
		Changes []changeShape
	}](t, s, 0, card...)
	if c.Card.Agent != agent || len(c.Run) != 32 || len(c.Changes) != 0 {
		t.Errorf("card: %+v", c)
	}
	s.want(t, 2, "unknown agent", "card", "--month", s.month, "--agent", "nobody")
}

// late lets a leave become known after the export: the month stays, the difference is approved, and paid as a reversal and a
// new line.
func late(t *testing.T, s *stack, before closedShape) {
	s.want(t, 0, "Nothing changes", "adjust")
	i := slices.IndexFunc(before.Results, func(r resultShape) bool { return r.Grade != "E" })
	if i < 0 {
		i = 0
	}
	agent := before.Results[i].Agent
	for day := range 6 {
		s.produce(t, agent, fmt.Sprintf(`{"specversion":"1.0","id":"late-%d","source":"hr","type":"leave.approved","subject":%q,"time":"%s-%02dT02:00:00Z",`+
			`"data":{"kind":"personal","from":"%s-%02d","until":"%s-%02d","approved_by":"chen"}}`, day, agent, s.month, day+5, s.month, day+5, s.month, day+5))
	}
	s.want(t, 0, "clean", "verify", "ingest", "--wait", "60s")
	s.want(t, 0, before.Run.ID[:12], "close", "--month", s.month) // the month itself stays

	s.want(t, 0, "was noted", "adjust")
	a := read[adjustedShape](t, s, 0, "adjust")
	if a.New || a.Adjustment == "" || len(a.Months) != 1 || len(a.Months[0].Changes) != 1 || a.Months[0].From != before.Run.ID {
		t.Fatalf("adjusted: %+v", a)
	}
	change := a.Months[0].Changes[0]
	if change.Agent != agent || *change.Before.Total != *before.Results[i].Total || *change.After.Total == *change.Before.Total || !slices.ContainsFunc(change.Why, func(w titleShape) bool { return strings.Contains(w.EN, "personal leave") }) {
		t.Errorf("change: %+v", change)
	}
	s.want(t, 0, "approve --adjustment", "close", "status", "--month", s.month)
	s.want(t, 1, "may not do this", "approve", "--adjustment")
	s.want(t, 0, "approved by wang (leader)", "approve", "--adjustment", "--by", "wang:leader")
	s.want(t, 1, "no adjustment waits", "approve", "--adjustment", "--by", "wang:leader")
	s.want(t, 0, "CORRECTED. As published: "+*change.Before.Total+" points", "card", "--month", s.month, "--agent", agent)
	if zh := s.want(t, 0, "已更正", "card", "--month", s.month, "--agent", agent, "--lang", "zh"); !strings.Contains(zh, "wang（分管领导）") {
		t.Errorf("who approved is not in Chinese:\n%s", zh)
	}
	card := read[struct {
		Run       string
		Card      struct{ Total *string }
		Corrected *struct{ Published resultShape }
	}](t, s, 0, "card", "--month", s.month, "--agent", agent)
	if *card.Card.Total != *change.After.Total || card.Run != a.Months[0].Run || card.Corrected == nil || *card.Corrected.Published.Total != *change.Before.Total {
		t.Errorf("card: %+v, want what holds", card)
	}

	pay := filepath.Join(s.dir, "pay-adjusted")
	s.want(t, 1, "holds what went to payroll", "export", "--month", s.month, "--out", filepath.Join(s.dir, "pay"), "--by", "zhou:finance")
	x := read[exportShape](t, s, 0, "export", "--month", s.month, "--out", pay, "--by", "zhou:finance")
	if diff := cmp.Diff(x.Adjustments, []string{a.Adjustment}); diff != "" {
		t.Errorf("adjustments in the export (-got, +want):\n%s", diff)
	}
	if x.Reversals != "-"+*change.Before.Pay || x.New != *change.After.Pay || x.Decided == nil || x.Cards != 0 || x.Corrected != 1 || x.MonthPay != "0.00" {
		t.Errorf("export: %+v", x)
	}
	table, err := os.ReadFile(filepath.Join(pay, "payroll.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"\nreversal," + s.month + "," + agent, "\nnew," + s.month + "," + agent} {
		if strings.Count(string(table), kind) != 1 {
			t.Errorf("payroll.csv wants one line %q:\n%s", kind, table)
		}
	}
	s.want(t, 1, "exported already by zhou (finance)", "export", "--month", s.month, "--out", filepath.Join(s.dir, "again"), "--by", "zhou:finance")
	write(t, filepath.Join(pay, "payroll.csv"), "mine")
	v := read[struct {
		OK    bool
		Files []struct{ Name, State string }
	}](t, s, 3, "verify", "export", pay, "--month", s.month)
	if v.OK || len(v.Files) != 4 {
		t.Errorf("verified: %+v", v)
	}
	s.want(t, 3, "payroll.csv", "verify", "export", pay, "--month", s.month)
	s.want(t, 0, "DRAFT", "export", "--month", s.month, "--out", filepath.Join(s.dir, "draft"), "--draft")
	s.want(t, 0, "adjustment", "verify", "close", "--month", s.month)
	s.want(t, 0, "Nothing changes", "adjust")
}
