package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/google/go-cmp/cmp"
)

// Each row changes one text of the shipped policy, which itself has no findings.
func TestLint(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"not 100 points", "    points: 40\n    order", "    points: 39\n    order", []string{
			"warning: the sections give 99 points together, not 100",
			`warning: rule "inquiry-complaints" says 40 points, its section has 39: it takes at most these`,
		}},
		{"grade out of reach", `{name: A, operator: ">=", points: 90, pay: 500}`, `{name: A, operator: ">=", points: 100.01, pay: 500}`, []string{
			`error: grade "A": nobody can reach it, the sections give 100 points together`}},
		{"worse grade pays more", "points: 85, pay: 400", "points: 85, pay: 500.01", []string{`warning: grade "B" pays 500.01, more than the better grade "A"`}},
		{"items above the section", "points: 4\n        cap", "points: 5\n        cap", []string{
			`warning: the items of section "attitude" have 21 points together, the section gives 20`,
			`warning: item "enthusiasm": nobody can reach its 5 points, its rules give at most 4`,
		}},
		{"items below the section", "title: {zh: 考勤, en: Attendance}\n        points: 8", "title: {zh: 考勤, en: Attendance}\n        points: 7", []string{
			`warning: the items of section "attitude" have 19 points together: nobody can reach the section's 20`}},
		{"rubric below its item", "most: 4", "most: 3", []string{`warning: item "enthusiasm": nobody can reach its 4 points, its rules give at most 3`}},
		{"deduction above its item", "each: 3\n            per: application", "each: 8.01\n            per: application", []string{
			`warning: rule "personal-leave" says 8.01 points, its item has 8: it takes at most these`}},
		{"window without a reset", "window: year # decision repeat-scope", "window: any # decision repeat-scope", []string{
			`warning: decision "repeat-scope" sets this otherwise in line LINE, and that holds`}},
		{"name that no rule speaks of", "  findings:\n", "    - {id: manners, title: {zh: 礼貌, en: manners}}\n  findings:\n", []string{`warning: "manners" of the subjects: no rule speaks of it`}},
		{"body against the decision", "shift: before # decision deadline-shift", "shift: none # decision deadline-shift", []string{
			`warning: decision "deadline-shift" sets this otherwise in line LINE, and that holds`}},
		{"readings that set the same", "          cycle.adjustment: next-month", "          cycle.adjustment: recompute", []string{
			`warning: decision "late-adjust": readings "recompute" and "next-month" set the same`}},
		{"one person for both", "approver: [leader] #", "approver: [leader, manager] #", nil},
		{"one reading", "      - id: next-month\n        title: {zh: 计入下月, en: it counts in the next month}\n        patch:\n          cycle.adjustment: next-month\n", "", []string{
			`warning: decision "late-adjust" has one reading: there is nothing to decide`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := replaced(t, source(t), c.old, c.new)
			var got []string
			for _, f := range parse(t, src).Lint() {
				if f.Line < 2 || f.Column < 1 {
					t.Errorf("without a place: %+v", f)
				}
				got = append(got, withoutLine(fmt.Sprintf("%s: %s", f.Severity, f.Message)))
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

// What the cycle says of nobody, or lets one person do.
func TestLintCycle(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"one person for both":     {"approver: [leader]", "approver: [leader, supervisor]", "a supervisor may score and approve the same month: four_eyes would take two people"},
		"two people":              {"approver: [leader]", "approver: [leader, supervisor], four_eyes: true", ""},
		"nobody compared":         {"adjustment: next-month", "adjustment: next-month, average: recomputed", "average: no rule compares agents with an average"},
		"no average is spoken of": {"adjustment: next-month", "adjustment: recompute", ""},
	} {
		var got []string
		for _, f := range parse(t, replaced(t, least, c.old, c.new)).Lint() {
			got = append(got, f.Message)
			if f.Line < 2 || f.Severity != policy.Warning {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A window that is chosen to have no end is told as well.
func TestLintUnderReading(t *testing.T) {
	findings := decide(t, shipped(t), "repeat-scope", "any-time").Lint()
	if len(findings) != 1 || findings[0].Severity != policy.Warning || findings[0].Message != `rule "repeated-mistake" never starts to count again` {
		t.Errorf("got %+v", findings)
	}
}

// withoutLine replaces the number of a line, which any change above it changes.
func withoutLine(s string) string {
	before, after, ok := strings.Cut(s, "in line ")
	if !ok {
		return s
	}
	return before + "in line LINE" + strings.TrimLeft(after, "0123456789")
}

func replaced(t testing.TB, src, old, by string) string {
	t.Helper()
	if !strings.Contains(src, old) {
		t.Fatalf("%q is not in the policy", old)
	}
	return strings.Replace(src, old, by, 1)
}
