package policy_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/google/go-cmp/cmp"
)

func noFiles(path string) ([]byte, error) { return nil, fs.ErrNotExist }

func shipped(t testing.TB) *policy.Policy {
	t.Helper()
	p, err := policy.Load("express-cs", noFiles)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func decide(t testing.TB, p *policy.Policy, decision, reading string) *policy.Policy {
	t.Helper()
	p, err := p.Decide(decision, reading)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func parse(t testing.TB, src string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("p.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func source(t testing.TB) string {
	t.Helper()
	_, src, err := policy.Shipped.Read("express-cs", nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

func TestShippedPoliciesLoad(t *testing.T) {
	for _, name := range policy.Shipped.Names() {
		p, err := policy.Load(name, noFiles)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		if p.Name != name || len(p.Hash()) != 64 || p.File() != name+".yaml" {
			t.Errorf("policy in %s is called %q, file %q, hash %q", name, p.Name, p.File(), p.Hash())
		}
		for _, f := range p.Lint() {
			t.Errorf("%s:%d:%d: %s: %s", p.File(), f.Line, f.Column, f.Severity, f.Message)
		}
	}
}

// Every rule of the reference regime, with what it gives and takes.
func TestExpressCSRules(t *testing.T) {
	var got []string
	for placed := range shipped(t).Rules() {
		r := placed.Rule
		points := ""
		if g := r.Gives(); g > 0 {
			points = " +" + rule.Short(g)
		}
		if k := r.Takes(); k > 0 {
			points += " -" + rule.Short(k)
		}
		got = append(got, strings.TrimPrefix(placed.Path(), "sections.")+" "+r.Kind()+points)
	}
	want := []string{
		"call-quality.items.call-quality.rules.contempt deduction -5",
		"call-quality.items.call-quality.rules.mood deduction -2",
		"call-quality.items.call-quality.rules.forcing deduction -3",
		"call-quality.items.call-quality.rules.after-hangup deduction -3",
		"call-quality.items.call-quality.rules.ignoring deduction -5",
		"call-quality.items.call-quality.rules.attitude-complaint wipe-out -20",
		"call-quality.items.call-quality.rules.sampling sample",
		"productivity.items.calls.rules.tier tier +20",
		"efficiency.items.accuracy.rules.work-error-complaint deduction -3",
		"efficiency.items.accuracy.rules.loss deduction -3",
		"efficiency.items.efficiency.rules.mail-rate rate-threshold -8",
		"efficiency.items.efficiency.rules.abroad-complaint deduction -2",
		"efficiency.items.efficiency.rules.serious-mail-complaints count-threshold -30",
		"efficiency.items.efficiency.rules.followup-rate rate-threshold -8",
		"efficiency.items.efficiency.rules.inquiry-late shown",
		"efficiency.items.efficiency.rules.inquiry-complaint deduction -2",
		"efficiency.items.efficiency.rules.serious-not-followed-up wipe-out -40",
		"efficiency.items.efficiency.rules.inquiry-complaints count-threshold -40",
		"attitude.items.teamwork.rules.teamwork comment",
		"attitude.items.execution.rules.execution rubric +8",
		"attitude.items.execution.rules.poor-execution wipe-out -20",
		"attitude.items.execution.rules.repeated-mistake count-threshold -20",
		"attitude.items.execution.rules.refusal proposal",
		"attitude.items.attendance.rules.late-early excess -1",
		"attitude.items.attendance.rules.personal-leave deduction -3",
		"attitude.items.attendance.rules.absence proposal",
		"attitude.items.enthusiasm.rules.enthusiasm rubric +4",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

func TestQueries(t *testing.T) {
	p := shipped(t)
	keys := document.IDs(p.Queries(), func(q metric.Query) string { return q.Key() })
	want := []string{
		"absent_days",
		"calls_per_workday days=attendance,calls",
		"early_leave_count grace=5m precision=second bound=inclusive",
		"email_on_time target=working:2h promise=ignored closed=owed channels=email population=all credit=assignee-at-due",
		`followup_on_time target=wall:48h by_kind="shopper":working_days:5+promise:earlier promise=ignored restart=true finding=required closed=settled intents="query" population=all credit=assignee-at-due`,
		`inquiry_on_time target=wall:12h promise=replaces restart=false closed=owed intents="inquiry" population=all credit=assignee-at-due`,
		"late_count grace=5m precision=minute bound=exclusive",
	}
	if diff := cmp.Diff(keys, want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

func TestGrade(t *testing.T) {
	closed := shipped(t)
	above := decide(t, closed, "grade-90", "above-90")
	for _, c := range []struct {
		total       string
		grade, open string // under closed-below and above-90
		pay         string
	}{
		{"0", "E", "E", "250.00"}, {"74.99", "E", "E", "250.00"}, {"75", "D", "D", "300.00"}, {"80", "C", "C", "350.00"}, {"85", "B", "B", "400.00"},
		{"89.99", "B", "B", "400.00"}, {"90", "A", "B", "500.00"}, {"90.01", "A", "A", "500.00"}, {"100", "A", "A", "500.00"},
	} {
		total, err := amount.ParsePoints(c.total)
		if err != nil {
			t.Fatal(err)
		}
		g, o := closed.Grade(total), above.Grade(total)
		if g.Name != c.grade || g.Pay.String() != c.pay || o.Name != c.open {
			t.Errorf("%s: %s %s, above-90 %s; want %s %s, %s", c.total, g.Name, g.Pay, o.Name, c.grade, c.pay, c.open)
		}
	}
	if !closed.Below("D", "C") || closed.Below("C", "C") || closed.Below("B", "C") {
		t.Error("below C are D and E")
	}
	if g := (&policy.Policy{}).Grade(0); g.Name != "" {
		t.Errorf("a policy without grades gives %q", g.Name)
	}
}

// The 15th of June 2024 is a Saturday, the 24th of March 2024 a Sunday.
func TestDeadlines(t *testing.T) {
	c, err := calendar.Load("cn-office", noFiles)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		month, shift string
		want         string
	}{
		{"2024-02", "before", "2024-03-15 2024-03-22"}, // Friday; the 24th is a Sunday
		{"2024-05", "before", "2024-06-14 2024-06-24"},
		{"2024-05", "after", "2024-06-17 2024-06-24"},
		{"2024-05", "none", "2024-06-15 2024-06-24"},
		{"2024-12", "before", "2025-01-15 2025-01-24"},
		{"1999-02", "before", "1999-03-15 1999-03-24"}, // of which the calendar knows nothing
	} {
		m, err := calendar.ParseMonth(row.month)
		if err != nil {
			t.Fatal(err)
		}
		d := decide(t, shipped(t), "deadline-shift", row.shift).Deadlines(m, c)
		if got := d.Scored.String() + " " + d.Paid.String(); got != row.want {
			t.Errorf("%s shifted %s: got %s, want %s", row.month, row.shift, got, row.want)
		}
	}
}

func TestConcerning(t *testing.T) {
	p := shipped(t)
	for path, want := range map[string][]string{
		"grades":   {"grade-90"},
		"grades.A": {"grade-90"},
		"grades.B": nil,
		"pay":      {"proration"},
		"cycle":    {"deadline-shift", "late-adjust", "frozen-average"},
		"sections.efficiency.items.efficiency.rules.mail-rate":     {"no-mail", "clocks", "closed-unanswered", "rate-population"},
		"sections.attitude.items.attendance.cap":                   {"item-cap"},
		"sections.attitude.items.attendance.rules.late-early.free": {"beyond-n"},
		"sections.call-quality.order":                              {"pool-order"},
		"sections.call":                                            nil,
	} {
		got := document.IDs(p.Concerning(path), func(d policy.Decision) string { return d.ID })
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("%s (-got, +want):\n%s", path, diff)
		}
	}
}

func TestUnknown(t *testing.T) {
	p := shipped(t)
	_, noPolicy := policy.Load("expres-cs", noFiles)
	_, noDecision := p.Decide("workday", "person-days")
	_, noReading := p.Decide("workdays", "persondays")
	_, _, noItem := p.TierItem("mails")
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"policy":   {noPolicy, `unknown policy "expres-cs" (did you mean "express-cs"?); there are: express-cs`},
		"decision": {noDecision, `unknown decision "workday" (did you mean "workdays"?); there are: grade-90, at-least-n, beyond-n, workdays, `},
		"reading":  {noReading, `decision "workdays": unknown reading "persondays" (did you mean "person-days"?); there are: company-days, own-vs-calendar, person-days`},
		"item":     {noItem, `policy "express-cs": unknown item with tiers "mails" (did you mean "calls"?); there are: calls`},
	} {
		var unknown *document.Unknown
		if !errors.As(c.err, &unknown) || !strings.HasPrefix(c.err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant %s", name, c.err, c.want)
		}
	}
}

func TestTierItem(t *testing.T) {
	placed, tier, err := shipped(t).TierItem("")
	if err != nil || placed.Item.ID != "calls" || *placed.Item.Points != 2000 || len(tier.Tiers) != 3 {
		t.Errorf("got %+v, %+v, %v", placed, tier, err)
	}
	src := source(t)
	from, to := strings.Index(src, "      - id: calls\n"), strings.Index(src, "  - id: efficiency\n")
	second := strings.NewReplacer("id: calls", "id: chats", "id: tier", "id: second").Replace(src[from:to])
	two := parse(t, src[:to]+second+src[to:])
	if _, _, err := two.TierItem(""); err == nil || !strings.Contains(err.Error(), `2 items have tiers ["calls" "chats"]`) {
		t.Errorf("two items with tiers: %v", err)
	}
	if placed, _, err := two.TierItem("chats"); err != nil || placed.Rule.ID != "second" {
		t.Errorf("got %+v, %v", placed, err)
	}
}

func TestLoadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(path, []byte(strings.Replace(source(t), "name: express-cs", "name: own", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(path, os.ReadFile)
	if err != nil || p.Name != "own" || p.Hash() == shipped(t).Hash() {
		t.Errorf("got %v, %v", p, err)
	}
	if _, err := policy.Load("./missing.yaml", noFiles); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

// Layout is no content.
func TestHashIgnoresLayout(t *testing.T) {
	src := strings.Replace(source(t), "{name: C, points: 10}", "\n                points: 10 # the rest\n                name: 'C'", 1)
	if parse(t, src).Hash() != shipped(t).Hash() {
		t.Errorf("another hash after a change of layout")
	}
}

func TestTemplates(t *testing.T) {
	p := shipped(t)
	var kinds []policy.TemplateKind
	checks := 0
	for _, tpl := range p.Templates {
		kinds = append(kinds, tpl.Kind)
		for _, g := range tpl.Groups {
			checks += len(g.Checks)
		}
	}
	if !slices.Equal(kinds, []policy.TemplateKind{policy.Checklist, policy.Form}) || checks != 16 {
		t.Errorf("templates %v with %d checks", kinds, checks)
	}
	for hold, want := range map[int64]bool{9_999: false, 10_000: true} {
		if worth, err := p.Templates[0].SampleWhen.Holds(&rule.CallFacts{LongestHoldMS: hold}); worth != want || err != nil {
			t.Errorf("a hold of %d ms is worth sampling: %t, %v", hold, worth, err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := policy.Load("express-cs", noFiles); err != nil {
			b.Fatal(err)
		}
	}
}
