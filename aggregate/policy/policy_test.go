package policy_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/schemas/policies"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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

func decide(t *testing.T, p *policy.Policy, decision, reading string) *policy.Policy {
	t.Helper()
	p, err := p.Decide(decision, reading)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestShippedPoliciesLoad(t *testing.T) {
	for _, name := range policies.Names() {
		p, err := policy.Load(name, noFiles)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		if p.Name != name || len(p.Hash()) != 64 {
			t.Errorf("policy in %s is called %q, hash %q", name, p.Name, p.Hash())
		}
	}
}

func TestExpressCS(t *testing.T) {
	item, rule, err := shipped(t).TierItem("")
	if err != nil {
		t.Fatal(err)
	}
	want := policy.TierRule{
		Metric:  metric.CallsPerWorkday{},
		Days:    []metric.DaySource{metric.FromAttendance, metric.FromCalls},
		Figure:  policy.OwnDays,
		Average: policy.PersonDays,
		Members: policy.Members{Duty: "calls", MinDays: 1},
		Tiers: []policy.Tier{
			{Name: "A", Operator: policy.AtLeast, Percent: amount.Ratio{Num: 9, Den: 10}, Points: 2000},
			{Name: "B", Operator: policy.AtLeast, Percent: amount.Ratio{Num: 4, Den: 5}, Points: 1500},
			{Name: "C", Percent: amount.Ratio{Num: 0, Den: 1}, Points: 1000},
		},
	}
	if diff := cmp.Diff(rule, want); diff != "" {
		t.Errorf("rule (-got, +want):\n%s", diff)
	}
	if item.ID != "calls" || item.Points != 2000 {
		t.Errorf("item %q gives %s", item.ID, item.Points)
	}
}

func TestDecide(t *testing.T) {
	base := shipped(t)
	for _, c := range []struct {
		decision, reading string
		change            func(*policy.TierRule)
	}{
		{"workdays", "person-days", func(*policy.TierRule) {}},
		{"workdays", "company-days", func(r *policy.TierRule) { r.Figure, r.Average = policy.CompanyDays, policy.CompanyDaysByHead }},
		{"workdays", "own-vs-calendar", func(r *policy.TierRule) { r.Average = policy.CompanyDaysByHead }},
		{"headcount", "call-duty", func(r *policy.TierRule) { r.Members.MinDays = 0 }},
		{"headcount", "whole-department", func(r *policy.TierRule) { r.Members.Duty = policy.AnyDuty }},
		{"company-total", "all-answered", func(r *policy.TierRule) { r.Nobody = true }},
		{"tier-operators", "b-above-80", func(r *policy.TierRule) { r.Tiers[1].Operator = policy.Above }},
	} {
		t.Run(c.decision+"="+c.reading, func(t *testing.T) {
			_, want, _ := shipped(t).TierItem("")
			c.change(&want)
			decided := decide(t, base, c.decision, c.reading)
			_, got, err := decided.TierItem("")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, want); diff != "" {
				t.Errorf("rule (-got, +want):\n%s", diff)
			}
			same := c.reading == "person-days"
			if (decided.Hash() == base.Hash()) != same {
				t.Errorf("hash %s, of the file %s", decided.Hash(), base.Hash())
			}
			for _, d := range decided.Decisions {
				if want := map[bool]string{true: c.reading, false: d.Chosen}[d.ID == c.decision]; d.Applied != want {
					t.Errorf("decision %q applies %q, want %q", d.ID, d.Applied, want)
				}
			}
		})
	}
	both := decide(t, decide(t, base, "workdays", "company-days"), "tier-operators", "b-above-80")
	back := decide(t, decide(t, both, "tier-operators", "b-from-80"), "workdays", "person-days")
	if diff := cmp.Diff(back, base, cmpopts.IgnoreUnexported(policy.Policy{}, policy.Reading{})); diff != "" || back.Hash() != base.Hash() {
		t.Errorf("there and back (-got, +want):\n%s", diff)
	}
}

// What the file chooses holds, whatever its body says.
func TestChosenReadingRuns(t *testing.T) {
	src := strings.Replace(source(t), "chosen: person-days", "chosen: company-days", 1)
	p, err := policy.Parse("p.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if _, rule, _ := p.TierItem("calls"); rule.Figure != policy.CompanyDays {
		t.Errorf("figure %q", rule.Figure)
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
		"decision": {noDecision, `unknown decision "workday" (did you mean "workdays"?); there are: workdays, headcount, company-total, tier-operators`},
		"reading":  {noReading, `decision "workdays": unknown reading "persondays" (did you mean "person-days"?); there are: company-days, own-vs-calendar, person-days`},
		"item":     {noItem, `policy "express-cs": unknown item with tiers "mails" (did you mean "calls"?); there are: calls`},
	} {
		var unknown *document.Unknown
		if !errors.As(c.err, &unknown) || c.err.Error() != c.want {
			t.Errorf("%s: got %v\nwant %s", name, c.err, c.want)
		}
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
	src := strings.ReplaceAll(source(t), "{name: C, points: 10}", "\n              points: 10 # the rest\n              name: 'C'")
	p, err := policy.Parse("p.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if p.Hash() != shipped(t).Hash() {
		t.Errorf("another hash after a change of layout")
	}
}

func source(t testing.TB) string {
	t.Helper()
	_, src, ok := policies.Read("express-cs")
	if !ok {
		t.Fatal("express-cs is not shipped")
	}
	return string(src)
}
