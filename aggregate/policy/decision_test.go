package policy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/google/go-cmp/cmp"
)

// The decisions of the reference regime, in the order of its text.
func TestExpressCSDecisions(t *testing.T) {
	got := document.IDs(shipped(t).Decisions, func(d policy.Decision) string { return d.ID + "=" + d.Chosen })
	want := strings.Fields(`grade-90=closed-below at-least-n=inclusive beyond-n=fourth workdays=person-days headcount=call-duty-and-worked
		no-figure=block company-total=credited-only tier-operators=b-from-80 efficiency-split=one-pool pool-order=wipe-outs-first item-cap=capped execution=by-degree
		one-incident=heaviest complaint-scope=by-subject complaint-upheld=upheld-only serious=ruling sampled=final nothing-sampled=block no-mail=keep
		clocks=as-chosen promise-12h=replaces followup-start=opening-and-questions entry-content=required closed-unanswered=queries-settled rate-population=all
		repeat-scope=calendar-year late-minute=minute leave-unit=application incident-month=ruling deadline-shift=before proration=none
		streak-gap=skipped late-adjust=recompute frozen-average=published`)
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// Every reading changes what runs, each in its own way, and choosing the first one again changes it back.
func TestEveryReadingChangesWhatRuns(t *testing.T) {
	base := shipped(t)
	for _, d := range base.Decisions {
		if len(d.Readings) < 2 {
			t.Errorf("decision %q has %d readings", d.ID, len(d.Readings))
		}
		seen := map[string]string{}
		for _, r := range d.Readings {
			other := decide(t, base, d.ID, r.ID)
			runs := policy.Applied(other)
			if before, ok := seen[runs]; ok {
				t.Errorf("decision %q: readings %q and %q run the same", d.ID, before, r.ID)
			}
			seen[runs] = r.ID
			if same := r.ID == d.Chosen; (other.Hash() == base.Hash()) != same {
				t.Errorf("decision %q: reading %q has the hash %s, the file's %s", d.ID, r.ID, other.Hash(), base.Hash())
			}
			for _, applied := range other.Decisions {
				if want := map[bool]string{true: r.ID, false: applied.Chosen}[applied.ID == d.ID]; applied.Applied != want {
					t.Errorf("decision %q applies %q, want %q", applied.ID, applied.Applied, want)
				}
			}
			back := decide(t, other, d.ID, d.Chosen)
			if back.Hash() != base.Hash() || policy.Applied(back) != policy.Applied(base) {
				t.Errorf("decision %q: back from %q something else runs", d.ID, r.ID)
			}
		}
	}
}

// What readings do to the parts of a policy.
func TestReadings(t *testing.T) {
	base := shipped(t)
	points := func(p *policy.Policy, section, item int) string {
		if v := p.Sections[section].Items[item].Points; v != nil {
			return v.String()
		}
		return "pool"
	}
	find := func(p *policy.Policy, id string) *policy.Rule {
		for placed := range p.Rules() {
			if placed.Rule.ID == id {
				return placed.Rule
			}
		}
		t.Fatalf("no rule %q", id)
		return nil
	}
	key := func(p *policy.Policy, id string) string { return find(p, id).Queries()[0].Key() }
	for _, c := range []struct {
		decision, reading string
		of                func(p *policy.Policy) string
		from, to          string
	}{
		{"efficiency-split", "ten-and-thirty", func(p *policy.Policy) string { return points(p, 2, 0) + " " + points(p, 2, 1) }, "pool pool", "10.00 30.00"},
		{"efficiency-split", "ten-and-thirty", func(p *policy.Policy) string { return find(p, "serious-not-followed-up").Takes().String() }, "40.00", "30.00"},
		{"pool-order", "by-time", func(p *policy.Policy) string { return string(p.Sections[0].Order) }, "wipe-outs-first", "by-time"},
		{"item-cap", "reaches-section", func(p *policy.Policy) string { return string(p.Sections[3].Items[2].Cap) }, "item", "section"},
		{"execution", "full-unless-deducted", func(p *policy.Policy) string { return find(p, "execution").Kind() }, "rubric", "comment"},
		{"one-incident", "every-rule", func(p *policy.Policy) string { return string(p.Incidents.One) }, "heaviest", "every-rule"},
		{"complaint-upheld", "as-written", func(p *policy.Policy) string { return p.Incidents.Counts.Source() }, "incident.upheld", `incident.upheld || incident.complainant != ""`},
		{"serious", "report", func(p *policy.Policy) string { return string(p.Incidents.Serious) }, "ruling", "report"},
		{"incident-month", "conduct", func(p *policy.Policy) string { return string(p.Incidents.Month) }, "ruling", "conduct"},
		{"sampled", "confirmed", func(p *policy.Policy) string { return find(p, "mood").When }, `finding.id == "mood"`, `finding.id == "mood" && finding.confirmed`},
		{"at-least-n", "exclusive", func(p *policy.Policy) string { return find(p, "repeated-mistake").Describe().EN[:9] }, "2 or more", "3 or more"},
		{"workdays", "company-days", func(p *policy.Policy) string { return string(find(p, "tier").Rule.(*rule.Tier).Figure) }, "own-days", "company-days"},
		{"headcount", "whole-department", func(p *policy.Policy) string { return find(p, "tier").Rule.(*rule.Tier).Members.Duty }, "calls", rule.AnyDuty},
		{"tier-operators", "b-above-80", func(p *policy.Policy) string {
			return string(find(p, "tier").Rule.(*rule.Tier).Tiers[1].Bound.Operator)
		}, ">=", ">"},
		{"clocks", "all-wall", func(p *policy.Policy) string { return key(p, "mail-rate")[:26] }, "email_on_time target=worki", "email_on_time target=wall:"},
		{"followup-start", "opening", func(p *policy.Policy) string { return cut(key(p, "followup-rate"), "restart=") }, "true", "false"},
		{"entry-content", "not-required", func(p *policy.Policy) string { return cut(key(p, "followup-rate"), "finding=") }, "required", "optional"},
		{"promise-12h", "earlier", func(p *policy.Policy) string { return cut(key(p, "inquiry-late"), "promise=") }, "replaces", "earlier"},
		{"rate-population", "sample", func(p *policy.Policy) string { return cut(key(p, "mail-rate"), "population=") }, "all", "sampled"},
		{"late-minute", "second", func(p *policy.Policy) string { return cut(key(p, "late-early"), "precision=") }, "minute", "second"},
		{"proration", "calendar-days", func(p *policy.Policy) string { return string(p.Pay.Proration) }, "none", "calendar-days"},
		{"streak-gap", "breaks", func(p *policy.Policy) string { return string(p.Streaks[0].Gap) }, "skipped", "breaks"},
		{"late-adjust", "next-month", func(p *policy.Policy) string { return string(p.Cycle.Adjustment) }, "recompute", "next-month"},
		{"frozen-average", "recomputed", func(p *policy.Policy) string { return string(p.Cycle.Average) }, "published", "recomputed"},
	} {
		if got := c.of(base); got != c.from {
			t.Errorf("%s: the policy has %q, want %q", c.decision, got, c.from)
		}
		if got := c.of(decide(t, base, c.decision, c.reading)); got != c.to {
			t.Errorf("%s=%s: got %q, want %q", c.decision, c.reading, got, c.to)
		}
	}
}

// cut returns the word behind a mark.
func cut(s, mark string) string {
	_, after, _ := strings.Cut(s, mark)
	word, _, _ := strings.Cut(after, " ")
	return word
}

func TestDecideCombines(t *testing.T) {
	base := shipped(t)
	both := decide(t, decide(t, base, "workdays", "company-days"), "grade-90", "above-90")
	other := decide(t, decide(t, base, "grade-90", "above-90"), "workdays", "company-days")
	if both.Hash() != other.Hash() || both.Grade(amount.Points(9000)).Name != "B" {
		t.Errorf("the order of deciding makes a difference")
	}
	back := decide(t, decide(t, both, "grade-90", "closed-below"), "workdays", "person-days")
	if back.Hash() != base.Hash() {
		t.Errorf("there and back: hash %s, want %s", back.Hash(), base.Hash())
	}
}

func TestDecideAll(t *testing.T) {
	base := shipped(t)
	both := decide(t, decide(t, base, "workdays", "company-days"), "grade-90", "above-90")
	all, err := base.DecideAll([]string{"grade-90=above-90", "workdays=company-days", "grade-90=above-90"})
	if err != nil || all.Hash() != both.Hash() {
		t.Errorf("got %v, want what one after the other gives", err)
	}
	for _, choices := range [][]string{{"workdays"}, {"workdays=person-days", "workdays=company-days"}} {
		if _, err := base.DecideAll(choices); !errors.As(err, new(*policy.ChoiceError)) {
			t.Errorf("%q: got %v, want a ChoiceError", choices, err)
		}
	}
}

// What the file chooses holds, whatever its body says.
func TestChosenReadingRuns(t *testing.T) {
	p := parse(t, strings.Replace(source(t), "chosen: person-days", "chosen: company-days", 1))
	if _, tier, err := p.TierItem("calls"); err != nil || tier.Figure != rule.CompanyDays {
		t.Errorf("got %+v, %v", tier, err)
	}
}

func TestReadingPaths(t *testing.T) {
	d := shipped(t).Decisions[0]
	if got := d.Reading("above-90").Paths(); !slices.Equal(got, []string{"grades.A.operator"}) {
		t.Errorf("got %v", got)
	}
	if d.Reading("none") != nil {
		t.Error("a reading that does not exist")
	}
}
